// The evidence of a turn: its cards, the page in the viewer, and the note that a marker shows when it is pointed at.
const evidencePanel = (turnOf) => {
  const cards = the('#kb-cards'), viewer = kb.viewer(the('.kb-viewer')), section = the('.kb-evidence');
  const empty = cards.innerHTML;
  let shownTurn = 0;
  const mark = (turn, n) => {
    for (const card of cards.querySelectorAll('.kb-card')) card.classList.toggle('kb-selected', card.id === `kb-${turn}-${n}`);
    for (const each of element.querySelectorAll('a.kb-mark')) {
      each.classList.toggle('kb-here', each.getAttribute('href') === `#kb-${turn}-${n}`);
    }
  };
  const collected = () => {
    for (const button of cards.querySelectorAll('[data-kb=collect]')) {
      const found = turnOf(Number(button.dataset.turn))?.citations.find((c) => c.n === Number(button.dataset.n));
      button.textContent = found && kb.basket.has(found) ? say('collected') : button.dataset.words || (button.dataset.words = button.textContent);
    }
  };
  window.addEventListener('kb:basket', collected);
  // Shows the cards of a turn; with `n` that card is in view and its page in the viewer.
  const show = (turn, n, {opens = false} = {}) => {
    const found = turnOf(turn);
    if (!found) return;
    if (shownTurn !== turn || !cards.querySelector('.kb-card')) { cards.innerHTML = found.cards || empty; shownTurn = turn; collected(); }
    const citation = found.citations.find((c) => c.n === n);
    mark(turn, n);
    if (citation) {
      const card = document.getElementById(`kb-${turn}-${n}`);
      // the first card of a document comes with the document's name above it
      const top = card?.previousElementSibling?.matches('.kb-source-head') ? card.previousElementSibling : card;
      if (top) cards.scrollTop += top.getBoundingClientRect().top - cards.getBoundingClientRect().top - 4;
      viewer.show(citation, found.citations);
    } else viewer.clear();
    if (opens) open();
  };
  // On a phone the evidence lies over the conversation: it takes the focus, and what is below it cannot be come to.
  const phone = matchMedia('(max-width: 760px)');
  const under = () => [the('.kb-talk'), the('.kb-past')];
  const open = () => {
    section.classList.add('kb-open');
    if (!phone.matches) return;
    for (const each of under()) each.inert = true;
    setTimeout(() => the('.kb-back-to').focus());
  };
  const close = (returns) => {
    const was = section.classList.contains('kb-open');
    section.classList.remove('kb-open');
    for (const each of under()) each.inert = false;
    if (was && returns) element.querySelector('a.kb-here')?.focus();
  };
  phone.addEventListener('change', () => close(false));
  const clear = () => { cards.innerHTML = empty; shownTurn = 0; viewer.clear(); close(false); };
  section.addEventListener('kb:quote', (event) => mark(shownTurn, event.detail.n));
  the('.kb-back-to').addEventListener('click', () => close(true));
  section.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && phone.matches && !document.fullscreenElement) { event.preventDefault(); close(true); }
  });
  cards.addEventListener('click', (event) => {
    const card = event.target.closest('.kb-card');
    if (!card || event.target.closest('button, a, summary, details') || String(getSelection())) return;
    const [, turn, n] = card.id.split('-').map(Number);
    show(turn, n);
  });

  // --- the note at a marker
  const note = make('div', 'kb-pop');
  note.id = 'kb-pop';
  note.setAttribute('role', 'tooltip');
  note.hidden = true;
  desk().append(note);
  const cited = (link) => {
    const found = /^#kb-(\d+)-(\d+)$/.exec(link.getAttribute('href') || '');
    return found && turnOf(Number(found[1]))?.citations.find((c) => c.n === Number(found[2]));
  };
  const point = (event) => {
    const link = event.target.closest?.('a.kb-mark, a.kb-near'), citation = link && cited(link);
    if (!citation) return;
    const quote = make('div', 'kb-words', citation.quote.length > 420 ? `${citation.quote.slice(0, 420)} …` : citation.quote);
    quote.dir = 'auto';
    quote.lang = citation.language === 'und' ? '' : citation.language;
    note.replaceChildren(make('strong', '', citation.words), quote);
    note.hidden = false;
    link.setAttribute('aria-describedby', 'kb-pop');
    const at = link.getBoundingClientRect(), size = note.getBoundingClientRect();
    note.style.left = `${Math.max(8, Math.min(at.left, innerWidth - size.width - 8))}px`;
    note.style.top = `${at.bottom + size.height + 8 > innerHeight ? Math.max(4, at.top - size.height - 6) : at.bottom + 6}px`;
  };
  const away = () => { note.hidden = true; element.querySelector('[aria-describedby=kb-pop]')?.removeAttribute('aria-describedby'); };
  for (const [into, out] of [['mouseover', 'mouseout'], ['focusin', 'focusout']]) {
    the('.kb-chat').addEventListener(into, point);
    the('.kb-chat').addEventListener(out, away);
  }
  the('.kb-chat').addEventListener('scroll', away);
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape') away(); });
  return {show, clear};
};
