// Files that are added: sent in pieces, recognised, then read into the index, with progress. Only one reading runs at a
// time; whoever opens the screen meanwhile sees how far it is.
const PIECE = 1 << 20;
const screen = () => element.querySelector('.kb-documents-screen');
const job = () => element.querySelector('.kb-job');
let token = '', watching = 0;

const tellJob = (html) => { if (job().innerHTML !== html) job().innerHTML = html; };
const tellLine = (words) => {
  const line = document.createElement('p');
  line.textContent = words; line.className = 'kb-note';
  job().replaceChildren(line);
};
const watchJob = async (first) => {
  const mine = ++watching;
  let found = first;
  while (mine === watching) {
    tellJob(found.html);
    if (!found.running) {
      if (found.changed) { token = ''; kb.showStatus(found.status); load(); openAgain(); }
      return;
    }
    await new Promise((done) => setTimeout(done, 700));
    try { found = await kb.call('documents/job', {upload: token}); } catch (error) { tellLine(error.message); return; }
  }
};
const base64 = (buffer) => new Promise((done, failed) => {
  const reader = new FileReader();
  reader.onload = () => done(reader.result.slice(reader.result.indexOf(',') + 1));
  reader.onerror = () => failed(reader.error);
  reader.readAsDataURL(new Blob([buffer]));
});
const send = async (file) => {
  const words = screen().dataset;
  watching += 1;
  if (file.size > Number(words.most)) { tellLine(words.tooLarge); return; }
  try {
    token = (await kb.call('documents/upload', {name: file.name, size: file.size})).upload;
    for (let at = 0; at < file.size; at += PIECE) {
      tellLine(`${words.sending.replace('%', file.name)} · ${Math.round(100 * at / file.size)} %`);
      await kb.call('documents/piece', {upload: token, at, data: await base64(await file.slice(at, at + PIECE).arrayBuffer())});
    }
    watchJob(await kb.call('documents/recognise', {upload: token}));
  } catch (error) { tellLine(error.message); }
};
element.addEventListener('change', (event) => {
  if (event.target.matches('.kb-file') && event.target.files[0]) { send(event.target.files[0]); event.target.value = ''; }
});
for (const kind of ['dragover', 'dragleave', 'drop']) {
  element.addEventListener(kind, (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    element.querySelector('.kb-drop-file').classList.toggle('kb-dropping', kind === 'dragover');
    if (kind === 'drop' && event.dataTransfer.files[0]) send(event.dataTransfer.files[0]);
  });
}
element.addEventListener('click', async (event) => {
  const target = event.target.closest('button[data-do]');
  if (!target) return;
  target.disabled = true;
  try {
    const found = await kb.call(`documents/${target.dataset.do}`, {upload: token, edition: target.dataset.edition || ''});
    if (['get', 'remove'].includes(target.dataset.do)) job().scrollIntoView({block: 'nearest'});
    watchJob(found);
  } catch (error) { tellLine(error.message); job().scrollIntoView({block: 'nearest'}); }
  target.disabled = false;
});
const underWay = async () => {
  try { const found = await kb.call('documents/job', {}); if (found.running) watchJob(found); } catch (_) { /* no reading */ }
};
watch('value', underWay);
underWay();
