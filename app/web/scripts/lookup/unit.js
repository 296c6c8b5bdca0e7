// The unit shown by the screen Look up: opening units by their addresses, the tree, the page, copying, the list.
const area = () => element.querySelector('#kb-unit-area');
let start = '', opening = 0;

const show = async (work, remember) => {
  const mine = ++opening;
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
  if (here && tree.open) tree.querySelector('nav').scrollTop = here.offsetTop - 120;
};
// The address of what is shown is that of the page, so that Back leads to what was shown before.
const remembered = (detail, query) => {
  const url = new URL(location.href);
  for (const name of ['unit', 'ref', 'q', 'list']) url.searchParams.delete(name);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  if (url.href !== location.href) history.pushState({...(history.state || {}), kb: 'lookup', ...detail}, '', url);
};
const openUnit = (unit, keep = true) => show(
  () => kb.call('lookup/unit', {unit}), keep && ((found) => found.unit && remembered({}, {unit: found.unit})));
const openReference = (text, keep = true) => show(
  () => kb.call('lookup/reference', {text}),
  keep && ((found) => remembered({}, found.unit ? {unit: found.unit} : {ref: text})));

const fromAddress = () => {
  const query = new URLSearchParams(location.search);
  if (query.get('unit')) { kb.show('lookup'); openUnit(query.get('unit'), false); return true; }
  if (query.get('ref')) { kb.show('lookup'); openReference(query.get('ref'), false); return true; }
  return false;
};
window.addEventListener('popstate', () => {
  if (fromAddress() || !start) return;
  opening += 1;
  area().innerHTML = start;
  settle('');
});
kb.show = kb.show || ((screen) => {
  const button = document.querySelector(`button[role=tab][data-tab-id="${screen}"]`);
  if (button && button.getAttribute('aria-selected') !== 'true') button.click();
});
kb.onOpen('lookup', (detail) => {
  if (detail.unit) openUnit(detail.unit);
  else if (detail.reference) openReference(detail.reference);
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
  const unit = button.dataset.of;
  if (kb.viewer) { kb.viewer(await kb.call('lookup/cite', {unit})); return; }
  button.disabled = true;
  try {
    const found = await kb.call('lookup/page', {unit});
    place.innerHTML = '';
    for (const line of found.lines) place.append(Object.assign(document.createElement('p'), {textContent: line}));
    if (found.image) place.append(Object.assign(document.createElement('img'), {src: found.image, alt: found.lines[0]}));
    place.hidden = false;
    button.setAttribute('aria-expanded', 'true');
    place.scrollIntoView({block: 'nearest'});
  } catch (error) { place.textContent = error.message; place.hidden = false; }
  button.disabled = false;
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
    const menu = event.target.closest('details.kb-menu[open]');
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
watch('value', () => { start = ''; fromAddress(); });
setTimeout(fromAddress, 0);
