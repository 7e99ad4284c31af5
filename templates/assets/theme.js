// The page's own switch between light and dark, and the room for what an address
// asks of scripts. It stands in the head and is not deferred, so that no page
// flashes or jumps; a choice is kept in this browser alone.
(function () {
  'use strict';
  var key = 'portolan-theme';
  var sheet = document.querySelector('link[data-dark]');
  var wanted = sheet.media;
  var system = matchMedia('(prefers-color-scheme: dark)');
  var choice = null;
  try { choice = localStorage.getItem(key); } catch (e) { /* nothing may be kept here */ }

  function isDark() { return choice ? choice === 'dark' : system.matches; }
  function apply() {
    sheet.media = choice === 'dark' ? 'screen' : choice === 'light' ? 'not all' : wanted;
    var button = document.querySelector('button.theme');
    if (button) button.setAttribute('aria-pressed', isDark());
  }
  apply();

  // Answers, comparisons and rules that the address asks for push nothing down
  // when they come: they have the window's height until the first input.
  var root = document.documentElement;
  if (/[?&][pq]=|[#&]of=/.test(location.search + location.hash)) {
    root.dataset.asked = '';
    document.addEventListener('input', function () { delete root.dataset.asked; }, { once: true });
  }
  // A page that an address has choices for is seen once they are made.
  if (/[#&](?!of=)[\w.-]+=/.test(location.hash)) {
    root.dataset.held = '';
    document.addEventListener('DOMContentLoaded', function () { delete root.dataset.held; }); // the deferred scripts have run
  }

  document.addEventListener('DOMContentLoaded', function () {
    var button = document.querySelector('button.theme');
    if (!button) return;
    button.hidden = false;
    apply();
    system.addEventListener('change', apply);
    button.addEventListener('click', function () {
      // What the system prefers anyway is no choice: it may change its mind.
      choice = isDark() === system.matches ? (isDark() ? 'light' : 'dark') : null;
      try {
        if (choice) localStorage.setItem(key, choice);
        else localStorage.removeItem(key);
      } catch (e) { /* it holds for this page alone */ }
      apply();
    });
  });
})();
