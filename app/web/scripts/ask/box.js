// The question box: it grows, sends with Enter unless an input method composes, never cuts what is pasted, and says how
// long the text is. While an answer is made its button is Stop, and what is typed meanwhile is kept.
const TYPED = 'kb-typed';
const questionBox = ({send, stop, last}) => {
  const field = the('#kb-question'), button = the('.kb-send'), told = the('#kb-told'), box = the('.kb-askbox');
  const limit = Number(box.dataset.limit), from = Number(box.dataset.from);
  let pending = false;
  const length = () => [...field.value.trim()].length;
  const said = (pattern) => pattern.replace('{n}', length().toLocaleString('en'));
  const changed = () => {
    field.style.height = 'auto';
    field.style.height = `${Math.min(field.scrollHeight + 2, 220)}px`;
    const n = length();
    told.textContent = n > limit ? said(box.dataset.long) : n >= from ? said(box.dataset.counted) : '';
    told.classList.toggle('kb-wrong', n > limit);
    try { sessionStorage.setItem(kb.own(TYPED), field.value); } catch (_) { /* it is only not kept */ }
  };
  const set = (text) => { field.value = text; changed(); };
  const submit = () => {
    const text = field.value.trim();
    if (pending) { told.textContent = say('still answering'); return; }
    if (text && length() <= limit) send(text); else changed();
  };
  field.addEventListener('input', changed);
  field.addEventListener('keydown', (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Enter' && !event.shiftKey) { event.preventDefault(); submit(); }
    else if (event.key === 'ArrowUp' && !field.value && last()) { event.preventDefault(); set(last()); }
    else if (event.key === 'Escape' && pending) { event.preventDefault(); stop(); }
  });
  button.addEventListener('click', () => (pending ? stop() : submit()));
  try { set(sessionStorage.getItem(kb.own(TYPED)) || ''); } catch (_) { changed(); }
  return {
    set: (text) => { set(text); field.focus(); },
    // Takes what was sent out of the box; what was typed behind it stays.
    sent: (text) => {
      const now = field.value.trimStart();
      set(now.startsWith(text) ? now.slice(text.length).trimStart() : field.value);
    },
    pending: (on) => {
      pending = on;
      button.textContent = say(on ? 'stop' : 'ask');
      button.classList.toggle('kb-stop', on);
      changed();
    },
    get isPending() { return pending; },
    focus: () => field.focus(),
  };
};
