// The filters as chips: each says what is set, unfolds to what can be chosen, and is cleared by its ×.
const filterChips = (changed) => {
  const root = the('.kb-filters'), lists = ['publishers', 'documents', 'languages', 'forces'];
  const boxes = (name) => [...root.querySelectorAll(`input[data-filter="${name}"]`)];
  const day = root.querySelector('input[data-filter=day]');
  let official = false;
  const read = () => {
    const found = {};
    for (const name of lists) {
      const chosen = boxes(name).filter((box) => box.checked).map((box) => box.dataset.value);
      if (chosen.length) found[name] = chosen;
    }
    const editions = boxes('editions').find((box) => box.checked)?.dataset.value;
    if (editions === 'current') found.editions = 'current';
    if (editions === 'day' && day.value) { found.editions = 'day'; found.day = day.value; }
    if (official) found.official = true;
    return found;
  };
  const words = () => {
    for (const chip of root.querySelectorAll('.kb-pickchip')) {
      const name = chip.dataset.chip, shown = chip.querySelector('summary span');
      const chosen = [...chip.querySelectorAll('input:checked')].map((box) => box.closest('label').textContent.trim());
      let text = chosen.length > 1 ? `${chosen[0]} +${chosen.length - 1}` : chosen[0] || chip.dataset.all;
      if (name === 'editions') {
        const value = chip.querySelector('input:checked')?.dataset.value || 'all';
        text = value === 'day' ? day.value || chip.dataset.all : value === 'all' ? chip.dataset.all : text;
        day.hidden = value !== 'day';
      }
      const is = text !== chip.dataset.all;
      shown.textContent = text;
      chip.classList.toggle('kb-set', is);
      root.querySelector(`[data-clear="${name}"]`).hidden = !is;
    }
  };
  const write = (filter = {}) => {
    for (const name of lists) for (const box of boxes(name)) box.checked = (filter[name] || []).includes(box.dataset.value);
    for (const box of boxes('editions')) box.checked = box.dataset.value === (filter.editions || 'all');
    day.value = filter.day || '';
    official = Boolean(filter.official);
    words();
  };
  root.addEventListener('change', () => { words(); changed(read()); });
  root.addEventListener('click', (event) => {
    const name = event.target.closest('[data-clear]')?.dataset.clear;
    if (!name) return;
    const filter = read();
    delete filter[name];
    if (name === 'editions') delete filter.day;
    write(filter);
    changed(read());
    root.querySelector(`[data-chip="${name}"] summary`).focus();
  });
  write({});
  return {read, write};
};
// Lists that can be searched, menus that close when another place is clicked or Esc is pressed.
element.addEventListener('input', (event) => {
  const menu = event.target.classList.contains('kb-seek') && event.target.closest('.kb-picks');
  if (!menu) return;
  const sought = event.target.value.trim().toLowerCase();
  for (const row of menu.querySelectorAll('.kb-pick')) row.hidden = !row.textContent.toLowerCase().includes(sought);
});
document.addEventListener('click', (event) => {
  for (const menu of element.querySelectorAll('details.kb-pickchip[open]')) if (!menu.contains(event.target)) menu.open = false;
});
element.addEventListener('keydown', (event) => {
  const menu = event.key === 'Escape' && event.target.closest('details.kb-pickchip[open]');
  if (menu) { menu.open = false; menu.querySelector('summary').focus(); event.stopPropagation(); }
});
