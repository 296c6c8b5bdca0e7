// The batch: a file is given, its rows are shown as they are read, a run is watched, its answers are shown and saved.
const KEPT = 'kb-batch';
let batch = kb.stored(KEPT, ''), chosen = 'all', page = 0, timer = 0;
const at = (more = {}) => ({batch, ...more});
const keep = (name) => { batch = name; kb.store(KEPT, name); };
const forget = () => { keep(''); chosen = 'all'; page = 0; part('work')?.replaceChildren(); element.querySelector('.kb-give').hidden = false; };
const show = (found) => {
  const work = part('work');
  if (!work) return;
  if ('html' in found) {
    work.innerHTML = '<div data-part="run" aria-live="polite"></div><div data-part="table"></div>';
    part('table').innerHTML = found.html;
  }
  if ('run' in found) part('run').innerHTML = found.run;
  element.querySelector('.kb-give').hidden = true;
  if (found.problem) say(found.problem, true);
  clearTimeout(timer);
  if (['waiting', 'running'].includes(found.state)) timer = setTimeout(watchRun, 700);
};
const watchRun = () => busy(null, async () => {
  try { show(await kb.call('batch/state', at())); }
  catch (error) { if (!/^(?:\d{3}|Failed)/.test(error.message)) forget(); throw error; }
});
const table = async () => { part('table').innerHTML = (await kb.call('batch/page', at({filter: chosen, page}))).html; };
const acts = {
  read: async () => {
    const file = field('file').files[0], pasted = field('pasted').value;
    if (!file && !pasted.trim()) return;
    if (file && file.size > MOST_BYTES) { say(words('large'), true); return; }
    say(words('reading'));
    const found = await kb.call('batch/read', file ? {name: file.name, data: await inBase64(file)} : {text: pasted});
    say('');
    chosen = 'all'; page = 0;
    keep(found.batch);
    show(found);
  },
  run: async () => { say(''); show(await kb.call('batch/run', at())); },
  again: async () => { chosen = 'all'; page = 0; show(await kb.call('batch/again', at())); },
  stop: async () => show(await kb.call('batch/stop', at())),
  drop: async () => { clearTimeout(timer); await kb.call('batch/drop', at()); say(''); forget(); field('file').value = ''; },
  filter: async (button) => { chosen = button.dataset.name; page = 0; await table(); element.querySelector(`[data-do="filter"][data-name="${chosen}"]`)?.focus(); },
  page: async (button) => { page = Number(button.dataset.to); await table(); part('table').scrollIntoView(); },
  evidence: async (button) => {
    const place = button.closest('td').querySelector('[data-part="evidence"]'), open = button.getAttribute('aria-expanded') === 'true';
    button.setAttribute('aria-expanded', String(!open));
    if (open) place.replaceChildren();
    else place.innerHTML = (await kb.call('batch/evidence', at({row: Number(button.dataset.row)}))).html;
  },
  'collect-all': async (button) => {
    const found = await kb.call('batch/collected', at());
    kb.basket.add(found.items);
    kb.open('list');
  },
  save: () => kb.download('batch/file', at(chosenFile())),
  preview: async () => showPreview(await kb.call('batch/preview', at(chosenFile()))),
  workbook: () => kb.download('batch/workbook', at()),
};
element.addEventListener('click', (event) => {
  const shared = event.target.closest('[data-kb]');
  if (shared?.dataset.kb === 'unit') { kb.open('lookup', {unit: shared.dataset.unit}); return; }
  if (shared?.dataset.kb === 'copy') {
    kb.copy(shared.dataset.text);
    const before = shared.textContent; shared.textContent = shared.dataset.done;
    setTimeout(() => { shared.textContent = before; }, 1200);
    return;
  }
  const button = event.target.closest('[data-do]');
  if (button && acts[button.dataset.do]) busy(button, async () => acts[button.dataset.do](button));
});
element.addEventListener('change', (event) => {
  const {field: name, row} = event.target.dataset;
  if (name === 'settle') {
    busy(event.target, async () => {
      const found = await kb.call('batch/settle', at({row: Number(row), unit: event.target.value}));
      const holder = document.createElement('tbody');
      holder.innerHTML = found.row;
      event.target.closest('tr').replaceWith(holder.firstChild);
      element.querySelector(`select[data-row="${row}"]`)?.focus();
      show(await kb.call('batch/state', at()));
    });
  } else if (name === 'column') busy(event.target, async () => show(await kb.call('batch/column', at({column: event.target.value}))));
  else if (name === 'approve') {
    busy(event.target, () => kb.call('batch/approve', at({row: Number(row), on: event.target.checked})));
  } else if (['format', 'style'].includes(name)) part('preview').replaceChildren();
});
// A run goes on when the page is loaded anew, and is shown again.
const back = () => {
  if (!batch || !root()) return;
  busy(null, async () => {
    try { show(await kb.call('batch/state', at({whole: true}))); }
    catch (error) { if (!/^(?:\d{3}|Failed)/.test(error.message)) forget(); throw error; }
  });
};
watch('value', back);
back();
