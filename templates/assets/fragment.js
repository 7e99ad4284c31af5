// The choices of a page, kept in its address after "#", so that they are never
// sent and a colleague who gets the link sees the same:
//
//   #ROW&version=V&feature=ID&feature=-ID&flow=ID&set.ENDPOINT=ADDR,ADDR&port.FLOW=PORTS
//
// ROW is a row's own anchor and may be missing. The rule builder also has
// platform=, deny, log and, before the choices of each subject, of=SLUG, at= and
// nat. Words are those of the command line: see `portolan rules --help`. What
// lists are filtered by goes behind: words=, and what is ticked of a kind, as in
// kind=server,client.
(function () {
  'use strict';

  // choice makes what nobody chose anything of. Feature and flow ids are added,
  // or taken out with "-" before them; set and ports go by endpoint and flow.
  function choice(of) {
    return { of: of || '', at: '', version: '', features: [], flows: [], all: false, nat: false, set: {}, ports: {} };
  }

  const kinds = ['words', 'kind', 'category', 'tag', 'product', 'direction', 'need', 'used'];

  function decode(text) {
    try {
      return decodeURIComponent(text.replace(/\+/g, ' '));
    } catch {
      return text;
    }
  }

  // Everything but what ends or splits a value stays as people write it.
  function encode(text) {
    return encodeURIComponent(text).replace(/%(2C|2F|3A|2A|3F|5B|5D|40)/g, decodeURIComponent);
  }

  // parse reads location.hash. Words that it does not know are passed over: a
  // link of a later version must not fail.
  function parse(hash) {
    const state = { anchor: '', platform: '', deny: false, log: false, choices: [], filters: {} };
    const last = function () {
      if (state.choices.length === 0) state.choices.push(choice(''));
      return state.choices[state.choices.length - 1];
    };
    hash.replace(/^#/, '').split('&').forEach(function (part, i) {
      const at = part.indexOf('=');
      const key = at < 0 ? decode(part) : decode(part.slice(0, at));
      const value = at < 0 ? '' : decode(part.slice(at + 1));
      const dot = key.indexOf('.');
      if (key === '') return;
      if (at < 0 && i === 0 && key !== 'deny' && key !== 'log') state.anchor = key;
      else if (key === 'of') state.choices.push(choice(value));
      else if (at >= 0 && kinds.indexOf(key) >= 0) state.filters[key] = value;
      else if (key === 'platform') state.platform = value;
      else if (key === 'deny') state.deny = true;
      else if (key === 'log') state.log = true;
      else if (key === 'at' || key === 'version') last()[key] = value;
      else if (key === 'all' || key === 'nat') last()[key] = true;
      else if (key === 'feature' && value) last().features.push(value);
      else if (key === 'flow' && value) last().flows.push(value);
      else if (key.slice(0, dot) === 'set' && value) last().set[key.slice(dot + 1)] = value;
      else if (key.slice(0, dot) === 'port' && value) last().ports[key.slice(dot + 1)] = value;
    });
    return state;
  }

  // format is the way back: "" where nothing was chosen, else with "#" before it.
  function format(state) {
    const out = [];
    const put = function (key, value) {
      if (value) out.push(encode(key) + '=' + encode(value));
    };
    if (state.anchor) out.push(encode(state.anchor));
    put('platform', state.platform);
    if (state.deny) out.push('deny');
    if (state.log) out.push('log');
    (state.choices || []).forEach(function (c) {
      put('of', c.of);
      put('at', c.at);
      put('version', c.version);
      if (c.all) out.push('all');
      if (c.nat) out.push('nat');
      c.features.forEach(function (id) { put('feature', id); });
      c.flows.forEach(function (id) { put('flow', id); });
      Object.keys(c.set).sort().forEach(function (id) { put('set.' + id, c.set[id]); });
      Object.keys(c.ports).sort().forEach(function (id) { put('port.' + id, c.ports[id]); });
    });
    // Nothing ticked is a choice too.
    kinds.forEach(function (key) { if ((state.filters || {})[key] !== undefined) out.push(key + '=' + encode(state.filters[key])); });
    if (out.length === 0) return '';
    // Alone, a word without "=" would be read as a row.
    return '#' + (!state.anchor && out[0].indexOf('=') < 0 && out[0] !== 'deny' && out[0] !== 'log' ? '&' : '') + out.join('&');
  }

  // keep has the address carry what a form filters by: its ticks by name, where
  // they are others than at first, and its words. apply is called with each change.
  function keep(form, apply) {
    const names = [], words = form.querySelector('input[type="search"]');
    const boxes = function (name) { return Array.from(form.querySelectorAll('input[type="checkbox"]')).filter(function (box) { return !name || box.name === name; }); };
    boxes().forEach(function (box) { if (names.indexOf(box.name) < 0) names.push(box.name); });
    let own = {};

    function read() {
      const given = parse(location.hash).filters;
      own = given;
      names.forEach(function (name) {
        const ticked = given[name] === undefined ? null : given[name].split(',');
        boxes(name).forEach(function (box) { box.checked = ticked ? ticked.indexOf(box.value) >= 0 : box.defaultChecked; });
      });
      words.value = given.words || '';
      // A narrow window is for the list: there its count alone tells.
      if (innerWidth >= 640) form.querySelectorAll('details').forEach(function (d) {
        if (Array.from(d.querySelectorAll('input')).some(function (input) { return given[input === words ? 'words' : input.name] !== undefined; })) d.open = true;
      });
      apply();
    }

    function write() {
      own = {};
      names.forEach(function (name) {
        const of = boxes(name);
        if (of.some(function (box) { return box.checked !== box.defaultChecked; })) own[name] = of.filter(function (box) { return box.checked; }).map(function (box) { return box.value; }).join(',');
      });
      if (words.value.trim()) own.words = words.value.trim();
      put();
    }

    function put() {
      const next = format(Object.assign(parse(location.hash), { filters: own }));
      if (next !== location.hash) history.replaceState(history.state, '', location.href.split('#')[0] + next);
    }

    form.addEventListener('input', function () {
      write();
      apply();
    });
    form.addEventListener('click', function (e) {
      const all = e.target.dataset.tick;
      if (!all) return;
      e.target.closest('fieldset').querySelectorAll('input[type="checkbox"]').forEach(function (box) { box.checked = all === 'all'; });
      write();
      apply();
    });
    form.addEventListener('submit', function (e) { e.preventDefault(); });
    window.addEventListener('hashchange', function () {
      const to = parse(location.hash);
      // A link to a place of the page says nothing of filters.
      if (to.anchor && !Object.keys(to.filters).length) put();
      else if (JSON.stringify(to.filters) !== JSON.stringify(own)) read();
    });
    form.hidden = false;
    read();
    return { write: write };
  }

  const api = { choice: choice, parse: parse, format: format, keep: keep };
  if (typeof module === 'object' && module.exports) module.exports = api;
  else window.portolanFragment = api;
})();
