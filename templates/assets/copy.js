// The clipboard, for all scripts of the page. portolanCopy(text, rich) gives it
// text, and HTML where there is some, and promises whether it could.
// portolanCopy.tell(words) says so in a corner, which moves nothing.
(function () {
  'use strict';

  // The copy event comes first: it works on plain HTTP and from a disk, and it
  // leaves the HTML as it is, while the clipboard's own interface holds the
  // page's policy against the styles in it.
  function copy(text, rich) {
    let done = false;
    const fill = function (e) {
      e.clipboardData.setData('text/plain', text);
      if (rich) e.clipboardData.setData('text/html', rich);
      e.preventDefault();
      e.stopImmediatePropagation();
      done = true;
    };
    document.addEventListener('copy', fill, true);
    const able = document.execCommand('copy');
    document.removeEventListener('copy', fill, true);
    if (able && done || !navigator.clipboard || !window.ClipboardItem) return Promise.resolve(able && done);
    const items = { 'text/plain': new Blob([text], { type: 'text/plain' }) };
    if (rich) items['text/html'] = new Blob([rich], { type: 'text/html' });
    return navigator.clipboard.write([new ClipboardItem(items)]).then(function () { return true; }, function () { return false; });
  }

  // The corner is there from the start: what comes with its words is not read out.
  const corner = document.createElement('p');
  corner.className = 'told';
  corner.setAttribute('role', 'status');
  document.body.appendChild(corner);
  let timer = 0;
  copy.tell = function (words) {
    clearTimeout(timer);
    corner.textContent = words;
    timer = setTimeout(function () { corner.textContent = ''; }, 2500);
  };

  window.portolanCopy = copy;
})();
