// The preview's part in a page: it reloads when the site was built anew, and
// says what is wrong while the page stays as it was last good.
(function () {
  'use strict';
  var own = document.currentScript;
  if (window.top !== window || !window.EventSource) return;
  var mine = own.dataset, source = null, panel = null, closed = '', leaving = false;

  function node(tag, text, name) {
    var n = document.createElement(tag);
    if (text) n.textContent = text;
    if (name) n.className = name;
    return n;
  }

  function line(fault) {
    var li = node('li');
    [['code', fault.place], ['strong', fault.severity], ['span', fault.text], ['code', fault.code]].forEach(function (part) {
      if (part[1]) li.append(node(part[0], part[1]), ' ');
    });
    return li;
  }

  function style() {
    if (document.querySelector('link[href="/-/reload.css"]')) return;
    var link = node('link');
    link.rel = 'stylesheet';
    link.href = '/-/reload.css';
    document.head.append(link);
  }

  function hide() {
    if (panel) panel.remove();
    panel = null;
  }

  function show(state) {
    hide();
    if (!state.faults.length || state.state === closed || 'state' in mine) return;
    style();
    panel = node('section', '', 'portolan-panel');
    panel.setAttribute('aria-label', 'What is wrong with the data');
    panel.setAttribute('role', 'alert');
    var button = node('button', 'Close');
    button.type = 'button';
    button.addEventListener('click', close);
    var list = node('ol', '', 'portolan-faults');
    state.faults.forEach(function (fault) { list.append(line(fault)); });
    if (state.more) list.append(node('li', 'and ' + state.more + ' more'));
    panel.append(node('p', 'The data is wrong. This page is as it was last good.'), button, list);
    panel.dataset.state = state.state;
    document.body.append(panel);
  }

  function close() {
    if (!panel) return;
    closed = panel.dataset.state;
    hide();
  }

  function hear(event) {
    var state = JSON.parse(event.data);
    if (leaving) return;
    if (state.build && state.build !== mine.build || 'state' in mine && state.state !== mine.state) {
      leaving = true;
      location.reload();
      return;
    }
    show(state);
  }

  // Browsers open few connections to one server: a page that is not seen gives its own back.
  function listen() {
    if (document.hidden) {
      stop();
    } else if (!source) {
      source = new EventSource('/-/events');
      source.addEventListener('state', hear);
    }
  }

  function stop() {
    if (source) source.close();
    source = null;
  }

  document.addEventListener('visibilitychange', listen);
  document.addEventListener('keydown', function (event) { if (event.key === 'Escape') close(); });
  window.addEventListener('pagehide', stop);
  window.addEventListener('pageshow', listen);
  listen();
})();
