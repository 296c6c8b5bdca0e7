// What the screens Citation list, Batch and Check my draft share: parts of the panel, buttons in order, files, previews.
const root = () => element.querySelector('[data-screen]');
const part = (name) => element.querySelector(`[data-part="${name}"]`);
const field = (name) => element.querySelector(`[data-field="${name}"]`);
const say = (text, isProblem = false) => {
  const line = part('said');
  if (!line) return;
  line.textContent = text;
  line.classList.toggle('kb-problem', isProblem);
};
const words = (name, values = {}) => {
  const text = root().dataset[`say${name[0].toUpperCase()}${name.slice(1)}`] || '';
  return Object.entries(values).reduce((all, [key, value]) => all.replaceAll(`{${key}}`, value), text);
};
// An error of a call is a line for the person where the call gave one, else the line that the server was not reached.
const told = (error) => (/^(?:\d{3}|Failed|NetworkError|Load failed)/.test(error.message) ? words('lost') : error.message);
const busy = async (button, work) => {
  if (button) { if (button.getAttribute('aria-busy')) return; button.setAttribute('aria-busy', 'true'); }
  try { await work(); } catch (error) { say(told(error), true); } finally { button?.removeAttribute('aria-busy'); }
};
const MOST_BYTES = 20000000;
const inBase64 = (file) => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.onload = () => resolve(String(reader.result).split(',')[1] || '');
  reader.onerror = () => reject(new Error(words('lost')));
  reader.readAsDataURL(file);
});
// A document of its own is shown in a frame that may run nothing; what belongs into the page is put there.
const showPreview = ({html, page, title}) => {
  const place = part('preview');
  place.replaceChildren();
  if (page === undefined) { place.innerHTML = html; return; }
  const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', '');
  frame.title = title;
  frame.className = 'kb-preview-page';
  frame.srcdoc = page;
  place.append(frame);
};
const chosenFile = () => ({format: field('format').value, style: field('style')?.value || ''});
// The page of a cited place in a window over the screen; the places beside it are those that ↑ and ↓ go through.
element.addEventListener('click', (event) => {
  if (event.target.closest('[data-do="close-page"]') || event.target.matches('dialog')) { element.querySelector('dialog').close(); return; }
  const button = event.target.closest('[data-do="show-page"]');
  if (!button) return;
  const dialog = element.querySelector('dialog');
  const group = button.closest('[data-part="evidence"], .kb-basket-rows, .kb-findings') || element;
  const buttons = [...group.querySelectorAll('[data-do="show-page"]')];
  const places = buttons.map((each) => JSON.parse(each.dataset.place));
  dialog.shows ||= kb.viewer(dialog.querySelector('.kb-viewer'));
  dialog.showModal();
  dialog.shows.show(places[buttons.indexOf(button)], places);
});
