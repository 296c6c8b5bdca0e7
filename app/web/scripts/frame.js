// What all screens share in the browser: calls of the server, the way to another tab, the citations that a person
// collects, the clipboard. Everything is in window.kb.
window.kb = (() => {
  const opened = {}, openers = {};
  const here = (path) => new URL(path, document.baseURI.split(/[?#]/)[0]).href;

  // --- calls: functions of a screen's module in Python
  const post = async (path, data, signal) => {
    const reply = await fetch(here(`calls/${path}`), {
      method: 'POST', headers: {'content-type': 'application/json'}, body: JSON.stringify(data || {}), signal,
    });
    if (!reply.ok) throw new Error(`${reply.status}`);
    return reply;
  };
  const valueOf = (found) => { if ('problem' in found) throw new Error(found.problem); return found.value; };
  // The value of a call. What the person can mend is the message of the error that is thrown.
  const call = async (path, data, {signal} = {}) => valueOf(await (await post(path, data, signal)).json());
  // The values of a call that gives several, each handed to `got` as it comes.
  const stream = async (path, data, got, {signal} = {}) => {
    const reader = (await post(path, data, signal)).body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const {value, done} = await reader.read();
      rest += value || '';
      const lines = rest.split('\n');
      rest = lines.pop();
      for (const line of lines) got(valueOf(JSON.parse(line)));
      if (done) return;
    }
  };
  // Saves the file that a call gives.
  const download = async (path, data) => {
    const reply = await post(path, data);
    if (reply.headers.get('content-type').startsWith('application/json') && !reply.headers.get('content-disposition'))
      return valueOf(await reply.json());
    const name = decodeURIComponent((reply.headers.get('content-disposition') || '').split("''")[1] || 'download');
    const link = document.createElement('a');
    link.href = URL.createObjectURL(await reply.blob());
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };

  // --- the way to another tab: kb.open('lookup', {unit: 'urn:…'}) shows the tab and hands it what to show. A screen
  // says with kb.onOpen what it does then; what came before the screen was there is handed over at once.
  const tabButton = (screen) => document.querySelector(`button[role=tab][data-tab-id="${CSS.escape(screen)}"]`);
  const open = (screen, detail = {}) => {
    tabButton(screen)?.click();
    if (detail.unit && !detail.back) address({unit: detail.unit});
    if (openers[screen]) openers[screen](detail); else opened[screen] = detail;
  };
  const onOpen = (screen, shows) => {
    openers[screen] = shows;
    if (opened[screen]) { const detail = opened[screen]; delete opened[screen]; shows(detail); }
  };

  // The row of tabs by arrow keys, Home and End; the tab that has the focus is opened.
  document.addEventListener('keydown', (event) => {
    const tab = event.target.closest?.('button[role=tab][data-tab-id]');
    if (!tab || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = [...tab.closest('[role=tablist]').querySelectorAll('button[role=tab]')], at = all.indexOf(tab);
    const next = {ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1}[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const to = all[(next + all.length) % all.length];
    to.focus();
    to.click();
  });

  // --- addresses: ?q=QUESTION, ?unit=ID, ?list=NAME, ?tab=SCREEN; Back goes to the one before. A screen writes its own
  // with kb.address; it is shown again through kb.open with `back` set.
  const address = (params) => {
    const url = new URL(location.href);
    url.search = new URLSearchParams(params).toString();
    url.hash = '';
    if (url.href !== location.href) history.pushState(null, '', url);
  };
  const go = () => {
    const given = new URLSearchParams(location.search);
    const [q, unit, list, tab] = ['q', 'unit', 'list', 'tab'].map((name) => (given.get(name) || '').slice(0, 4000));
    if (q) open('ask', {question: q, back: true});
    else if (unit) open('lookup', {unit, back: true});
    else if (list) open('list', {list, back: true});
    else tabButton(tab || 'ask')?.click();
  };
  window.addEventListener('popstate', go);
  const start = () => { if (location.search) go(); };
  document.addEventListener('click', (event) => {
    const button = event.target.closest?.('button[role=tab][data-tab-id]'), tab = event.isTrusted && button;
    button?.scrollIntoView({block: 'nearest', inline: 'center'});  // on a phone the row of tabs is wider than the screen
    if (tab) address(tab.dataset.tabId === 'ask' ? {} : {tab: tab.dataset.tabId});
  });

  // --- the citations that a person collects, as the citation objects of the API; a place is in the list once
  const BASKET = 'kb-basket', MAX_COLLECTED = 500;
  const keyOf = (c) => c.unit_id && !c.quote ? c.unit_id : `${c.doc_id}@${c.char_start}-${c.char_end}`;
  // Where people sign in, each account has a part of the browser's storage of its own, which a cookie names.
  const shelf = /(?:^|; )kb-shelf=(\w+)/.exec(document.cookie)?.[1];
  const own = (name) => (shelf ? `${name}@${shelf}` : name);
  const stored = (name, otherwise) => {
    try { return JSON.parse(localStorage.getItem(own(name))) ?? otherwise; } catch (_) { return otherwise; }
  };
  const store = (name, value) => {
    try { localStorage.setItem(own(name), JSON.stringify(value)); return true; } catch (_) { return false; }
  };
  const tell = (name) => window.dispatchEvent(new CustomEvent(name));
  const basket = {
    items: () => { const found = stored(BASKET, []); return Array.isArray(found) ? found : []; },
    keyOf,
    has: (citation) => basket.items().some((each) => keyOf(each) === keyOf(citation)),
    // Adds citations; the number of those that were not yet there.
    add: (citations) => {
      const items = basket.items(), keys = new Set(items.map(keyOf));
      const fresh = citations.filter((c) => !keys.has(keyOf(c)) && keys.add(keyOf(c)));
      const kept = fresh.slice(0, Math.max(0, MAX_COLLECTED - items.length));
      return basket.replace([...items, ...kept]) ? kept.length : 0;
    },
    remove: (key) => basket.replace(basket.items().filter((each) => keyOf(each) !== key)),
    // Puts the whole list in place of the old one: another order, notes, a deletion undone.
    replace: (items) => { const done = store(BASKET, items); tell('kb:basket'); return done; },
  };
  // the number of collected citations stands at the tab of the list, from the first moment on
  const counted = () => {
    const n = basket.items().length;
    document.documentElement.style.setProperty('--kb-collected', n ? `"\\00a0(${n})"` : '""');
  };
  counted();
  window.addEventListener('kb:basket', counted);
  window.addEventListener('storage', (event) => { if (event.key === own(BASKET)) tell('kb:basket'); });

  // --- the clipboard: plain text, with HTML beside it where there is some
  const copy = async (text, html) => {
    try {
      if (html && window.ClipboardItem) {
        await navigator.clipboard.write([new ClipboardItem({
          'text/plain': new Blob([text], {type: 'text/plain'}), 'text/html': new Blob([html], {type: 'text/html'}),
        })]);
      } else await navigator.clipboard.writeText(text);
    } catch (_) {
      // without a secure context the old way copies both forms
      const both = (event) => {
        event.preventDefault();
        event.clipboardData.setData('text/plain', text);
        if (html) event.clipboardData.setData('text/html', html);
      };
      document.addEventListener('copy', both, {once: true});
      document.execCommand('copy');
      document.removeEventListener('copy', both);
    }
  };

  // --- the language of the interface, kept in the browser; in Korean the Hangul of the fonts is fetched at once
  const isKorean = /(?:^|; )kb-language=ko/.test(document.cookie)
    || (!/(?:^|; )kb-language=/.test(document.cookie) && navigator.language.startsWith('ko'));
  if (isKorean) for (const weight of [400, 600]) document.fonts.load(`${weight} 1em "Desk Sans"`, '가').catch(() => {});
  const lang = () => (document.documentElement.lang === 'ko' ? 'ko' : 'en');
  const speak = (code) => {
    document.cookie = `kb-language=${code}; path=/; max-age=31536000; samesite=strict`;
    location.reload();
  };
  // The line beside the title: how many publications there are, and the index that answers.
  const showStatus = (html) => {
    const line = document.querySelector('#kb-status :is(.kb-hint, .kb-problem)');
    if (line && html) line.outerHTML = html;
  };
  // Signing out ends the session of this browser; what is kept in it stays for the account's next one.
  const signOut = async () => {
    await fetch(here('logout'), {method: 'POST', redirect: 'manual'});
    location.assign(here('login'));
  };

  return {call, stream, download, open, onOpen, address, start, basket, stored, store, own, copy, lang, speak, showStatus, signOut, here};
})();
