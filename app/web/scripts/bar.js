// The language of the page is that of its words, for screen readers, fonts and hyphens.
const spoken = () => {
  const code = element.querySelector('h1')?.dataset.lang;
  if (code) document.documentElement.lang = code;
};
spoken();
watch('value', spoken);
element.addEventListener('click', (event) => {
  const code = event.target.closest('[data-speak]')?.dataset.speak;
  if (code && code !== kb.lang()) kb.speak(code);
});
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-sign-out]');
  if (!button) return;
  button.disabled = true;
  kb.signOut().catch(() => { button.disabled = false; });
});
