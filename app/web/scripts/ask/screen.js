// The Ask screen: asks, draws the conversation, and wires box, filters, evidence and the conversations at the side.
const startAsk = () => {
  const chat = the('.kb-chat');
  let talk = newTalk(), shown = {}, stopping = null, isLatest = 0;
  const turnOf = (n) => shown[n];
  const evidence = evidencePanel(turnOf);
  const lastQuestion = () => talk.turns.at(-1)?.question || '';
  const box = questionBox({send: (text) => ask(text), stop: () => stopping?.abort(), last: lastQuestion});
  const filters = filterChips(() => {});
  const drawSide = () => drawTalks(talk.id, openTalk, (id) => { if (id === talk.id) fresh(); else drawSide(); });
  const readBefore = () => talk.turns.map((turn) => turn.read || turn.question);
  const scrollTo = (n) => {
    const row = chat.querySelector(`[data-turn-row="${n}"]`);
    if (row) chat.scrollTop = row.offsetTop - chat.offsetTop - 10;
  };
  const greet = () => { if (!talk.turns.length) chat.innerHTML = the('.kb-welcome').innerHTML; };
  const rowOf = (n) => {
    let row = chat.querySelector(`[data-turn-row="${n}"]`);
    if (!row) {
      if (!chat.querySelector('[data-turn-row]')) chat.replaceChildren();
      row = make('div', 'kb-turn');
      row.dataset.turnRow = n;
      chat.append(row);
    }
    return row;
  };
  const drawWaiting = (n, question, status) => {
    const row = rowOf(n), asked = make('div', 'kb-q', question), told = make('div', 'kb-a kb-hint', status);
    asked.dir = 'auto';
    told.setAttribute('aria-busy', 'true');
    row.replaceChildren(asked, told);
  };
  const drawStopped = (n, question, words) => {
    const row = rowOf(n), asked = make('div', 'kb-q', question), told = make('div', 'kb-a');
    asked.dir = 'auto';
    told.append(make('div', 'kb-hint', words), act(say('retry'), () => redo(n)));
    row.replaceChildren(asked, told);
  };
  // Makes the answer of a turn, in its place in the conversation. True where one came.
  const answer = async (turn, n, earlier) => {
    let came = false;
    stopping = new AbortController();
    box.pending(true);
    drawWaiting(n, turn.question, '…');
    scrollTo(n);
    try {
      await kb.stream('ask/answer', {question: turn.question, earlier, filter: turn.filter, n, again: Boolean(turn.index)}, (part) => {
        if (part.status) { drawWaiting(n, turn.question, part.status); return; }
        const first = !came;
        came = true;
        shown[n] = part;
        rowOf(n).innerHTML = part.html;
        if (part.index && turn.index && turn.index !== part.index) {
          rowOf(n).querySelector('.kb-a').prepend(make('div', 'kb-superseded', say('other index').replace('{id}', turn.index)));
        }
        Object.assign(turn, {read: part.read || turn.question});
        if (!turn.index) turn.index = part.index || '';
        turn.entry = part.entry || turn.entry || 0;  // the answer's entry in the log, which feedback is about
        if (first) { scrollTo(n); evidence.show(n, part.refused || !part.citations.length ? 0 : part.citations[0].n); }
      }, {signal: stopping.signal});
    } catch (error) {
      if (!came) {
        const words = error.name === 'AbortError' ? say('stopped') : error instanceof TypeError || /^\d+$/.test(error.message) ? say('connection lost') : error.message;
        drawStopped(n, turn.question, words);
        if (error.name !== 'AbortError') box.set(turn.question);
      }
    } finally {
      stopping = null;
      box.pending(false);
    }
    return came;
  };
  const keep = () => {
    if (!talk.title && talk.turns[0]) talk.title = talk.turns[0].question.slice(0, 80);
    if (talk.turns.length > MAX_TURNS) tellSide(say('talk full').replace('{n}', MAX_TURNS));
    talk.turns = talk.turns.slice(-MAX_TURNS);
    if (talk.turns.length) talks.put(talk);
    kb.store(CURRENT, talk.id);
    drawSide();
  };
  const ask = async (text, {filter = filters.read(), quiet = false} = {}) => {
    while (quiet && box.isPending) await new Promise((done) => setTimeout(done, 50));
    if (box.isPending) return;
    const turn = {question: text, filter}, n = talk.turns.length + 1, earlier = readBefore(), of = talk;
    turn.earlier = earlier.slice(-12);
    talk.turns.push(turn);
    box.sent(text);
    if (!quiet) kb.address({q: text});
    const came = await answer(turn, n, earlier);
    if (talk === of) keep(); else if (came) talks.put(of);
    box.focus();
  };
  const redo = async (n, changes = {}) => {
    if (box.isPending) return;
    const turn = talk.turns[n - 1];
    Object.assign(turn, changes, {index: ''});
    await answer(turn, n, turn.earlier || []);
    keep();
  };
  const fresh = () => {
    stopping?.abort();
    talk = newTalk();
    shown = {};
    isLatest++;
    chat.replaceChildren();
    filters.write({});
    evidence.clear();
    greet();
    kb.store(CURRENT, '');
    drawSide();
  };
  const openTalk = async (found) => {
    if (box.isPending) stopping?.abort();
    fresh();
    talk = {...found, turns: found.turns.map((turn) => ({...turn}))};
    kb.store(CURRENT, talk.id);
    drawSide();
    const mine = isLatest, of = talk;
    filters.write(talk.turns.at(-1)?.filter);
    talk.turns.forEach((turn, at) => drawWaiting(at + 1, turn.question, '…'));
    for (const [at, turn] of talk.turns.entries()) {
      while (box.isPending) await new Promise((done) => setTimeout(done, 50));
      if (mine !== isLatest || of !== talk) return;
      await answer(turn, at + 1, turn.earlier || []);
    }
  };

  // --- clicks in the conversation and on the cards
  const flash = (button, words) => {
    const before = button.dataset.words || (button.dataset.words = button.textContent);
    button.textContent = words;
    setTimeout(() => { button.textContent = before; }, 1500);
  };
  const collect = (button, citations) => {
    const added = kb.basket.add(citations);
    flash(button, added ? say('collected all').replace('{n}', added) : say('collected already'));
  };
  const acts = {
    ask: ({unit}) => ask(unit),
    page: ({turn, n}) => evidence.show(turn, n),
    unit: ({unit}) => kb.open('lookup', {unit}),
    copy: async ({button}) => { await kb.copy(button.dataset.text); flash(button, button.dataset.done); },
    'copy-answer': async ({button, turn}) => { await kb.copy(shown[turn].text, shown[turn].rich); flash(button, button.dataset.done); },
    collect: ({button, turn, n}) => {
      const found = shown[turn]?.citations.filter((c) => c.n === n) || [];
      if (kb.basket.add(found)) button.textContent = say('collected');
    },
    'collect-all': ({button, turn}) => collect(button, shown[turn].citations.slice(0, shown[turn].cited)),
    retry: ({turn}) => redo(turn),
    edit: ({turn}) => box.set(talk.turns[turn - 1].question),
    official: ({turn}) => ask(talk.turns[turn - 1].question, {filter: {...talk.turns[turn - 1].filter, official: true}}),
    'next-no-filter': ({turn}) => { filters.write({}); ask(talk.turns[turn - 1].question, {filter: {}}); },
    'next-all-editions': ({turn}) => {
      const filter = {...talk.turns[turn - 1].filter};
      delete filter.editions;
      delete filter.day;
      filters.write(filter);
      ask(talk.turns[turn - 1].question, {filter});
    },
    'next-look-up': ({turn}) => kb.open('lookup', {reference: talk.turns[turn - 1].question}),
    good: ({button, turn}) => feedback(button, turn, true, []),
    bad: ({button, turn}) => {
      const menu = button.closest('details'), reasons = [...menu.querySelectorAll('input:checked')].map((i) => i.dataset.reason);
      feedback(button, turn, false, reasons, menu);
    },
  };
  const feedback = async (button, turn, good, reasons, menu) => {
    try {
      const thanks = await kb.call('ask/feedback', {entry: talk.turns[turn - 1].entry, good, reasons});
      if (menu) menu.replaceWith(make('span', 'kb-sub', thanks)); else button.replaceWith(make('span', 'kb-sub', thanks));
    } catch (error) { flash(button, error.message); }
  };
  element.addEventListener('click', (event) => {
    const button = event.target.closest('[data-kb]'), link = event.target.closest('a[href^="#kb-"]');
    if (link) {
      const found = /^#kb-(\d+)-(\d+)$/.exec(link.getAttribute('href'));
      event.preventDefault();
      if (found) evidence.show(Number(found[1]), Number(found[2]), {opens: true});
    } else if (button) {
      const {kb: kind, turn, n, unit} = button.dataset;
      acts[kind]?.({button, turn: Number(turn), n: Number(n), unit});
    }
  });
  the('[data-side=new]').addEventListener('click', () => { fresh(); kb.address({}); box.focus(); });
  the('[data-side=find]').addEventListener('input', drawSide);

  // --- addresses: ?q=… asks, or shows the question where the conversation has it
  kb.onOpen('ask', ({question, back}) => {
    if (!question) return;
    const at = talk.turns.findLastIndex((turn) => turn.question === question);
    if (at >= 0) { scrollTo(at + 1); if (shown[at + 1]?.citations[0] && !shown[at + 1].refused) evidence.show(at + 1, shown[at + 1].citations[0].n); return; }
    const kept = back && talks.all().find((each) => each.turns.some((turn) => turn.question === question));
    if (kept) openTalk(kept); else { if (talk.turns.length && back) fresh(); ask(question, {quiet: back}); }
  });
  const kept = talks.all().find((each) => each.id === kb.stored(CURRENT, ''));
  greet();
  drawSide();
  if (kept) openTalk(kept);
  kb.start();
  if (!matchMedia('(max-width: 600px)').matches) box.focus();
};
// The panel comes with its words when the page is loaded; only then is it wired.
const wire = () => { if (desk()?.dataset.ready && !element.dataset.wired) { element.dataset.wired = '1'; startAsk(); } };
watch('value', wire);
wire();
