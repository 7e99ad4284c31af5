// Keys that lead through the site, and the list of them. Those of one
// character can be turned off, which this browser remembers; they never act
// while somebody writes, nor with Ctrl, Alt or Meta.
(function () {
  'use strict';
  const store = 'portolan-keys';
  let on = true;
  try { on = localStorage.getItem(store) !== 'off'; } catch (e) { /* nothing may be kept here */ }

  const theme = document.querySelector('button.theme'), field = document.querySelector('form.lookup input[name=q]');
  const sections = Array.from(document.querySelectorAll('[data-go]'));
  const rows = function () {
    return Array.from(document.querySelectorAll('main :is(tbody tr, .portlist li)')).filter(function (row) { return row.offsetParent && row.querySelector('a[href]'); });
  };

  // step leads to the first link of the next row, or of the one before.
  function step(by) {
    const all = rows(), here = document.activeElement.closest('tr, li');
    let at = all.indexOf(here);
    if (at < 0) {
      // Nothing is chosen yet: from what is seen of the page.
      at = all.findIndex(function (row) { return row.getBoundingClientRect().top >= 0; });
      if (at < 0) return;
      if (by > 0) at--;
    }
    const row = all[at + by];
    if (!row) return;
    row.querySelector('a[href]').focus({ preventScroll: true });
    row.scrollIntoView({ block: 'nearest' });
  }

  let going = 0; // until when a section's key is awaited
  document.addEventListener('keydown', function (event) {
    const at = event.target;
    const writing = at instanceof Element && (at.isContentEditable || at.closest('input:not([type=checkbox], [type=radio]), textarea, select'));
    if (writing || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.key.length !== 1) return;
    if (!on || document.querySelector('dialog[open]')) {
      if (event.key === '/') event.stopImmediatePropagation(); // which is the lookup's
      return;
    }
    if (going > event.timeStamp) {
      going = 0;
      const to = sections.find(function (a) { return a.dataset.go === event.key; });
      if (to) {
        event.preventDefault();
        event.stopImmediatePropagation();
        to.click();
        return;
      }
    }
    if (event.key === '?') show();
    else if (event.key === 'g') going = event.timeStamp + 1500;
    else if (event.key === 'j') step(1);
    else if (event.key === 'k') step(-1);
    else if (event.key === 't' && theme) theme.click();
    else return; // "/" is the lookup's own
    event.preventDefault();
  }, true);

  function element(name, attributes, children) {
    const e = document.createElement(name);
    for (const k in attributes) e.setAttribute(k, attributes[k]);
    e.append.apply(e, children || []);
    return e;
  }

  let dialog = null;
  function show() {
    if (!dialog) document.body.append(dialog = make());
    dialog.showModal();
  }

  function make() {
    const list = element('dl');
    const add = function (keys, text) {
      const dt = element('dt');
      keys.split(' ').forEach(function (k, i) { dt.append(i ? ' then ' : '', element('kbd', {}, [k])); });
      list.append(element('div', {}, [dt, element('dd', {}, [text])]));
    };
    if (field) add('/', 'Look something up');
    add('?', 'This list');
    sections.forEach(function (a) { add('g ' + a.dataset.go, a.dataset.go === 'h' ? 'Home' : a.textContent.trim()); });
    add('j', 'Next row of the tables');
    add('k', 'Row before');
    if (theme) add('t', 'Light or dark');
    add('Esc', 'Close this list; empty the lookup');
    const box = element('input', { type: 'checkbox', role: 'switch' });
    box.checked = on;
    box.addEventListener('change', function () {
      on = box.checked;
      try {
        if (on) localStorage.removeItem(store);
        else localStorage.setItem(store, 'off');
      } catch (e) { /* it holds for this page alone */ }
    });
    const close = element('button', { type: 'button', autofocus: '' }, ['Close']);
    const made = element('dialog', { 'class': 'keys', 'aria-labelledby': 'keys.title' }, [
      element('h2', { id: 'keys.title' }, ['Keyboard shortcuts']),
      list,
      element('p', {}, [element('label', {}, [box, ' Shortcuts of one character'])]),
      element('p', { 'class': 'sub' }, ['Turned off, the button at the foot of each page still opens this list.']),
      element('div', { 'class': 'actions' }, [close])
    ]);
    close.addEventListener('click', function () { made.close(); });
    return made;
  }

  const opener = document.querySelector('.foot .keys');
  opener.hidden = false;
  opener.querySelector('button').addEventListener('click', show);
})();
