// The citation list: rows of what the browser keeps, made by the server; order, notes, deletion and undo happen here.
const past = [];
let drawn = 0;
const FIELDS = ['doc_id', 'unit_id', 'doc_ref', 'path', 'page_label', 'quote', 'quote_sha256', 'match', 'status', 'amendment',
  'index_id', 'page_index', 'page_end', 'char_start', 'char_end', 'note'];
const usable = (each) => each && typeof each === 'object' && (each.unit_id || (each.doc_id && each.quote));
const items = () => kb.basket.items().filter(usable).slice(0, 500);
const sent = () => items().map((each) => Object.fromEntries(FIELDS.filter((k) => each[k] != null).map((k) => [k, each[k]])));
let ours = false;
// Puts a changed list in the place of the old one, which can be brought back.
const change = (next, said) => {
  past.push(JSON.stringify(kb.basket.items()));
  if (past.length > 50) past.shift();
  ours = true;
  const kept = kb.basket.replace(next);
  ours = false;
  say(kept ? said : words('full'), !kept);
  undoable();
};
const undoable = () => { const button = element.querySelector('[data-do="undo"]'); if (button) button.disabled = !past.length; };
const draw = async (focus) => {
  const mine = ++drawn, list = items();
  if (!root()) return;
  root().classList.toggle('kb-drawing', !part('rows').querySelector('.kb-basket-row') && list.length > 0);
  if (!list.length) { part('rows').innerHTML = `<div class="kb-hint"></div>`; part('rows').firstChild.textContent = words('empty'); return; }
  try {
    const found = await kb.call('list/rows', {items: sent()});
    if (mine !== drawn || !part('rows')) return;
    part('rows').innerHTML = found.html;
    root().classList.remove('kb-drawing');
    facts = found.rows;
    stale = found.stale;
    // what was collected by its unit alone is kept whole from now on
    if (found.rows.length === list.length && list.some((each, at) => !each.quote && found.rows[at].item)) {
      ours = true;
      kb.basket.replace(list.map((each, at) => (each.quote ? each : {...found.rows[at].item, note: each.note || ''})));
      ours = false;
    }
    part('rows').querySelectorAll('textarea').forEach(grow);
    if (focus) part('rows').querySelector(focus)?.focus();
  } catch (error) { root()?.classList.remove('kb-drawing'); say(told(error), true); }
};
let facts = [], stale = 0;
const grow = (area) => { area.style.height = 'auto'; area.style.height = `${Math.max(area.scrollHeight, 34)}px`; };
const renumber = () => {
  part('rows').querySelectorAll('.kb-basket-row').forEach((row, at) => {
    row.dataset.at = String(at);
    row.querySelector('.kb-n').textContent = String(at + 1);
  });
};
const move = (from, to) => {
  const list = items(), rows = [...part('rows').querySelectorAll('.kb-basket-row')];
  if (to < 0 || to >= list.length || from === to || !rows[from]) return;
  const [taken] = list.splice(from, 1);
  list.splice(to, 0, taken);
  const [fact] = facts.splice(from, 1);
  facts.splice(to, 0, fact);
  const row = rows[from];
  rows[to][from < to ? 'after' : 'before'](row);
  renumber();
  change(list, words('moved', {n: to + 1}));
};
const indexOf = (node) => Number(node.closest('.kb-basket-row')?.dataset.at ?? -1);
const remove = (at) => {
  const list = items();
  list.splice(at, 1);
  change(list, words('deleted'));
  draw(`[data-at="${Math.min(at, list.length - 1)}"]`);
};
const acts = {
  up: (button) => { const at = indexOf(button); move(at, at - 1); button.focus(); },
  down: (button) => { const at = indexOf(button); move(at, at + 1); button.focus(); },
  delete: (button) => remove(indexOf(button)),
  take: (button) => {
    const at = indexOf(button), list = items();
    if (!facts[at]?.now) return;
    list[at] = {...facts[at].now, note: list[at].note || ''};
    change(list, words('updated'));
    draw(`[data-at="${at}"]`);
  },
  undo: () => {
    if (!past.length) return;
    ours = true;
    kb.basket.replace(JSON.parse(past.pop()));
    ours = false;
    say(words('undone'));
    undoable();
    draw();
  },
  'to-export': () => {
    field('format').scrollIntoView({block: 'center'});
    field('format').focus({preventScroll: true});
  },
  clear: () => { if (items().length) { change([], words('cleared')); draw(); } },
  check: async () => { await draw(); say(words('checked', {n: items().length, stale})); },
  copy: async (button) => {
    const made = await kb.call('list/copied', {items: sent(), ...chosenFile()});
    await kb.copy(made.text, made.html);
    const before = button.textContent; button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = before; }, 1200);
  },
  save: () => kb.download('list/file', {items: sent(), ...chosenFile()}),
  preview: async () => showPreview(await kb.call('list/preview', {items: sent(), ...chosenFile()})),
  paste: async () => {
    const found = await kb.call('list/paste', {text: field('pasted').value});
    part('pasted').innerHTML = found.html;
    collect(found.items);
  },
  collect: (button) => { collect([{unit_id: button.dataset.unit}]); button.closest('li')?.remove(); },
};
const collect = (fresh) => {
  const before = items(), keys = new Set(before.map(kb.basket.keyOf));
  const added = fresh.filter((each) => !keys.has(kb.basket.keyOf(each)) && keys.add(kb.basket.keyOf(each)));
  if (before.length + added.length > 500) { say(words('full'), true); return; }
  if (added.length) change([...before, ...added], words('added', {n: added.length}));
  draw();
};
element.addEventListener('click', (event) => {
  const open = event.target.closest('[data-kb="unit"]');
  if (open) { kb.open('lookup', {unit: open.dataset.unit}); return; }
  const button = event.target.closest('[data-do]');
  if (button && acts[button.dataset.do]) busy(button, async () => acts[button.dataset.do](button));
});
element.addEventListener('keydown', (event) => {
  const row = event.target.closest('.kb-basket-row');
  if (!row) return;
  const at = indexOf(row), step = {ArrowUp: -1, ArrowDown: 1}[event.key];
  if (step && event.altKey) {
    event.preventDefault();
    move(at, at + step);
    row.focus();
  } else if (step && event.target === row) {
    event.preventDefault();
    part('rows').querySelector(`[data-at="${at + step}"]`)?.focus();
  } else if (event.key === 'Delete' && event.target === row) {
    event.preventDefault();
    remove(at);
  }
});
element.addEventListener('keydown', (event) => {
  if (event.key !== 'z' || !(event.ctrlKey || event.metaKey) || event.target.matches('textarea, input')) return;
  event.preventDefault();
  acts.undo();
});
element.addEventListener('input', (event) => { if (event.target.dataset.field === 'note') grow(event.target); });
element.addEventListener('change', (event) => {
  if (event.target.dataset.field === 'note') {
    const at = indexOf(event.target), list = items();
    if (!list[at]) return;
    list[at] = {...list[at], note: event.target.value};
    change(list, '');
  } else if (['format', 'style'].includes(event.target.dataset.field)) part('preview').replaceChildren();
});
// Rows are dragged by their handle; with a finger the buttons do the same.
let dragged = -1;
element.addEventListener('pointerdown', (event) => {
  const handle = event.target.closest('[data-drag]');
  if (!handle) return;
  event.preventDefault();
  dragged = indexOf(handle);
  handle.setPointerCapture(event.pointerId);
  handle.closest('.kb-basket-row').classList.add('kb-dragged');
});
element.addEventListener('pointermove', (event) => {
  if (dragged < 0) return;
  const under = document.elementFromPoint(event.clientX, event.clientY)?.closest('.kb-basket-row');
  element.querySelectorAll('.kb-drop-here').forEach((row) => row.classList.remove('kb-drop-here'));
  under?.classList.add('kb-drop-here');
});
element.addEventListener('pointerup', (event) => {
  if (dragged < 0) return;
  const under = document.elementFromPoint(event.clientX, event.clientY)?.closest('.kb-basket-row'), from = dragged;
  dragged = -1;
  element.querySelectorAll('.kb-drop-here, .kb-dragged').forEach((row) => row.classList.remove('kb-drop-here', 'kb-dragged'));
  if (under) move(from, indexOf(under));
});
element.addEventListener('pointercancel', () => {
  dragged = -1;
  element.querySelectorAll('.kb-drop-here, .kb-dragged').forEach((row) => row.classList.remove('kb-drop-here', 'kb-dragged'));
});
window.addEventListener('kb:basket', () => { if (!ours) draw(); });
watch('value', () => draw());
draw();
