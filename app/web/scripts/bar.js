// The language of the page is that of its words, for screen readers, fonts and hyphens. What the person may do stands
// at the page too, so that the style shows what is for editors to editors alone.
const spoken = () => {
  const {lang, role} = element.querySelector('h1')?.dataset || {};
  if (lang) document.documentElement.lang = lang;
  if (role) document.documentElement.dataset.role = role;
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
