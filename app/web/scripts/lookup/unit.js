// The unit shown by the screen Look up: opening units by their addresses, the tree, the page, copying, the list.
const area = () => element.querySelector('#kb-unit-area');
let start = '', opening = 0, shown = null;

const show = async (work, remember) => {
  const mine = ++opening;
  shown = work;
  if (!start) start = area().innerHTML;
  area().setAttribute('aria-busy', 'true');
  let found;
  try { found = await work(); }
  catch (error) {
    const line = document.createElement('div');
    line.className = 'kb-problem'; line.setAttribute('role', 'alert'); line.textContent = error.message;
    found = {html: line.outerHTML, unit: '', written: box().value};
  }
  if (mine !== opening) return;
  area().innerHTML = found.html || start;
  area().setAttribute('aria-busy', 'false');
  settle(found.written);
  if (remember) remember(found);
  const here = area().querySelector('.kb-tree-link[aria-current]');
  const tree = area().querySelector('.kb-tree');
  if (tree && window.innerWidth < 1000) tree.open = false;
  if (here && tree.open) whenShown(here, () => {
    const rows = tree.querySelector('nav');
    rows.scrollTop += here.getBoundingClientRect().top - rows.getBoundingClientRect().top - 120;
  });
};
// An address opens a unit before its tab is shown, and what is not shown has no place yet.
const whenShown = (element, work, frames = 120) => {
  if (element.offsetParent) work();
  else if (frames) requestAnimationFrame(() => whenShown(element, work, frames - 1));
};
// The address of the page is that of the unit shown, so that Back leads to what was shown before.
const openUnit = (unit, keep = true) => show(
  () => kb.call('lookup/unit', {unit}), keep && ((found) => found.unit && kb.address({unit: found.unit})));
const openReference = (text) => show(
  () => kb.call('lookup/reference', {text}), (found) => kb.address(found.unit ? {unit: found.unit} : {tab: 'lookup'}));
kb.onOpen('lookup', (detail) => {
  if (detail.unit) openUnit(detail.unit, !detail.back);
  else if (detail.reference) openReference(detail.reference);
});
// Back to before the first unit shows the screen as it was then.
window.addEventListener('popstate', () => {
  const query = new URLSearchParams(location.search);
  if (!start || query.get('unit') || query.get('tab') !== 'lookup') return;
  opening += 1;
  shown = null;
  area().innerHTML = start;
  settle('');
});

const branch = async (button) => {
  const row = button.closest('li'), open = button.getAttribute('aria-expanded') === 'true';
  button.setAttribute('aria-expanded', String(!open));
  const below = row.querySelector(':scope > ul');
  if (below) { below.hidden = open; return; }
  try { row.insertAdjacentHTML('beforeend', (await kb.call('lookup/branch', {of: button.dataset.branch})).html); }
  catch (_) { button.setAttribute('aria-expanded', 'false'); }
};
const showPage = async (button) => {
  const place = element.querySelector('.kb-unit-page');
  if (!place.hidden) { place.hidden = true; button.setAttribute('aria-expanded', 'false'); return; }
  place.hidden = false;
  button.setAttribute('aria-expanded', 'true');
  const citation = await kb.call('lookup/cite', {unit: button.dataset.of});
  const viewer = kb.viewer(place.querySelector('.kb-viewer'));
  await viewer.show(citation, [citation]);
  place.scrollIntoView({block: 'nearest'});
};
const said = (button, words) => {
  const before = button.textContent;
  button.textContent = words;
  setTimeout(() => { button.textContent = before; }, 1400);
};
const copyAs = async (button) => {
  const found = await kb.call('lookup/copy', {unit: button.dataset.of, form: button.dataset.copy});
  const text = button.dataset.copy === 'address' ? kb.here(found.text) : found.text;
  await kb.copy(text, found.html);
  said(button, element.querySelector('.kb-lookup-screen').dataset.copied);
};

element.addEventListener('click', async (event) => {
  const target = event.target.closest('a, button, summary');
  if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const data = target.dataset;
  try {
    if (data.unit && target.matches('a')) { event.preventDefault(); openUnit(data.unit); window.scrollTo({top: 0}); }
    else if (data.document !== undefined) { event.preventDefault(); kb.open('documents', {document: data.document}); }
    else if (data.documents !== undefined) kb.open('documents', {text: data.documents});
    else if (data.try) openReference(data.try);
    else if (data.branch) branch(target);
    else if (data.showPage !== undefined) await showPage(target);
    else if (data.line) { await kb.copy(data.line); said(target, element.querySelector('.kb-lookup-screen').dataset.copied); }
    else if (data.copy) await copyAs(target);
    else if (data.ask) kb.open('ask', {question: data.ask});
    else if (data.add !== undefined) {
      kb.basket.add([await kb.call('lookup/cite', {unit: data.of})]);
      said(target, element.querySelector('.kb-lookup-screen').dataset.added);
    }
  } catch (error) { said(target, error.message); }
});
// Arrow keys in the tree, as in every tree.
element.addEventListener('keydown', (event) => {
  const link = event.target.closest('.kb-tree-link, .kb-twist');
  if (event.key === 'Escape') {
    const menu = event.target.closest('details.kb-forms[open]');
    if (menu) { menu.open = false; menu.querySelector('summary').focus(); }
  }
  if (!link || !event.key.startsWith('Arrow')) return;
  const row = link.closest('li'), twist = row.querySelector(':scope > .kb-twist');
  const open = twist && twist.getAttribute('aria-expanded') === 'true';
  event.preventDefault();
  if (event.key === 'ArrowRight' && twist && !open) { branch(twist); return; }
  if (event.key === 'ArrowLeft' && open) { branch(twist); return; }
  if (event.key === 'ArrowLeft') { row.parentElement.closest('li')?.querySelector('.kb-tree-link').focus(); return; }
  const links = [...element.querySelectorAll('.kb-tree-link')].filter((each) => each.offsetParent);
  const at = links.indexOf(row.querySelector('.kb-tree-link')) + (event.key === 'ArrowUp' ? -1 : 1);
  links[Math.max(0, Math.min(links.length - 1, at))]?.focus();
});
// New words, of another language: what was shown is shown anew.
watch('value', () => { start = area().innerHTML; if (shown) show(shown); });
