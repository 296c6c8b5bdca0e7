// Buttons inside our HTML carry data-kb: a click copies text, or becomes a "select" event of the panel.
const copy = async (button) => {
  const text = button.dataset.text;
  try { await navigator.clipboard.writeText(text); }
  catch (_) {
    const area = document.createElement('textarea');
    area.value = text; document.body.append(area); area.select(); document.execCommand('copy'); area.remove();
  }
  const words = button.textContent; button.textContent = button.dataset.done;
  setTimeout(() => { button.textContent = words; }, 1200);
};
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-kb]');
  if (!button) return;
  const data = button.dataset;
  if (data.kb === 'copy') { copy(button); return; }
  trigger('select', {kind: data.kb, turn: Number(data.turn) || 0, n: Number(data.n) || 0, unit: data.unit || ''});
  if (data.kb === 'page' && window.innerWidth < 1000)
    setTimeout(() => document.getElementById('kb-page')?.scrollIntoView({behavior: 'smooth'}), 700);
});
