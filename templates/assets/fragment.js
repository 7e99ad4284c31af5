// The choices of a page, kept in its address after "#", so that they are never
// sent and a colleague who gets the link sees the same:
//
//   #ROW&version=V&feature=ID&feature=-ID&flow=ID&set.ENDPOINT=ADDR,ADDR&port.FLOW=PORTS
//
// ROW is a row's own anchor and may be missing. The rule builder also has
// platform=, deny, log and, before the choices of each subject, of=SLUG, at= and
// nat. Words are those of the command line: see `portolan rules --help`.
(function () {
  'use strict';

  // choice makes what nobody chose anything of. Feature and flow ids are added,
  // or taken out with "-" before them; set and ports go by endpoint and flow.
  function choice(of) {
    return { of: of || '', at: '', version: '', features: [], flows: [], all: false, nat: false, set: {}, ports: {} };
  }

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
    const state = { anchor: '', platform: '', deny: false, log: false, choices: [] };
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
    if (out.length === 0) return '';
    // Alone, a word without "=" would be read as a row.
    return '#' + (!state.anchor && out[0].indexOf('=') < 0 && out[0] !== 'deny' && out[0] !== 'log' ? '&' : '') + out.join('&');
  }

  const api = { choice: choice, parse: parse, format: format };
  if (typeof module === 'object' && module.exports) module.exports = api;
  else window.portolanFragment = api;
})();
