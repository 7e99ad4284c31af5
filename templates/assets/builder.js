// The rule builder: firewall rules with one's own features, addresses and ports.
// The rules are made by the program itself, in engine.js; this script only asks,
// shows and remembers. What is chosen stands in the page's address, read and
// written by fragment.js, so that a link opens the same rules elsewhere. Nothing
// is loaded before somebody chooses; without this script the page lists ready
// files.
(function () {
  'use strict';

  const form = document.querySelector('form[data-builder]');
  const fragment = window.portolanFragment;
  if (!form || !fragment) return;

  const part = function (name) { return form.querySelector('[data-part="' + name + '"]'); };
  const picker = form.elements.of;
  const notes = part('notes'), status = part('status'), place = part('subjects'), common = part('common');
  const output = part('output'), files = part('files'), jump = part('jump'), zip = part('zip');
  const deny = form.elements.deny, log = form.elements.log;

  const subjects = new Map(); // by slug; a product goes before a network of its name, as on the command line
  picker.querySelectorAll('option[data-kind]').forEach(function (o) {
    if (!subjects.has(o.value)) subjects.set(o.value, { kind: o.dataset.kind, slug: o.value, name: o.textContent });
  });

  let state = fragment.parse('');
  const views = new Map(); // what is on the page of each subject, by slug
  let platforms = [];

  // ---------------------------------------------------------------- small parts

  // el makes an element: strings become text, lists their members, what is falsy nothing.
  function el(tag, attributes) {
    const e = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (k) {
      if (attributes[k] === true) e.setAttribute(k, '');
      else if (attributes[k] !== false && attributes[k] != null) e.setAttribute(k, attributes[k]);
    });
    Array.prototype.slice.call(arguments, 2).flat().forEach(function (c) { if (c) e.append(c); });
    return e;
  }

  function button(text, act, attributes) {
    const b = el('button', Object.assign({ type: 'button' }, attributes), text);
    b.addEventListener('click', function () { act(b); });
    return b;
  }

  function counted(n, one, many) { return n + ' ' + (n === 1 ? one : many); }

  // write changes a text only if it differs: else a screen reader says it again.
  function write(e, text) { if (e.textContent !== text) e.textContent = text; }

  function words(names) {
    return names.length < 2 ? names.join('') : names.slice(0, -1).join(', ') + ' and ' + names[names.length - 1];
  }

  // list shows sentences; nothing where there are none.
  function list(e, sentences) {
    e.hidden = sentences.length === 0;
    e.replaceChildren(...sentences.map(function (s) { return el('li', {}, s); }));
  }

  function brief(e, text) {
    const old = e.dataset.text || e.textContent;
    e.dataset.text = old;
    e.textContent = text;
    setTimeout(function () { e.textContent = old; }, 1500);
  }

  // copy gives a text to the clipboard. The copy event comes first: unlike the
  // clipboard's own interface it works on plain HTTP and from a file.
  function copy(text, b) {
    let done = false;
    const fill = function (e) {
      e.clipboardData.setData('text/plain', text);
      e.preventDefault();
      e.stopImmediatePropagation();
      done = true;
    };
    document.addEventListener('copy', fill, true);
    const able = document.execCommand('copy');
    document.removeEventListener('copy', fill, true);
    const tell = function (ok) { brief(b, ok ? 'Copied' : 'Not copied'); };
    if (able && done || !navigator.clipboard) return tell(able && done);
    navigator.clipboard.writeText(text).then(function () { tell(true); }, function () { tell(false); });
  }

  function save(name, data, type) {
    const url = URL.createObjectURL(new Blob([data], { type: type }));
    const a = el('a', { href: url, download: name });
    a.click();
    setTimeout(function () { URL.revokeObjectURL(url); }, 60000);
  }

  // ---------------------------------------------------------------- the engine

  let loading = null;
  function load() {
    loading = loading || Promise.resolve().then(function () {
      if (!window.WebAssembly || !window.portolanEngine) throw new Error('no WebAssembly');
      return window.portolanEngine.load(form.dataset.root);
    }).then(function () {
      platforms = window.portolanEngine.platforms();
      offerPlatforms();
    });
    return loading;
  }

  function request(view) {
    const c = view.choice;
    return {
      kind: view.subject.kind, slug: view.subject.slug, platform: state.platform, at: c.at, version: c.version,
      features: c.features, flows: c.flows, all: c.all, nat: c.nat, set: c.set, ports: c.ports, deny: state.deny, log: state.log
    };
  }

  // ask has the rules made. That the engine fails is a fault like others.
  function ask(view) {
    try {
      return window.portolanEngine.build(request(view));
    } catch (e) {
      return { file: null, at: '', rules: 0, moved: [], left: [], missing: [], faults: [{ field: '', text: e.message }], tests: [], request: null, steps: {} };
    }
  }

  function platform() {
    return platforms.find(function (p) { return p.id === state.platform; });
  }

  // fits tells whether the platform can hold rules at a vantage point.
  function fits(p, at) { return !p || p.perimeters || at.kind === 'host'; }

  // ---------------------------------------------------------------- faults

  // field keeps a place beside a control for what is wrong with it.
  function field(fields, name, controls, hint) {
    const said = el('p', { class: 'builder-fault', id: 'fault.' + (fields.prefix || '') + name, hidden: true });
    const described = [hint, said.id].filter(Boolean).join(' ');
    controls.forEach(function (c) { c.setAttribute('aria-describedby', described); });
    fields[name] = { said: said, controls: controls, faults: [] };
    return said;
  }

  function sentence(f) {
    return f.text.charAt(0).toUpperCase() + f.text.slice(1) + (f.hint ? ': ' + f.hint : '') + (/[.?]$/.test(f.hint || f.text) ? '' : '.');
  }

  // blame shows faults at their fields, and gives those that have none.
  function blame(fields, faults) {
    const rest = [];
    Object.keys(fields).forEach(function (k) { if (fields[k].controls) fields[k].faults = []; });
    faults.forEach(function (f) { (fields[f.field] && fields[f.field].controls ? fields[f.field].faults : rest).push(f); });
    Object.keys(fields).forEach(function (k) {
      const at = fields[k];
      if (!at.controls) return;
      const wrong = at.faults.some(function (f) { return !f.warning; });
      at.said.hidden = at.faults.length === 0;
      at.said.classList.toggle('warns', !wrong);
      write(at.said, at.faults.map(function (f) { return (f.warning ? 'Note: ' : 'Wrong: ') + sentence(f); }).join(' '));
      at.controls.forEach(function (c) {
        if (wrong) c.setAttribute('aria-invalid', 'true');
        else c.removeAttribute('aria-invalid');
      });
    });
    return rest;
  }

  // ---------------------------------------------------------------- what is common

  const commonFields = { prefix: 'page.' };
  part('denying').append(field(commonFields, 'deny', [deny]), field(commonFields, 'log', [log]));

  function offerPlatforms() {
    const groups = new Map();
    platforms.forEach(function (p) {
      if (!groups.has(p.group)) groups.set(p.group, []);
      groups.get(p.group).push(p);
    });
    const radios = [];
    const rows = part('platforms');
    groups.forEach(function (of, title) {
      const id = 'platforms.' + title.toLowerCase().replace(/[^a-z]+/g, '-');
      rows.append(el('div', { role: 'group', 'aria-labelledby': id }, el('span', { id: id }, title), el('div', {}, of.map(function (p) {
        const radio = el('input', { type: 'radio', name: 'platform', value: p.id });
        radios.push(radio);
        return el('label', { 'data-find': (p.id + ' ' + p.title + ' ' + p.vendor + ' ' + p.group).toLowerCase() }, radio, ' ' + p.title);
      }))));
    });
    rows.after(field(commonFields, 'platform', radios));
    const find = form.elements.find, none = part('none');
    find.addEventListener('input', function () {
      const text = find.value.trim().toLowerCase();
      let shown = 0;
      rows.querySelectorAll('label').forEach(function (l) {
        l.hidden = l.dataset.find.indexOf(text) < 0 && !l.firstChild.checked;
        if (!l.hidden) shown++;
      });
      rows.querySelectorAll('[role="group"]').forEach(function (g) { g.hidden = !g.querySelector('label:not([hidden])'); });
      none.hidden = shown > 0;
    });
    rows.addEventListener('change', function (e) {
      state.platform = e.target.value;
      views.forEach(arrive);
      changed();
    });
  }

  function paintCommon() {
    const p = platform();
    form.querySelectorAll('input[name="platform"]').forEach(function (r) { r.checked = r.value === state.platform; });
    write(part('platform'), p ? p.title : 'none chosen');
    deny.checked = state.deny;
    log.checked = state.log;
    log.disabled = !state.deny && !state.log;
    list(part('facts'), p ? p.facts : []);
    write(part('facts-of'), p ? 'What to know about ' + p.title : '');
    part('facts-of').hidden = !p || p.facts.length === 0;
  }

  deny.addEventListener('change', function () {
    state.deny = deny.checked;
    if (!state.deny) state.log = false;
    changed();
  });
  log.addEventListener('change', function () {
    state.log = log.checked;
    changed();
  });

  // ---------------------------------------------------------------- a subject's choices

  const ways = { inbound: 'Inbound', outbound: 'Outbound', internal: 'Internal' };
  const needs = { required: 'required', conditional: 'with a feature', optional: 'optional' };

  // without takes an id out of a list, with and without "-" before it.
  function without(ids, id) { return ids.filter(function (x) { return x !== id && x !== '-' + id; }); }

  function byID(list) {
    const found = new Map();
    list.forEach(function (x) { found.set(x.id, x); });
    return found;
  }

  // arrive gives a network's rules the first place that the platform fits: a
  // product's have one that goes without saying.
  function arrive(view) {
    if (view.subject.kind !== 'deployment' || view.choice.at) return;
    const first = view.of.vantages.find(function (v) { return fits(platform(), v); });
    if (first) view.choice.at = first.id;
  }

  // known drops what a link names and the subject does not have, and says so.
  function known(view) {
    const c = view.choice, d = view.of, lost = [];
    const keep = function (what, list, ids) {
      return ids.filter(function (id) {
        const found = list.has(id.replace(/^-/, ''));
        if (!found) lost.push(what + ' ' + id);
        return found;
      });
    };
    const keys = function (what, list, map) {
      Object.keys(map).forEach(function (id) {
        if (list.has(id)) return;
        lost.push(what + ' ' + id);
        delete map[id];
      });
    };
    c.features = keep('feature', view.features, c.features);
    c.flows = keep('connection', view.flows, c.flows);
    keys('addresses of', view.endpoints, c.set);
    keys('ports of', view.flows, c.ports);
    if (c.version && d.versions.indexOf(c.version) < 0) {
      lost.push('version ' + c.version);
      c.version = '';
    }
    if (c.at && !d.vantages.some(function (v) { return v.id === c.at; })) {
      lost.push('place ' + c.at);
      c.at = '';
    }
    if (lost.length) note(view.subject.name + ' has no ' + words(lost) + '. The rest of the link is used.');
  }

  function note(text) {
    notes.hidden = false;
    notes.append(el('li', {}, text));
  }

  // addresses makes one list of what people paste: lines, commas or blanks between.
  function addresses(text) { return text.split(/[\s,;]+/).filter(Boolean).join(','); }

  // ports is a set of ports as the command line has it: blanks stand between transports alone.
  function ports(text) { return text.trim().replace(/\s*[,;]\s*/g, ',').replace(/\s+/g, ' '); }

  // onType acts soon after typing, at once when the field is left.
  function onType(input, act) {
    let due = 0;
    const now = function () {
      clearTimeout(due);
      due = 0;
      act();
    };
    input.addEventListener('input', function () {
      clearTimeout(due);
      due = setTimeout(now, 60);
    });
    input.addEventListener('change', function () { if (due) now(); });
  }

  // make builds a subject's section once; paint fills it again and again, so
  // that no control is ever replaced under somebody's hands.
  function make(subject, description, choice) {
    const d = description, id = function (s) { return subject.slug + '.' + s; };
    const view = {
      subject: subject, of: d, choice: choice, result: null, fields: { prefix: subject.slug + '.' }, features: byID(d.features),
      flows: byID(d.flows), endpoints: byID(d.endpoints), roles: [], paint: [], inputs: [], added: []
    };
    const edited = function () { changed(view); };

    // Where
    const places = d.vantages.map(function (v) {
      const radio = el('input', { type: 'radio', name: id('at'), value: v.id });
      const why = el('span', { class: 'state', hidden: true });
      radio.addEventListener('change', function () {
        view.choice.at = v.id;
        edited();
      });
      view.paint.push(function (r) {
        radio.checked = (view.choice.at || r.at) === v.id;
        why.hidden = fits(platform(), v);
        if (!why.hidden) write(why, 'not with ' + platform().title);
      });
      return { radio: radio, label: el('label', {}, radio, ' ' + v.name + ' ', why) };
    });
    const where = el('fieldset', {}, el('legend', {}, 'Where the firewall stands'),
      el('div', { class: 'builder-row' }, places.map(function (p) { return p.label; })),
      field(view.fields, 'at', places.map(function (p) { return p.radio; })));

    if (subject.kind === 'deployment') {
      const nat = el('input', { type: 'checkbox' });
      const why = el('span', { class: 'state', hidden: true });
      nat.addEventListener('change', function () {
        view.choice.nat = nat.checked;
        edited();
      });
      view.paint.push(function () {
        nat.checked = view.choice.nat;
        why.hidden = !platform() || platform().translates;
        if (!why.hidden) write(why, 'not with ' + platform().title);
      });
      where.append(el('div', { class: 'builder-row' }, el('label', {}, nat, ' With the address translation ', why)), field(view.fields, 'nat', [nat]));
    }

    // Version
    let version = null;
    if (d.versions.length > 1) {
      const select = el('select', {}, el('option', { value: '' }, d.versions[d.versions.length - 1] + ', the newest'),
        d.versions.slice(0, -1).reverse().map(function (v) { return el('option', { value: v }, v); }));
      select.addEventListener('change', function () {
        view.choice.version = select.value;
        edited();
      });
      view.paint.push(function () { select.value = view.choice.version === d.versions[d.versions.length - 1] ? '' : view.choice.version; });
      version = el('p', {}, el('label', {}, 'Version ', select), field(view.fields, 'version', [select]));
    }

    const section = el('section', { class: 'builder-of', 'aria-labelledby': id('title') },
      el('div', { class: 'builder-head' }, el('h2', { id: id('title'), tabindex: '-1' }, subject.name),
        button('Remove', function () {
          state.choices = state.choices.filter(function (c) { return c !== view.choice; });
          drop(view);
          picker.focus();
          changed();
        }, { 'aria-label': 'Remove ' + subject.name })),
      where, version);
    if (d.endpoints.length) section.append(addressPart(view, edited, id));
    if (d.features.length) section.append(featurePart(view, edited, id));
    if (d.flows.length) section.append(flowPart(view, edited));
    if (subject.kind === 'deployment') section.append(carriedPart(view));
    view.section = section;
    view.file = filePart(view);
    place.append(section);
    files.append(view.file);
    return view;
  }

  // Addresses: one field for each role of the file.
  function addressPart(view, edited, id) {
    const d = view.of;
    const rank = function (e) { return e.self ? 0 : e.managed ? 1 : 2; };
    const order = d.endpoints.slice().sort(function (a, b) { return rank(a) - rank(b); });
    const count = el('span', { class: 'builder-count' });
    const rows = order.map(function (e) {
      const stated = e.fqdn.concat(e.cidr);
      const hint = el('span', { class: 'sub', id: id('hint.' + e.id), hidden: true });
      const mark = el('span');
      const input = el('input', { type: 'text', id: id('set.' + e.id), autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false' });
      onType(input, function () {
        const text = addresses(input.value);
        if (text) view.choice.set[e.id] = text;
        else delete view.choice.set[e.id];
        edited();
      });
      input.addEventListener('paste', function (event) {
        const text = event.clipboardData.getData('text/plain');
        if (!/[\r\n]/.test(text.trim())) return;
        event.preventDefault(); // a field of one line would run them together
        document.execCommand('insertText', false, addresses(text).replace(/,/g, ', '));
      });
      const row = el('div', { class: 'builder-role' }, el('div', {}, el('label', { for: input.id }, e.name), el('span', { class: 'sub' }, el('span', { class: 'zone' }, e.zone), ' ', mark)), input, hint,
        field(view.fields, 'set.' + e.id, [input], hint.id));
      view.inputs.push(function () {
        const text = view.choice.set[e.id] || '';
        if (addresses(input.value) !== text) input.value = text.replace(/,/g, ', ');
      });
      view.paint.push(function () {
        const role = view.roles.find(function (r) { return r.id === e.id; }), own = view.choice.set[e.id];
        row.hidden = !role && !own;
        const any = own && own.split(',').indexOf('any') >= 0;
        write(mark, !role ? '– not in this file' : own ? '● yours' : role.fill ? '○ documentation address' : '● as stated');
        row.classList.toggle('fill', !!role && role.fill && !own);
        write(hint, any ? 'any: every address, 0.0.0.0/0 and ::/0' : stated.length ? (own ? 'Stated: ' : 'Used as stated: ') + stated.join(', ') : e.many ? 'Several hosts' : '');
        hint.hidden = hint.textContent === '';
      });
      return row;
    });
    view.paint.push(function () {
      const fill = view.roles.filter(function (r) { return r.fill; }).length;
      write(count, fill ? counted(fill, 'role still has a documentation address', 'roles still have documentation addresses') : 'no documentation address is left');
    });
    return el('fieldset', { 'aria-describedby': id('how') }, el('legend', {}, 'Addresses'),
      el('p', { class: 'sub', id: id('how') }, 'IPv4, IPv6, prefixes or names, with commas or blanks between: ', el('code', {}, '10.0.1.25 10.0.8.0/24 fd00::/8'),
        '. ', el('code', {}, 'any'), ' is everybody. A role without keeps a documentation address, which opens nothing.'), count, rows);
  }

  // Features: boxes, and a set of radios for those that exclude each other.
  function featurePart(view, edited, id) {
    const d = view.of, groups = new Map(), single = [];
    const notes = [];
    const said = el('div', { class: 'builder-faults' });
    const base = function (f) { return f.default || view.choice.all && !f.group; };
    const label = function (control, f) {
      const about = f.note && el('span', { class: 'sub', id: id('note.' + f.id), hidden: true }, f.note);
      if (about) notes.push(about);
      said.append(field(view.fields, 'feature.' + f.id, [control], about && about.id));
      return el('label', { class: 'builder-feature' }, control, el('span', {}, f.name + ' ', f.default && el('span', { class: 'state' }, 'default'), about));
    };
    d.features.forEach(function (f) {
      if (f.group) {
        if (!groups.has(f.group)) groups.set(f.group, []);
        groups.get(f.group).push(f);
        return;
      }
      const box = el('input', { type: 'checkbox' });
      box.addEventListener('change', function () {
        view.choice.features = without(view.choice.features, f.id);
        if (box.checked !== base(f)) view.choice.features.push(box.checked ? f.id : '-' + f.id);
        edited();
      });
      view.paint.push(function (r) { if (r.on) box.checked = r.on.indexOf(f.id) >= 0; });
      single.push(label(box, f));
    });
    const sets = [];
    groups.forEach(function (members, name) {
      const choose = function (f) {
        members.forEach(function (m) { view.choice.features = without(view.choice.features, m.id); });
        if (f && !f.default) view.choice.features.push(f.id);
        if (!f) members.forEach(function (m) { if (m.default) view.choice.features.push('-' + m.id); });
        edited();
      };
      const radio = function (f) {
        const r = el('input', { type: 'radio', name: id('group.' + name) });
        r.addEventListener('change', function () { choose(f); });
        view.paint.push(function (result) {
          if (!result.on) return;
          r.checked = f ? result.on.indexOf(f.id) >= 0 : !members.some(function (m) { return result.on.indexOf(m.id) >= 0; });
        });
        return r;
      };
      const title = name.replace(/-/g, ' ');
      sets.push(el('fieldset', { class: 'builder-set' }, el('legend', {}, title.charAt(0).toUpperCase() + title.slice(1)),
        members.map(function (f) { return label(radio(f), f); }), el('label', { class: 'builder-feature' }, radio(null), el('span', {}, 'none'))));
    });
    const all = el('input', { type: 'checkbox' });
    all.addEventListener('change', function () {
      view.choice.all = all.checked;
      edited();
    });
    const count = el('span', { class: 'builder-count' });
    view.paint.push(function (r) {
      all.checked = view.choice.all;
      if (r.on) write(count, r.on.length + ' of ' + d.features.length + ' on');
    });
    const about = notes.length && button('What they mean', function (b) {
      const open = b.getAttribute('aria-expanded') === 'true';
      b.setAttribute('aria-expanded', String(!open));
      notes.forEach(function (n) { n.hidden = open; });
    }, { 'aria-expanded': 'false', class: 'builder-plain' });
    return el('fieldset', {}, el('legend', {}, 'Features'), el('p', { class: 'builder-row' }, count, about),
      el('div', { class: 'builder-features' }, single), sets,
      el('p', { class: 'builder-row' }, el('label', {}, all, ' All features and connections that exclude no other')), said);
  }

  // carriedPart tells what a network's file has chosen: which of its connections
  // have a rule at the place, and which features they come from.
  function carriedPart(view) {
    const count = el('summary'), flows = el('p', { class: 'builder-carried' }), on = el('p', { class: 'builder-carried sub' });
    const show = function (e, title, ids) {
      const text = ids.join(' ');
      if (e.dataset.ids === text) return;
      e.dataset.ids = text;
      e.replaceChildren(title, ...ids.flatMap(function (id) { return [' ', el('code', {}, id)]; }));
    };
    view.paint.push(function (r) {
      write(count, counted((r.in || []).length, 'connection passes here', 'connections pass here'));
      show(flows, '', r.in || []);
      show(on, 'Features that are on in its file:', r.on || []);
    });
    return el('details', {}, count, flows, on);
  }

  // Connections: in or out by the features, unless somebody says otherwise.
  function flowPart(view, edited) {
    const d = view.of;
    const count = el('span', { class: 'builder-count' });
    const name = function (id) { return view.endpoints.has(id) ? view.endpoints.get(id).name : id; };
    const feature = function (id) { return view.features.has(id) ? view.features.get(id).name : id; };
    const open = d.flows.filter(function (f) { return f.need !== 'forbidden'; }), closed = d.flows.filter(function (f) { return f.need === 'forbidden'; });

    const why = function (f, r) {
      if (view.choice.flows.indexOf(f.id) >= 0) return 'you took it in';
      if (view.choice.flows.indexOf('-' + f.id) >= 0) return 'you left it out';
      const is = r.in.indexOf(f.id) >= 0;
      const met = f.features.filter(function (all) { return all.every(function (x) { return r.on.indexOf(x) >= 0; }); });
      if (is && f.features.length === 0) return view.choice.all && f.need !== 'required' ? 'as you asked for all' : 'always';
      if (is) return met.length ? 'by ' + words(met[0].map(feature)) : 'as you asked for all';
      if (f.features.length === 0 || met.length) return f.since || f.until ? 'not in this version' : 'if you want it';
      return 'needs ' + f.features.map(function (all) { return words(all.map(feature)); }).join(', or ');
    };

    const row = function (f) {
      const box = el('input', { type: 'checkbox', 'aria-label': f.name + ' (' + f.id + ')' });
      const reason = el('span', { class: 'sub' });
      box.addEventListener('change', function () {
        const want = box.checked, had = view.choice.flows;
        view.choice.flows = without(had, f.id);
        const r = ask(view);
        if (r.in && (r.in.indexOf(f.id) >= 0) !== want) view.choice.flows.push(want ? f.id : '-' + f.id);
        edited();
      });
      const stated = f.ports.indexOf('?') < 0;
      const input = el('input', { type: 'text', 'aria-label': 'Ports of ' + f.name + ' (' + f.id + ')', placeholder: stated ? f.ports : 'tcp/…', autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', size: '14' });
      const limits = el('span', { class: 'sub', id: view.subject.slug + '.allowed.' + f.id, hidden: true }, f.allowed ? 'allowed: ' + f.allowed : '');
      const follows = f.follows.flow && el('span', { class: 'sub' }, (f.follows.add ? 'follows ' : 'the same as ') + f.follows.flow + (f.follows.add > 0 ? ' + ' + f.follows.add : f.follows.add < 0 ? ' - ' + -f.follows.add : ''));
      const moved = el('span', { class: 'sub', hidden: true });
      onType(input, function () {
        const text = ports(input.value);
        if (text) view.choice.ports[f.id] = text;
        else delete view.choice.ports[f.id];
        edited();
      });
      view.inputs.push(function () {
        const text = view.choice.ports[f.id] || '';
        if (ports(input.value) !== text) input.value = text;
      });
      const tr = el('tr', {}, el('td', {}, box),
        el('th', { scope: 'row' }, el('b', {}, f.name), ' ', el('code', {}, f.id), ' ', el('span', { class: 'need need-' + f.need }, needs[f.need]),
          el('span', { class: 'sub' }, words(f.from.map(name)) + ' → ' + words(f.to.map(name))), reason, field(view.fields, 'flow.' + f.id, [box])),
        el('td', {}, el('span', { class: 'port' }, stated ? f.ports : f.ports.replace('/?', '') + ' port not stated'), follows, moved, input, limits, field(view.fields, 'port.' + f.id, [input], limits.id)));
      view.paint.push(function (r) {
        if (!r.in || !r.on) return;
        box.checked = r.in.indexOf(f.id) >= 0;
        const own = view.choice.ports[f.id];
        input.hidden = !own && !((f.configurable || !stated) && box.checked);
        limits.hidden = input.hidden || !f.allowed;
        const goes = r.moved.find(function (m) { return m.flow === f.id; });
        moved.hidden = !goes;
        if (goes) write(moved, 'now ' + goes.ports);
        write(reason, why(f, r));
        tr.classList.toggle('out', !box.checked);
        reason.classList.toggle('own', /^you /.test(reason.textContent));
      });
      return tr;
    };

    const bodies = Object.keys(ways).map(function (way) {
      const of = open.filter(function (f) { return f.direction === way; });
      return of.length && el('tbody', {}, el('tr', { class: 'group' }, el('th', { scope: 'rowgroup', colspan: '3' }, ways[way])), of.map(row));
    });
    view.paint.push(function (r) {
      if (r.in) write(count, open.filter(function (f) { return r.in.indexOf(f.id) >= 0; }).length + ' of ' + open.length + ' in');
    });
    const title = view.subject.slug + '.flows';
    const details = el('details', { class: 'builder-flows' }, el('summary', {}, 'Connections ', count),
      el('div', { class: 'scroll', role: 'region', 'aria-labelledby': title, tabindex: '0' },
        el('table', {}, el('caption', { id: title, class: 'vh' }, 'Connections of ' + view.subject.name),
          el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, 'In'), el('th', { scope: 'col' }, 'Connection'), el('th', { scope: 'col' }, 'Ports'))), bodies)),
      closed.length && el('p', { class: 'sub' }, 'What stays closed:'),
      closed.length && el('ul', { class: 'builder-closed' }, closed.map(function (f) {
        const li = el('li', {}, el('span', { class: 'marked need-forbidden' }), f.name + ', ', el('span', { class: 'port' }, f.ports), ', ' + words(f.from.map(name)) + ' → ' + words(f.to.map(name)));
        view.paint.push(function (r) { if (r.in) li.hidden = r.in.indexOf(f.id) < 0; });
        return li;
      })));
    details.open = view.choice.flows.length + Object.keys(view.choice.ports).length > 0;
    return details;
  }

  // ---------------------------------------------------------------- a subject's file

  if (window.Highlight && CSS.highlights) { // from here, as checkers of style sheets don't know it
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('::highlight(changed) { background-color: var(--warn-bg); }');
    document.adoptedStyleSheets = document.adoptedStyleSheets.concat(sheet);
  }

  // added are the lines of a text that were not in it before.
  function added(node, was) {
    const had = new Set(was.split('\n')), ranges = [];
    let at = 0;
    node.data.split('\n').forEach(function (line) {
      if (line && !had.has(line)) {
        const range = new Range();
        range.setStart(node, at);
        range.setEnd(node, at + line.length);
        ranges.push(range);
      }
      at += line.length + 1;
    });
    return ranges;
  }

  function filePart(view) {
    view.name = el('h3', {}, view.subject.name);
    view.meta = el('p', { class: 'meta' });
    view.code = el('code', {}, document.createTextNode(''));
    view.pre = el('pre', { class: 'rules', tabindex: '0', role: 'region', 'aria-label': 'Rules: ' + view.subject.name }, view.code);
    view.wrong = el('div', { class: 'left', hidden: true });
    view.left = el('div', { class: 'left', hidden: true });
    view.heed = el('ul', { class: 'heed', hidden: true });
    view.steps = el('dl', { class: 'steps' });
    view.more = el('details', {}, el('summary', {}, 'Connection tests and change request'));
    view.more.addEventListener('toggle', function () { beside(view); });
    view.command = el('pre', { tabindex: '0', role: 'region', 'aria-label': 'Command for ' + view.subject.name }, el('code', {}));
    view.cli = el('details', {}, el('summary', {}, 'On the command line'), view.command);
    view.tests = [];
    view.copy = button('Copy', function (b) { copy(view.result.file.text, b); }, { 'aria-label': 'Copy the rules of ' + view.subject.name });
    view.save = button('Download', function () { save(view.result.file.name, view.result.file.text, 'text/plain;charset=utf-8'); }, { 'aria-label': 'Download the rules of ' + view.subject.name });
    return el('div', { class: 'builder-file' },
      el('div', { class: 'builder-head' }, el('div', {}, view.name, view.meta), el('div', { class: 'actions' }, view.copy, view.save)),
      view.wrong, view.left, view.heed, view.pre, view.steps, view.more, view.cli);
  }

  // beside shows what goes with a file, which is made only when it is looked at.
  function beside(view) {
    if (!view.more.open || !view.result.file) return;
    const extras = view.result.tests.map(function (t) { return [t, 'Connection tests: ' + t.title]; });
    if (view.result.request) extras.push([view.result.request, 'Change request, of all places']);
    extras.forEach(function (x, i) { extra(view, i, x[0], x[1]); });
    view.tests.slice(extras.length).forEach(function (row) { row.e.hidden = true; });
  }

  // extra shows a further file of a subject: its row stays where it is.
  function extra(view, i, x, title) {
    let row = view.tests[i];
    if (!row) {
      row = { code: el('code'), title: el('summary'), run: el('p', { class: 'sub' }) };
      row.copy = button('Copy', function (b) { copy(row.file.text, b); });
      row.save = button('Download', function () { save(row.file.name, row.file.text, 'text/plain;charset=utf-8'); });
      row.e = el('details', {}, row.title, row.run, el('div', { class: 'actions' }, row.save, row.copy), el('pre', { class: 'rules', tabindex: '0', role: 'region' }, row.code));
      row.e.addEventListener('toggle', function () { if (row.e.open) write(row.code, row.file.text); });
      view.tests[i] = row;
      view.more.append(row.e);
    }
    row.file = x;
    row.e.hidden = false;
    write(row.title, title);
    row.run.replaceChildren(...(x.run ? ['Run ', el('code', {}, x.run)] : []));
    row.run.hidden = !x.run;
    row.copy.setAttribute('aria-label', 'Copy ' + x.name);
    row.save.setAttribute('aria-label', 'Download ' + x.name);
    row.e.lastChild.setAttribute('aria-label', x.name);
    if (row.e.open) write(row.code, x.text);
  }

  function quoted(s) { return /^[\w@%+=:,./-]+$/.test(s) ? s : "'" + s.replace(/'/g, "'\\''") + "'"; }

  // command is what prints the same file.
  function command(view, at) {
    const c = view.choice, out = ['portolan rules ' + quoted(view.subject.slug) + ' --platform ' + quoted(state.platform) + ' --at ' + quoted(at)];
    const put = function (flag, value) { out.push('--' + flag + ' ' + quoted(value)); };
    if (c.version) put('version', c.version);
    c.features.forEach(function (id) { put('feature', id); });
    c.flows.forEach(function (id) { put('flow', id); });
    if (c.all) out.push('--all');
    Object.keys(c.set).sort().forEach(function (id) { put('set', id + '=' + c.set[id]); });
    Object.keys(c.ports).sort().forEach(function (id) { put('port', id + '=' + c.ports[id]); });
    if (c.nat) out.push('--nat');
    if (state.deny) out.push('--default-deny');
    if (state.log) out.push('--log');
    return out.join(' \\\n  ');
  }

  function stepList(title, steps) {
    return (steps || []).reduce(function (out, s, i) {
      if (i === 0) out.push(el('dt', {}, title));
      return out.concat(el('dd', {}, s.command && el('code', {}, s.command), s.command && s.text ? ' ' + s.text : s.text));
    }, []);
  }

  function paintFile(view, rest) {
    const r = view.result, file = r.file, wrong = r.faults.filter(function (f) { return !f.warning; });
    view.file.classList.toggle('stale', !file);
    view.copy.disabled = view.save.disabled = !file;
    view.wrong.hidden = wrong.length === 0;
    const said = JSON.stringify(wrong);
    if (said !== view.said) view.wrong.replaceChildren(el('p', {}, el('b', {}, view.code.textContent ? 'Not as chosen: what is below is of before this.' : 'No file yet.')),
      el('ul', {}, wrong.map(function (f) {
        const at = view.fields[f.field] || commonFields[f.field];
        return el('li', {}, sentence(f) + ' ', at && at.controls && button('Go there', function () {
          for (let e = at.controls[0]; e; e = e.parentElement) if (e.tagName === 'DETAILS') e.open = true;
          at.controls[0].focus();
        }, { class: 'builder-plain' }));
      })));
    view.said = said;
    view.pre.hidden = !file && !view.code.textContent;
    if (!file) return;
    const was = view.code.textContent;
    if (was !== file.text) {
      view.code.firstChild.data = file.text;
      view.added = was ? added(view.code.firstChild, was) : [];
    }
    write(view.meta, file.name + ', ' + counted(file.text.split('\n').length - 1, 'line', 'lines'));
    view.left.hidden = r.missing.length === 0;
    view.left.replaceChildren(el('p', {}, el('b', {}, 'Not in this file:')), el('ul', {}, r.missing.map(function (s) { return el('li', {}, s); })));
    list(view.heed, rest.filter(function (f) { return f.warning; }).map(sentence));
    view.steps.replaceChildren(...stepList('Check first', r.steps.check), ...stepList('Load', r.steps.load), ...stepList('Remove', r.steps.remove), ...(state.deny ? stepList('Undo', r.steps.undo) : []));
    beside(view);
    write(view.command.firstChild, command(view, r.at));
  }

  function summary(view) {
    const r = view.result;
    const wrong = r.faults.filter(function (f) { return !f.warning; }).length;
    if (wrong || !r.file) return counted(wrong, 'choice is wrong', 'choices are wrong');
    const fill = view.roles.filter(function (x) { return x.fill; }).length;
    return counted(r.rules, 'rule', 'rules') + (r.left.length ? ', ' + counted(r.left.length, 'flow left out', 'flows left out') : '') +
      (fill ? ', ' + counted(fill, 'role to fill in', 'roles to fill in') : '');
  }

  // ---------------------------------------------------------------- keeping up

  function drop(view) {
    views.delete(view.subject.slug);
    view.section.remove();
    view.file.remove();
  }

  // build makes the rules of one subject, or of all, and shows them.
  function build(only) {
    const all = state.choices.map(function (c) { return views.get(c.of); }).filter(Boolean);
    all.forEach(function (view) {
      if (only && only !== view) return;
      view.result = ask(view);
      if (view.result.roles) view.roles = view.result.roles;
    });
    paintCommon();
    blame(commonFields, all.flatMap(function (v) { return v.result.faults; }).filter(function (f, i, list) {
      return commonFields[f.field] && list.findIndex(function (g) { return g.field === f.field && g.text === f.text; }) === i;
    }));
    all.forEach(function (view) {
      if (only && only !== view) return;
      const rest = blame(view.fields, view.result.faults);
      view.inputs.forEach(function (f) { f(); });
      view.paint.forEach(function (f) { f(view.result); });
      paintFile(view, rest);
    });
    if (window.Highlight && CSS.highlights) { // marks lines without touching the text
      CSS.highlights.set('changed', new Highlight(...all.flatMap(function (v) { return v.added; })));
      all.forEach(function (v) { v.added = []; });
    }
    const some = all.length > 0;
    common.hidden = output.hidden = jump.hidden = !some;
    form.classList.toggle('on', some);
    write(part('add'), some ? 'Add another' : 'Add');
    const text = all.map(function (v) { return (all.length > 1 ? v.subject.name + ': ' : '') + summary(v); }).join('; ');
    write(status, text);
    write(part('count'), text);
    zip.disabled = all.some(function (v) { return !v.result.file; });
  }

  let due = 0;
  function remember() {
    clearTimeout(due);
    due = 0;
    state.anchor = '';
    const to = fragment.format(state) || location.pathname + location.search;
    if (to !== location.hash) history.replaceState(null, '', to);
  }

  // changed is called after every choice; view is the subject it concerns alone.
  function changed(view) {
    build(view);
    clearTimeout(due);
    due = setTimeout(remember, 150);
  }

  function failed() {
    loading = null;
    form.classList.remove('busy');
    write(part('busy'), '');
    note('The rules cannot be made in this browser: ' + (window.WebAssembly ? 'a part of this page did not load' : 'it has no WebAssembly, or it is blocked') +
      '. The ready-made files below are the same rules with documentation addresses.');
  }

  let turn = 0;

  // open shows the subjects of the state, and loads what they need.
  function open() {
    const mine = ++turn;
    const wanted = state.choices.slice();
    views.forEach(function (view, slug) { if (!wanted.some(function (c) { return c.of === slug; })) drop(view); });
    if (wanted.length === 0) {
      build();
      return Promise.resolve();
    }
    form.classList.add('busy');
    write(part('busy'), 'Loading …');
    return load().then(function () {
      return Promise.all(wanted.map(function (c) { return window.portolanEngine.open(subjects.get(c.of).kind, c.of); }));
    }).then(function (descriptions) {
      if (mine !== turn) return;
      form.classList.remove('busy');
      write(part('busy'), '');
      if (state.platform && !platform()) {
        note('There is no platform ' + state.platform + ' here. The rest of the link is used.');
        state.platform = '';
      }
      part('platform-choice').open = part('platform-choice').open || !state.platform;
      if (!state.platform) state.platform = platforms[0].id;
      wanted.forEach(function (c, i) {
        const view = views.get(c.of) || make(subjects.get(c.of), descriptions[i], c);
        views.set(c.of, view);
        view.choice = c;
        known(view);
        arrive(view);
        place.append(view.section);
        files.append(view.file);
      });
      build();
    }).catch(failed);
  }

  // read takes the choices of the address.
  function read() {
    const next = fragment.parse(location.hash);
    // A link inside the page, such as the one that skips to its content, is no choice.
    if (next.anchor && !next.platform && next.choices.length === 0 && state.choices.length) {
      history.replaceState(null, '', fragment.format(state));
      return;
    }
    clearTimeout(due);
    notes.hidden = true;
    notes.replaceChildren();
    const seen = new Set();
    next.choices = next.choices.filter(function (c) {
      if (!subjects.has(c.of)) note(c.of ? 'This site has no product or network ' + c.of + '. The rest of the link is used.' : 'The link does not say which product its choices are for.');
      else if (seen.has(c.of)) note('The link has ' + subjects.get(c.of).name + ' twice: the first is used.');
      else return seen.add(c.of);
      return false;
    });
    state = next;
    open();
  }

  part('add').addEventListener('click', function () {
    const slug = picker.value;
    if (!slug) return picker.focus();
    picker.value = '';
    if (views.has(slug)) {
      document.getElementById(slug + '.title').focus();
      return;
    }
    const c = fragment.choice(slug);
    state.choices.push(c);
    open().then(function () {
      if (views.has(slug)) changed();
      else state.choices = state.choices.filter(function (x) { return x !== c; });
    });
  });
  picker.addEventListener('focus', function () { load().catch(function () { loading = null; }); });
  form.addEventListener('submit', function (e) { e.preventDefault(); });
  part('link').addEventListener('click', function () {
    remember();
    copy(location.href, part('link'));
  });
  part('again').addEventListener('click', function () {
    remember();
    history.pushState(null, '', location.pathname + location.search); // "back" brings it all back
    read();
    picker.focus();
  });
  jump.querySelector('button').addEventListener('click', function () {
    output.focus({ preventScroll: true });
    output.scrollIntoView();
  });
  zip.addEventListener('click', function () {
    write(zip, 'Making them …');
    new Promise(function (shown) { setTimeout(shown, 30); }).then(function () {
      const all = state.choices.map(function (c) { return request(views.get(c.of)); });
      return Promise.resolve(window.portolanEngine.archive(all)).then(function (data) {
        save(all.length === 1 ? all[0].slug + '-rules.zip' : 'rules.zip', data, 'application/zip');
      });
    }).catch(function (e) { note('No archive: ' + e.message); }).then(function () { write(zip, 'All platforms (zip)'); });
  });
  window.addEventListener('hashchange', read);

  form.hidden = false;
  read();
})();
