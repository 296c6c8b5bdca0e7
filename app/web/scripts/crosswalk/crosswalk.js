// The crosswalk: tables whose numbers open pairs, judgements on a pair, suggestions, exports.
const place = () => element.querySelector('.kb-crosswalk-area');
const NAME = 'kb-reviewer';
let shown = 'works', turn = 0;

const fill = async (work, focus) => {
  const mine = ++turn;
  place().setAttribute('aria-busy', 'true');
  try {
    const found = await work();
    if (mine !== turn) return;
    place().innerHTML = found.html;
    if (found.queued) element.querySelector('.kb-views [data-view=queue]').textContent = found.queued;
    for (const box of place().querySelectorAll('input[name=by]')) box.value = kb.stored(NAME, '') || '';
    if (focus) (place().querySelector('h2') || place()).focus({preventScroll: true});
  } catch (error) {
    const line = document.createElement('div');
    line.className = 'kb-problem'; line.setAttribute('role', 'alert'); line.textContent = error.message;
    place().replaceChildren(line);
  }
  place().setAttribute('aria-busy', 'false');
};
const view = (name, focus) => {
  shown = name;
  for (const each of element.querySelectorAll('.kb-views [data-view]'))
    each.setAttribute('aria-pressed', String(each.dataset.view === name));
  return fill(() => kb.call(`crosswalk/${name}`), focus);
};
const judge = async (button) => {
  const pair = button.closest('.kb-edge'), told = pair.querySelector('.kb-judge-told');
  const value = (name) => pair.querySelector(`[name=${name}]`).value.trim();
  button.disabled = true;
  told.textContent = '';
  try {
    const found = await kb.call('crosswalk/judge', {
      edge: button.dataset.at, how: button.dataset.judge, by: value('by'), note: value('note'),
      relation: value('relation'), against: value('against'), source: pair.querySelector('.kb-beside a')?.dataset.unit || '',
    });
    kb.store(NAME, value('by'));
    const fresh = document.createElement('div');
    fresh.innerHTML = found.html;
    pair.replaceWith(fresh.firstElementChild);
    element.querySelector('.kb-views [data-view=queue]').textContent = found.queued;
    for (const box of place().querySelectorAll('input[name=by]')) box.value = kb.stored(NAME, '') || '';
  } catch (error) { told.textContent = error.message; }
  button.disabled = false;
};
element.addEventListener('click', async (event) => {
  const target = event.target.closest('a, button');
  if (!target) return;
  const data = target.dataset;
  if (data.unit && target.matches('a')) { event.preventDefault(); kb.open('lookup', {unit: data.unit}); }
  else if (data.view === 'back') view(shown, true);
  else if (data.view) view(data.view, false);
  else if (data.judge) judge(target);
  else if (data.export) { await kb.download('crosswalk/export', {kind: data.export}); target.closest('details').open = false; }
  else if (target.matches('.kb-cell')) fill(() => kb.call('crosswalk/pairs', {a: data.a || '', b: data.b, of: data.of || ''}), true);
});
element.addEventListener('change', (event) => {
  if (!event.target.matches('.kb-gaps-only')) return;
  const only = event.target.checked;
  for (const row of element.querySelectorAll('tr[data-gap=false]')) row.hidden = only;
  for (const group of element.querySelectorAll('.kb-group')) if (only) group.open = true;
});
element.addEventListener('submit', (event) => {
  event.preventDefault();
  const form = event.target.closest('.kb-suggest-pairs');
  if (!form) return;
  const button = form.querySelector('button');
  button.disabled = true;
  button.textContent = button.dataset.running;
  fill(() => kb.call('crosswalk/suggest', {reference: form.elements.reference.value}));
});
element.addEventListener('keydown', (event) => {
  const menu = event.target.closest('details.kb-forms[open]');
  if (event.key === 'Escape' && menu) { menu.open = false; menu.querySelector('summary').focus(); }
  const cell = event.target.closest('.kb-cell');
  if (!cell || !event.key.startsWith('Arrow')) return;
  const box = cell.closest('td'), row = box.parentElement, at = [...row.children].indexOf(box);
  const step = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[event.key];
  const rows = [...row.parentElement.children];
  event.preventDefault();
  for (let x = at + step[0], y = rows.indexOf(row) + step[1]; rows[y]?.children[x]; x += step[0], y += step[1]) {
    const next = rows[y].children[x].querySelector('.kb-cell');
    if (next) { next.focus(); return; }
  }
});
watch('value', () => view(shown));
view(shown);
