// The page viewer: kb.viewer(root) binds the HTML of app/web/html/viewer.py and gives {show, clear}. The image, the marks
// and the words of a page come together: nothing of the new page is shown before its image is here.
kb.viewer = (root) => {
  const sheet = root.querySelector('.kb-viewer-sheet'), caption = root.querySelector('.kb-viewer-caption');
  const zoomed = root.querySelector('.kb-viewer-zoom');
  const phone = matchMedia('(max-width: 760px)'), whole = () => sheet.clientWidth - 4;
  const readable = () => (phone.matches ? whole() : Math.max(whole(), 640));  // a phone begins with the whole width
  let shown = null, cited = null, around = [], zoom = 1, asked = 0;
  const empty = caption.textContent;
  const make = (tag, name, text) => {
    const made = document.createElement(tag);
    made.className = name;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const button = (name) => root.querySelector(`[data-view="${name}"]`);
  const enable = () => {
    const at = around.indexOf(cited), can = (name, on) => { button(name).disabled = !on; };
    for (const name of ['first', 'previous']) can(name, shown && shown.page > 1);
    for (const name of ['next', 'last']) can(name, shown && shown.page < shown.pages);
    for (const name of ['smaller', 'larger', 'fit', 'full']) can(name, shown && shown.drawn);
    can('quote-before', at > 0);
    can('quote-after', at >= 0 && at < around.length - 1);
  };
  const size = () => {
    const paper = sheet.querySelector('.kb-viewer-paper');
    if (!paper) return;
    const width = readable() * zoom;
    paper.style.width = `${Math.round(width)}px`;
    zoomed.textContent = `${Math.round(zoom * 100)} %`;
    const height = width * shown.ratio;
    for (const word of paper.querySelectorAll('.kb-viewer-word')) {
      const wide = (word.kbBox[2] - word.kbBox[0]) * width;
      word.style.fontSize = `${Math.max(1, (word.kbBox[3] - word.kbBox[1]) * height * 0.92)}px`;
      word.style.transform = 'none';
      if (word.offsetWidth) word.style.transform = `scaleX(${wide / word.offsetWidth})`;
    }
  };
  const toMark = () => {
    const [box] = shown.marks, paper = sheet.querySelector('.kb-viewer-paper');
    if (!paper) return;
    sheet.scrollTop = box ? box[1] * paper.offsetHeight - Math.min(120, sheet.clientHeight / 4) : 0;
    const over = paper.offsetWidth - sheet.clientWidth;
    sheet.scrollLeft = box && over > 0 ? Math.min(over, Math.max(0, box[0] * paper.offsetWidth - 16)) : 0;
  };
  const draw = (found, image) => {
    shown = found;
    caption.replaceChildren(make('strong', '', found.caption), ...found.lines.map((line) => make('div', 'kb-sub', line)));
    if (!found.drawn) { sheet.replaceChildren(); zoomed.textContent = ''; enable(); return; }
    found.ratio = image.naturalHeight / image.naturalWidth;
    const paper = make('div', 'kb-viewer-paper'), words = make('div', 'kb-viewer-words');
    image.alt = `${root.dataset.alt}: ${found.caption}`;
    const marks = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    marks.setAttribute('viewBox', '0 0 1 1');
    marks.setAttribute('preserveAspectRatio', 'none');
    marks.setAttribute('aria-hidden', 'true');
    for (const [x0, y0, x1, y1] of found.marks) {
      const box = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
      for (const [name, value] of Object.entries({x: x0, y: y0, width: x1 - x0, height: y1 - y0})) box.setAttribute(name, value);
      marks.append(box);
    }
    for (const [x0, y0, x1, y1, text] of found.words) {
      const word = make('span', 'kb-viewer-word', text);
      word.kbBox = [x0, y0, x1, y1];
      word.style.left = `${x0 * 100}%`;
      word.style.top = `${y0 * 100}%`;
      word.dir = 'auto';
      words.append(word, document.createTextNode('\n'));
    }
    paper.append(image, marks, words);
    sheet.replaceChildren(paper);
    size();
    enable();
    toMark();
  };
  // Shows a page of a document, or the page of a citation; `among` are the citations that ↑ and ↓ go through.
  const load = async (data) => {
    const turn = ++asked;
    root.setAttribute('aria-busy', 'true');
    try {
      const found = await kb.call('pages/sheet', data);
      const image = new Image();
      if (found.drawn) {
        image.src = kb.here(`pages/${encodeURIComponent(found.doc_id)}/${found.page}.png?of=${found.index}`);
        await image.decode();
      }
      if (turn === asked) draw(found, image);
    } catch (error) {
      if (turn === asked) { shown = null; sheet.replaceChildren(); caption.textContent = error.message; enable(); }
    } finally {
      if (turn === asked) root.removeAttribute('aria-busy');
    }
  };
  const place = (c) => ({
    doc_id: c.doc_id, char_start: c.char_start, char_end: c.char_end, quote_sha256: c.quote_sha256, match: c.match,
  });
  const show = (citation, among = []) => { cited = citation; around = among; return load({...place(citation), page: citation.page ?? null}); };
  const clear = () => { asked++; shown = cited = null; around = []; sheet.replaceChildren(); caption.textContent = empty; enable(); };
  const turnTo = (page) => {
    if (shown && page >= 1 && page <= shown.pages && page !== shown.page) load({...(cited ? place(cited) : {doc_id: shown.doc_id}), page});
  };
  const quote = (step) => {
    const next = around[around.indexOf(cited) + step];
    if (next) { show(next, around); root.dispatchEvent(new CustomEvent('kb:quote', {detail: next, bubbles: true})); }
  };
  const scale = (by) => {
    if (!shown || !shown.drawn) return;
    const middle = (sheet.scrollTop + sheet.clientHeight / 2) / sheet.scrollHeight;
    const across = (sheet.scrollLeft + sheet.clientWidth / 2) / sheet.scrollWidth;
    zoom = Math.min(3, Math.max(0.5, by === 0 ? 1 : zoom * by));
    size();
    sheet.scrollTop = middle * sheet.scrollHeight - sheet.clientHeight / 2;
    sheet.scrollLeft = across * sheet.scrollWidth - sheet.clientWidth / 2;
  };
  const fit = () => {  // the whole width of the page in the window, whatever its reading width
    const paper = sheet.querySelector('.kb-viewer-paper');
    if (paper) { zoom = whole() / readable(); size(); }
  };
  const full = async () => {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await root.requestFullscreen?.().catch(() => {});
  };
  const acts = {
    first: () => turnTo(1), previous: () => turnTo(shown.page - 1), next: () => turnTo(shown.page + 1),
    last: () => turnTo(shown.pages), larger: () => scale(1.25), smaller: () => scale(0.8), fit, full,
    'quote-before': () => quote(-1), 'quote-after': () => quote(1),
  };
  root.addEventListener('click', (event) => {
    const name = event.target.closest('[data-view]')?.dataset.view;
    if (name) acts[name]?.();
  });
  sheet.addEventListener('keydown', (event) => {
    if (!shown || event.ctrlKey || event.metaKey || event.altKey) return;
    const bottom = sheet.scrollTop + sheet.clientHeight >= sheet.scrollHeight - 2, top = sheet.scrollTop <= 0;
    const act = {'+': 'larger', '=': 'larger', '-': 'smaller', '0': 'fit', n: 'quote-after', p: 'quote-before', f: 'full'}[event.key]
      || (event.key === 'PageDown' && bottom && 'next') || (event.key === 'PageUp' && top && 'previous')
      || (event.key === 'Home' && top && 'first') || (event.key === 'End' && bottom && 'last');
    if (act) { event.preventDefault(); acts[act](); }
  });
  sheet.addEventListener('wheel', (event) => {
    if (event.ctrlKey) { event.preventDefault(); scale(event.deltaY < 0 ? 1.1 : 1 / 1.1); }
  }, {passive: false});
  let held = null;
  sheet.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || event.pointerType === 'touch' || event.target.closest('.kb-viewer-word')) return;
    held = {x: event.clientX, y: event.clientY, left: sheet.scrollLeft, top: sheet.scrollTop};
    sheet.setPointerCapture(event.pointerId);
    sheet.classList.add('kb-held');
  });
  sheet.addEventListener('pointermove', (event) => {
    if (held) { sheet.scrollLeft = held.left + held.x - event.clientX; sheet.scrollTop = held.top + held.y - event.clientY; }
  });
  const letGo = () => { held = null; sheet.classList.remove('kb-held'); };
  sheet.addEventListener('pointerup', letGo);
  sheet.addEventListener('pointercancel', letGo);
  let wide = 0;
  new ResizeObserver(() => { if (sheet.clientWidth !== wide) { wide = sheet.clientWidth; size(); if (shown?.drawn) toMark(); } }).observe(sheet);
  enable();
  return {show, clear, get page() { return shown; }};
};
