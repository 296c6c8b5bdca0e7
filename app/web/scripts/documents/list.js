// The list of documents, its search and facets, and the document that is open. Gradio makes a tab when it is
// first shown, and runs this then.
const within = (selector) => element.querySelector(selector);
let loaded = false, chosen = null, loads = 0;  // what was chosen outlives a list that is made anew
const problem = (place, error) => {
  const line = document.createElement('div');
  line.className = 'kb-problem'; line.setAttribute('role', 'alert'); line.textContent = error.message;
  place.replaceChildren(line);
};
const load = async () => {
  loaded = true;
  const mine = ++loads, place = within('.kb-documents-list');
  try {
    const found = await kb.call('documents/list');
    if (mine !== loads) return;  // a later one fills the list
    place.innerHTML = found.html;
    choose(chosen || {});
  } catch (error) { problem(place, error); loaded = false; }
  place.setAttribute('aria-busy', 'false');
};
const field = (name) => within(name === 'find' ? '.kb-document-find' : `.kb-facet[data-facet=${name}]`);
const choices = () => Object.fromEntries(['find', 'here', 'publisher', 'status'].map((name) => [name, field(name)?.value || '']));
const choose = (values) => {
  for (const name of ['find', 'here', 'publisher', 'status']) field(name).value = values[name] || '';
  filter();
};
const filter = () => {
  chosen = choices();
  const {find, here, publisher, status} = chosen;
  const words = find.toLowerCase().normalize('NFKC').split(/\s+/).filter(Boolean);
  let n = 0;
  for (const row of element.querySelectorAll('.kb-document-row')) {
    const data = row.dataset;
    const fits = (!here || data.here === here) && (!publisher || data.publisher === publisher)
      && (!status || data.status === status) && words.every((word) => data.words.includes(word));
    row.hidden = !fits;
    n += fits;
  }
  const counted = within('.kb-counted');
  counted.textContent = counted.dataset.words.replace('%', n);
  within('.kb-nothing').hidden = n > 0;
};
const openDocument = async (id) => {
  const place = within('.kb-document');
  try {
    const found = await kb.call('documents/document', {document: id});
    place.innerHTML = found.html;
    element.classList.add('kb-document-open');
    for (const row of element.querySelectorAll('.kb-document-row .kb-link'))
      row.toggleAttribute('aria-current', row.dataset.document === found.document);
    place.focus({preventScroll: true});
    if (window.innerWidth < 1000) element.scrollIntoView();
    else place.scrollIntoView({block: 'nearest'});
  } catch (error) { problem(place, error); }
};
// After a reading the document that is open is shown as it is now; a reader is not taken away from the progress.
const openAgain = async () => {
  const id = within('.kb-document-page')?.dataset.document;
  if (id) within('.kb-document').innerHTML = (await kb.call('documents/document', {document: id})).html;
};
const showPages = async (button) => {
  const place = button.parentElement.querySelector('.kb-pages'), id = button.closest('.kb-document-page').dataset.document;
  button.hidden = true;
  place.hidden = false;
  await kb.viewer(place.querySelector('.kb-viewer')).show({doc_id: id, page: 1});
};
const growTree = async (button) => {
  const row = button.closest('li'), open = button.getAttribute('aria-expanded') === 'true';
  button.setAttribute('aria-expanded', String(!open));
  const below = row.querySelector(':scope > ul');
  if (below) { below.hidden = open; return; }
  row.insertAdjacentHTML('beforeend', (await kb.call('lookup/branch', {of: button.dataset.branch})).html);
};
element.addEventListener('input', (event) => { if (event.target.matches('.kb-document-find')) filter(); });
element.addEventListener('change', (event) => { if (event.target.matches('.kb-facet')) filter(); });
element.addEventListener('click', (event) => {
  const target = event.target.closest('a, button');
  if (!target) return;
  const data = target.dataset;
  if (data.document && target.matches('a')) { event.preventDefault(); openDocument(data.document); }
  else if (data.unit && target.matches('a')) { event.preventDefault(); kb.open('lookup', {unit: data.unit}); }
  else if (data.branch) growTree(target);
  else if (data.pages !== undefined) showPages(target);
  else if (data.clear !== undefined) {
    choose({}); field('find').focus();
  } else if (data.back !== undefined) {
    element.classList.remove('kb-document-open');
    within('.kb-document-row .kb-link[aria-current]')?.focus();
  }
});
kb.onOpen('documents', async (detail) => {
  if (detail.text) chosen = {find: detail.text};
  if (!within('.kb-document-find')) load();
  else if (detail.text) choose(chosen);
  if (detail.document) openDocument(detail.document);
});
watch('value', load);  // new words, of another language
if (!loaded) load();
