// The combobox of the screen Look up. Suggestions follow what is in the box, however it came there: typed, pasted,
// deleted or composed by an input method. Enter looks up what is written, or opens the option that is chosen.
const WAIT = 40;
const box = () => element.querySelector('#kb-reference');
const list = () => element.querySelector('#kb-reference-list');
const told = () => element.querySelector('#kb-reference-told');
const options = () => [...list().querySelectorAll('[role=option]')];
let asked = 0, timer = 0, active = -1, quiet = '';

const close = () => {
  clearTimeout(timer);
  asked += 1;  // a reply that is under way opens nothing
  active = -1;
  list().hidden = true;
  list().innerHTML = '';
  box().setAttribute('aria-expanded', 'false');
  box().removeAttribute('aria-activedescendant');
};
const choose = (n) => {
  const rows = options();
  active = rows.length ? (n + rows.length + 1) % (rows.length + 1) : -1;
  if (active === rows.length) active = -1;
  rows.forEach((row, at) => row.setAttribute('aria-selected', String(at === active)));
  if (active < 0) box().removeAttribute('aria-activedescendant');
  else { box().setAttribute('aria-activedescendant', rows[active].id); rows[active].scrollIntoView({block: 'nearest'}); }
};
const suggest = async () => {
  const text = box().value.trim();
  if (!text || text === quiet) { close(); return; }
  const mine = ++asked;
  let found;
  try { found = await kb.call('lookup/suggest', {text}); } catch (_) { return; }
  if (mine !== asked || document.activeElement !== box()) return;
  list().innerHTML = found.html;
  active = -1;
  list().hidden = !found.n;
  box().setAttribute('aria-expanded', String(found.n > 0));
  box().removeAttribute('aria-activedescendant');
  told().textContent = found.told;
};
const changed = () => { quiet = ''; clearTimeout(timer); timer = setTimeout(suggest, WAIT); };

element.addEventListener('input', (event) => { if (event.target === box()) changed(); });
element.addEventListener('compositionend', (event) => { if (event.target === box()) changed(); });
element.addEventListener('keydown', (event) => {
  if (event.target !== box() || event.isComposing || event.keyCode === 229) return;
  const n = options().length, shown = !list().hidden;
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    event.preventDefault();
    if (!shown) { quiet = ''; suggest(); return; }
    choose(event.key === 'ArrowDown' ? active + 1 : active < 0 ? n - 1 : active - 1);
  } else if (event.key === 'Home' && shown && active >= 0) { event.preventDefault(); choose(0);
  } else if (event.key === 'End' && shown && active >= 0) { event.preventDefault(); choose(n - 1);
  } else if (event.key === 'Escape' && shown) { event.preventDefault(); event.stopPropagation(); close();
  } else if (event.key === 'Enter') {
    event.preventDefault();
    const row = shown && active >= 0 ? options()[active] : null;
    if (row) pick(row); else submitted();
  } else if (event.key === 'Tab') close();
});
element.addEventListener('submit', (event) => { event.preventDefault(); submitted(); });
element.addEventListener('focusout', (event) => {
  if (event.target === box()) setTimeout(() => { if (document.activeElement !== box()) close(); }, 150);
});
element.addEventListener('mousedown', (event) => { if (event.target.closest('[role=option]')) event.preventDefault(); });
element.addEventListener('click', (event) => {
  const row = event.target.closest('[role=option]');
  if (row) pick(row);
});
// What stands in the box was looked up: it gets no suggestions until it is changed.
const settle = (text) => { if (text !== undefined) box().value = text; quiet = box().value.trim(); close(); };
const pick = (row) => { settle(row.dataset.text); openUnit(row.dataset.unit); };
const submitted = () => { const text = box().value.trim(); settle(); if (text) openReference(text); };
