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
