// Markers in the chat are links to #kb-TURN-N: a click becomes a "select" event and brings the card into view.
element.addEventListener('click', (event) => {
  const mark = event.target.closest('a[href^="#kb-"]');
  const found = mark && /^#kb-(\d+)-(\d+)$/.exec(mark.getAttribute('href'));
  if (!found) return;
  event.preventDefault();
  trigger('select', {kind: 'page', turn: Number(found[1]), n: Number(found[2]), unit: ''});
  setTimeout(() => {
    const card = document.getElementById(`kb-${found[1]}-${found[2]}`), list = card && card.closest('.kb-cards');
    if (!card) return;
    if (window.innerWidth < 1000) card.scrollIntoView({behavior: 'smooth'});
    else list.scrollTop = card.offsetTop - list.offsetTop;
  }, 500);
});
