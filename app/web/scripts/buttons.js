// Buttons inside our HTML carry data-kb: a click copies text, opens a unit in the look-up, or becomes a "select" event
// of the panel.
element.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-kb]');
  if (!button) return;
  const data = button.dataset;
  if (data.kb === 'copy') {
    await kb.copy(data.text);
    const words = button.textContent; button.textContent = data.done;
    setTimeout(() => { button.textContent = words; }, 1200);
  } else if (data.kb === 'unit') kb.open('lookup', {unit: data.unit});
  else if (data.kb === 'reference') kb.open('lookup', {reference: data.unit});
  else trigger('select', {kind: data.kb, turn: Number(data.turn) || 0, n: Number(data.n) || 0, unit: data.unit || ''});
  if (data.kb === 'page' && window.innerWidth < 1000)
    setTimeout(() => document.getElementById('kb-page')?.scrollIntoView({behavior: 'smooth'}), 700);
});
