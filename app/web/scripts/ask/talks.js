// The conversations of this browser: questions, filters and the index they were asked of. Answers are made anew.
const desk = () => element.querySelector('.kb-desk');
const say = (key) => desk().dataset['say' + key.split(' ').map((w) => w[0].toUpperCase() + w.slice(1)).join('')] || key;
const the = (selector) => element.querySelector(selector);
const make = (tag, name, text) => {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
};
const act = (words, does, name = 'kb-act') => {
  const made = make('button', name, words);
  made.type = 'button';
  made.addEventListener('click', does);
  return made;
};
const TALKS = 'kb-talks', CURRENT = 'kb-talk', MAX_TALKS = 200, MAX_TURNS = 200;
const talks = {
  all: () => { const found = kb.stored(TALKS, []); return Array.isArray(found) ? found : []; },
  save: (list) => {
    const done = kb.store(TALKS, list.slice(0, MAX_TALKS));
    if (!done) tellSide(say('full storage'));
    return done;
  },
  put: (talk) => talks.save([talk, ...talks.all().filter((each) => each.id !== talk.id)]),
  change: (id, changes) => talks.save(talks.all().map((each) => (each.id === id ? {...each, ...changes} : each))),
};
const newTalk = () => ({id: `${Date.now()}-${Math.random().toString(36).slice(2, 8)}`, title: '', day: new Date().toISOString(), turns: []});
const tellSide = (...parts) => the('.kb-past-told').replaceChildren(...parts);
const dayWords = (day) => new Date(day).toLocaleDateString(kb.lang(), {month: 'short', day: 'numeric'});
const FORMS = ['docx', 'md', 'html', 'json'];

// Draws the list at the side. `opens(talk)` shows a conversation, `removed(id)` is told of a deletion.
const drawTalks = (currentId, opens, removed) => {
  const sought = the('[data-side=find]').value.trim().toLowerCase();
  const redraw = () => drawTalks(currentId, opens, removed);
  const found = talks.all().filter((talk) => !sought
    || [talk.title, ...talk.turns.map((turn) => turn.question)].some((text) => String(text).toLowerCase().includes(sought)));
  const rows = found.map((talk) => {
    const row = make('li', talk.id === currentId ? 'kb-talk-row kb-current' : 'kb-talk-row');
    const open = act('', () => opens(talk), 'kb-talk-open');
    open.append(make('span', 'kb-talk-title', talk.title || say('untitled')), make('span', 'kb-sub', dayWords(talk.day)));
    if (talk.id === currentId) open.setAttribute('aria-current', 'true');
    const more = make('details', 'kb-pickchip kb-talk-more'), head = make('summary', 'kb-act', '⋯'), menu = make('div', 'kb-picks');
    head.setAttribute('aria-label', `${say('rename')}, ${say('delete')}, ${say('export')}: ${talk.title || say('untitled')}`);
    menu.append(act(say('rename'), () => {
      const field = make('input', 'kb-seek');
      field.value = talk.title;
      field.setAttribute('aria-label', say('rename'));
      let done = false;
      const keep = (kept) => {
        if (done) return;
        done = true;
        if (kept && field.value.trim()) talks.change(talk.id, {title: field.value.trim().slice(0, 200)});
        setTimeout(redraw);  // not while the field loses the focus: it is taken out of the list then
      };
      field.addEventListener('keydown', (event) => {
        if (event.isComposing || event.keyCode === 229) return;
        if (event.key === 'Enter') keep(true); else if (event.key === 'Escape') keep(false);
      });
      field.addEventListener('blur', () => keep(true));
      row.replaceChildren(field);
      field.focus();
      field.select();
    }), act(say('delete'), () => {
      const before = talks.all();
      talks.save(before.filter((each) => each.id !== talk.id));
      tellSide(say('deleted'), ' ', act(say('undo'), () => { talks.save(before); tellSide(); redraw(); }));
      removed(talk.id);
    }));
    for (const form of FORMS) menu.append(act(`${say('export')}: ${form}`, async () => {
      more.open = false;
      tellSide('…');
      try { await kb.download('ask/export', {form, turns: talk.turns}); tellSide(); }
      catch (error) { tellSide(error.message); }
    }));
    more.append(head, menu);
    row.append(open, more);
    return row;
  });
  the('.kb-talks').replaceChildren(...(rows.length ? rows : [make('li', 'kb-sub', say('no talks'))]));
};
