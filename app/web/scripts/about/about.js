// The About screen is filled when its tab is first shown; what works on this machine is looked up when it is asked for.
const fillAbout = async () => {
  const area = element.querySelector('.kb-about-area');
  try { area.innerHTML = (await kb.call('about/facts')).html; }
  catch (error) { area.textContent = error.message; }
  area.setAttribute('aria-busy', 'false');
};
element.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-doctor]');
  if (!button) return;
  button.disabled = true;
  const place = button.parentElement;
  try { place.innerHTML = (await kb.call('about/doctor')).html; } catch (error) { place.textContent = error.message; }
});
watch('value', fillAbout);
fillAbout();
