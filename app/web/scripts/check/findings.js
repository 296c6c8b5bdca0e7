// Check my draft: a draft is given and checked; marks in its text and findings beside it lead to each other.
const KEPT = 'kb-check';
let check = kb.stored(KEPT, ''), timer = 0;
const at = (more = {}) => ({check, ...more});
const keep = (name) => { check = name; kb.store(KEPT, name); };
const forget = () => { keep(''); part('work')?.replaceChildren(); element.querySelector('.kb-give').hidden = false; };
const show = (found) => {
  if (!part('work')) return;
  part('work').innerHTML = found.html;
  element.querySelector('.kb-give').hidden = found.state !== 'failed';
  if (found.problem) say(found.problem, true);
  clearTimeout(timer);
  if (['waiting', 'running'].includes(found.state)) timer = setTimeout(follow, 700);
};
const follow = () => busy(null, async () => {
  try { show(await kb.call('check/state', at())); }
  catch (error) { if (!/^(?:\d{3}|Failed)/.test(error.message)) forget(); throw error; }
});
const choose = (n) => {
  element.querySelectorAll('.kb-chosen').forEach((each) => each.classList.remove('kb-chosen'));
  element.querySelectorAll(`[data-finding="${n}"]`).forEach((each) => each.classList.add('kb-chosen'));
};
// Brings a place into view in the column it is in, and takes the keyboard there.
const lead = (target) => {
  if (!target) return;
  target.scrollIntoView({block: 'center', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth'});
  target.focus({preventScroll: true});
};
const toText = (n) => { choose(n); lead(element.querySelector(`mark[data-finding="${n}"]`)); };
const toFinding = (n) => {
  const card = element.querySelector(`.kb-finding[data-finding="${n}"]`), section = card?.closest('[data-level]');
  if (section?.hidden) element.querySelector(`[data-do="level"][data-name="${section.dataset.level}"]`)?.click();
  choose(n);
  lead(card);
};
const acts = {
  read: async () => {
    const file = field('file').files[0];
    if (!file) return;
    if (file.size > MOST_BYTES) { say(words('large'), true); return; }
    say(words('reading'));
    const found = await kb.call('check/read', {name: file.name, data: await inBase64(file)});
    say('');
    keep(found.check);
    show(found);
  },
  drop: async () => { clearTimeout(timer); await kb.call('check/drop', at()); say(''); forget(); field('file').value = ''; },
  level: (button) => {
    const on = button.getAttribute('aria-pressed') !== 'true';
    button.setAttribute('aria-pressed', String(on));
    const section = element.querySelector(`[data-level="${button.dataset.name}"]`);
    if (section) section.hidden = !on;
  },
  jump: (button) => toText(button.dataset.n),
  save: () => kb.download('check/file', at({format: field('format').value})),
  marked: () => kb.download('check/marked', at()),
};
element.addEventListener('click', (event) => {
  const shared = event.target.closest('[data-kb="unit"]');
  if (shared) { kb.open('lookup', {unit: shared.dataset.unit}); return; }
  const button = event.target.closest('[data-do]');
  if (button && acts[button.dataset.do]) { busy(button, async () => acts[button.dataset.do](button)); return; }
  const mark = event.target.closest('mark[data-finding]');
  if (mark) toFinding(mark.dataset.finding);
});
element.addEventListener('keydown', (event) => {
  const mark = event.target.closest('mark[data-finding]');
  if (mark && (event.key === 'Enter' || event.key === ' ')) { event.preventDefault(); toFinding(mark.dataset.finding); }
  else if (event.key === 'Enter' && event.target.matches('.kb-finding')) { event.preventDefault(); toText(event.target.dataset.finding); }
});
const back = () => {
  if (!check || !root()) return;
  busy(null, async () => {
    try { show(await kb.call('check/state', at())); }
    catch (error) { if (!/^(?:\d{3}|Failed)/.test(error.message)) forget(); throw error; }
  });
};
watch('value', back);
back();
