// After each change the chat is scrolled to the last question.
watch('value', () => {
  const log = element.querySelector('.kb-chat'), asked = element.querySelectorAll('.kb-q');
  if (log && asked.length) log.scrollTop = asked[asked.length - 1].offsetTop - log.offsetTop - 10;
});
