// What pages gain with JavaScript: links to rows and rule files that copy
// themselves. Everything is readable without it.
(function () {
  'use strict';

  // A link to the rule builder takes its choices along; without scripts there
  // is nothing that would read them.
  document.querySelectorAll('a[data-choices]').forEach(function (link) { link.hash = link.dataset.choices; });

  // Headings and rows with an anchor and no link to themselves get one, seen
  // on hover and focus. Its sign is the style sheet's, so that no copy of the
  // text has it, and it takes no room.
  document.querySelectorAll('main :is(h2, h3, tr:not(.compare tr))[id]').forEach(function (target) {
    if (target.querySelector('a[href="#' + target.id + '"]')) return;
    var link = document.createElement('a');
    link.className = 'anchor own';
    link.href = '#' + target.id;
    link.setAttribute('aria-label', 'Link to ' + (target.cells ? 'this row' : target.textContent.trim()));
    (target.cells ? target.cells[0] : target).append(link);
  });

  // copy gives a text to the clipboard and says so.
  function copy(text, what) {
    window.portolanCopy(text).then(function (ok) { window.portolanCopy.tell(ok ? what + ' copied' : 'The browser does not let this page copy'); });
  }

  // A "#" puts its whole address on the clipboard, and stays a link.
  document.addEventListener('click', function (e) {
    var link = e.target.closest && e.target.closest('a.anchor');
    if (link && !e.ctrlKey && !e.metaKey && !e.shiftKey && !e.altKey) copy(link.href, 'Link');
  });

  // A button copies the text that it names.
  document.querySelectorAll('button[data-copy]').forEach(function (button) {
    var from = document.getElementById(button.dataset.copy);
    if (!from) return;
    button.hidden = false;
    button.addEventListener('click', function () { copy(from.textContent, 'Text'); });
  });
})();
