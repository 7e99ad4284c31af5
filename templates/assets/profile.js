// "Your set-up" of a product's page: its version, features, addresses and ports
// are chosen once, kept in the address (fragment.js), and applied to the tables,
// the chips, the diagram, the rules and the copies. In a frame the same address
// leaves out the same rows. Nothing is stored, and nothing is sent.
(function () {
  'use strict';

  // select tells which flows of a product are in, as network.Select does; a
  // test holds the two together. What the product has not is passed over.
  function select(product, choice) {
    const versions = product.versions, on = new Map(), chosen = new Map(), asked = new Map();
    const version = versions.indexOf(choice.version) >= 0 ? choice.version : versions[versions.length - 1] || '';
    const at = versions.indexOf(version);
    product.features.forEach(function (f) { on.set(f.id, !!f.default || choice.all && !f.group); });
    choice.features.forEach(function (word) {
      const id = word.replace(/^-/, ''), f = product.features.find(function (f) { return f.id === id; });
      if (!f) return;
      if (id !== word) {
        on.set(id, false);
        return;
      }
      if (f.group) {
        if (chosen.has(f.group) && chosen.get(f.group) !== id) return;
        chosen.set(f.group, id);
        product.features.forEach(function (o) { if (o.group === f.group) on.set(o.id, false); });
      }
      on.set(id, true);
    });
    choice.flows.forEach(function (word) { asked.set(word.replace(/^-/, ''), word[0] !== '-'); });
    function holds(f) { return f.when.some(function (all) { return all.every(function (id) { return on.get(id); }); }); }
    const flows = product.flows.filter(function (f) {
      if (at >= 0 && (f.since && versions.indexOf(f.since) > at || f.until && versions.indexOf(f.until) < at)) return false;
      if (f.need === 'forbidden') return !f.when || holds(f);
      if (asked.has(f.id)) return asked.get(f.id);
      if (choice.all) return true;
      return f.when ? holds(f) : f.need === 'required';
    });
    return { version: version, on: on, flows: flows.map(function (f) { return f.id; }) };
  }

  // wrong says what is wrong with an address of an endpoint, "" for nothing. A
  // firewall's rules are held against more than this.
  function wrong(text) {
    const at = text.indexOf('/'), host = at < 0 ? text : text.slice(0, at), bits = at < 0 ? null : text.slice(at + 1);
    const v4 = /^\d+\.\d+\.\d+\.\d+$/.test(host), v6 = host.indexOf(':') >= 0;
    if (!v4 && !v6) {
      return /^(\*\.)?([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)*[a-z]([a-z0-9-]*[a-z0-9])?$/i.test(text) ? '' : 'is no address and no name';
    }
    if (v4 && host.split('.').some(function (n) { return +n > 255 || n.length > 1 && n[0] === '0'; })) return 'is no IPv4 address';
    if (v6) {
      try {
        new URL('http://[' + host + ']/');
      } catch {
        return 'is no IPv6 address';
      }
    }
    if (bits === null) return '';
    if (!/^\d{1,3}$/.test(bits) || +bits > (v4 ? 32 : 128)) return 'has no length of a prefix behind /';
    const number = host.split('.').reduce(function (n, part) { return n * 256 + +part; }, 0);
    return v4 && number % Math.pow(2, 32 - bits) ? 'has bits set behind its prefix' : '';
  }

  function list(text) {
    return text.split(/[\s,;]+/).filter(Boolean);
  }

  // quoted is a word of a command line, for shells that know single quotes.
  function quoted(word) {
    return /^[\w.,:/=@+-]+$/.test(word) ? word : "'" + word.replace(/'/g, "'\\''") + "'";
  }

  // command is what prints the rules of a choice.
  function command(product, state) {
    const c = state.choices[0], words = ['portolan', 'rules', product.slug, '--platform', state.platform];
    function put(flag, value) {
      if (value[0] === '-') words.push(flag + '=' + value);
      else words.push(flag, value);
    }
    if (c.at) put('--at', c.at);
    if (c.version) put('--version', c.version);
    if (c.all) words.push('--all');
    c.features.forEach(function (id) { put('--feature', id); });
    c.flows.forEach(function (id) { put('--flow', id); });
    Object.keys(c.set).sort().forEach(function (id) { put('--set', id + '=' + c.set[id]); });
    Object.keys(c.ports).sort().forEach(function (id) { put('--port', id + '=' + c.ports[id]); });
    if (state.deny) words.push('--default-deny');
    if (state.deny && state.log) words.push('--log');
    return words.map(quoted).join(' ');
  }

  if (typeof module === 'object' && module.exports) {
    module.exports = { select: select, wrong: wrong, quoted: quoted };
    return;
  }

  const carried = document.getElementById('page.profile'), fragment = window.portolanFragment, ports = window.portolanPorts;
  if (!carried) return;
  const product = JSON.parse(carried.dataset.product);
  product.flows.forEach(function (f) { f.ends = f.from.concat(f.to); });
  const flows = new Map(product.flows.map(function (f) { return [f.id, f]; }));
  const endpoints = new Map(product.endpoints.map(function (e) { return [e.id, e]; }));
  const features = new Map(product.features.map(function (f) { return [f.id, f]; }));

  // What holds now: the address, its choice, which flows and which changed ports
  // that comes to, and what it names that the product has not.
  let state, choice, selected, moved, chosen, strange;

  function read() {
    state = fragment.parse(location.hash);
    choice = state.choices.find(function (c) { return !c.of || c.of === product.slug; }) || fragment.choice('');
    state.choices = [choice];
    strange = [];
    function known(map, id) {
      if (!map.has(id.replace(/^-/, ''))) strange.push(id);
      return map.has(id.replace(/^-/, ''));
    }
    function keep(values, map) {
      const out = {};
      Object.keys(values).forEach(function (id) { if (known(map, id)) out[id] = values[id].replace(/[\u0000-\u001f\u007f]/g, ''); });
      return out;
    }
    choice.of = '';
    choice.features = choice.features.filter(function (id) { return known(features, id); });
    choice.flows = choice.flows.filter(function (id) { return known(flows, id); });
    choice.set = keep(choice.set, endpoints);
    choice.ports = keep(choice.ports, flows);
    if (choice.version && product.versions.indexOf(choice.version) < 0) {
      strange.push(choice.version);
      choice.version = '';
    }
    weigh();
  }

  function weigh() {
    const c = choice;
    chosen = !!c.version || c.all || c.features.length + c.flows.length + Object.keys(c.set).length + Object.keys(c.ports).length > 0;
    selected = select(product, c);
    moved = ports.apply(product, c.ports);
  }

  // sound is the choice without ports that cannot be.
  function sound() {
    const good = {};
    Object.keys(choice.ports).forEach(function (id) { if (!refused(id)) good[id] = choice.ports[id]; });
    return Object.assign({}, choice, { ports: good });
  }

  function refused(id) { return (moved.faults.get(id) || []).some(function (f) { return !f.warning; }); }

  // hash is the address's end with the choices, for a page that knows anchor.
  function hash(anchor) {
    return fragment.format(Object.assign({}, state, { anchor: anchor, filters: fragment.parse(location.hash).filters }));
  }

  // carried is the same for a frame or a copy, without what cannot be.
  function carriedHash() {
    return fragment.format(Object.assign({}, state, { anchor: '', choices: [sound()], filters: {} }));
  }

  function isDefault(f) {
    return !!f.default || choice.all && !f.group;
  }

  // said is the choices in one line.
  function said() {
    const out = [], more = [], less = [];
    product.features.forEach(function (f) {
      const on = selected.on.get(f.id);
      if (on && !isDefault(f)) more.push(f.name);
      if (!on && isDefault(f) && !product.features.some(function (o) { return f.group && o.group === f.group && selected.on.get(o.id); })) less.push(f.name);
    });
    if (choice.all) out.push('all features');
    else if (!more.length && !less.length) out.push('default features');
    if (more.length) out.push('with ' + more.join(', '));
    if (less.length) out.push('without ' + less.join(', '));
    if (product.versions.length) out.push(choice.version ? 'version ' + choice.version : 'newest version');
    const rows = { 'asked for': 0, 'left out': 0 };
    choice.flows.forEach(function (id) { rows[id[0] === '-' ? 'left out' : 'asked for']++; });
    Object.keys(rows).forEach(function (how) { if (rows[how]) out.push(rows[how] + (rows[how] === 1 ? ' row ' : ' rows ') + how); });
    Object.keys(choice.set).sort().forEach(function (id) { out.push(endpoints.get(id).name + ' ' + list(choice.set[id]).join(', ')); });
    const wrong = Object.keys(choice.ports).filter(refused).length;
    if (moved.ports.size) out.push(moved.ports.size + (moved.ports.size === 1 ? ' port' : ' ports') + ' changed');
    if (wrong) out.push(wrong + (wrong === 1 ? ' wrong port' : ' wrong ports') + ' not applied');
    return out.join('; ');
  }

  function counted() {
    return selected.flows.length + ' of ' + product.flows.length + ' connections';
  }

  function element(name, attributes, children) {
    const e = document.createElement(name);
    Object.keys(attributes).forEach(function (k) {
      if (k === 'text') e.textContent = attributes[k];
      else e.setAttribute(k, attributes[k]);
    });
    (children || []).forEach(function (c) { e.append(c); });
    return e;
  }

  // changedPort shows a flow's changed ports in a cell before those that it
  // had; without a change the cell is as it was.
  function changedPort(cell, id) {
    const was = cell.querySelector('.was'), to = moved.ports.get(id);
    if (was) {
      was.previousSibling.remove();
      was.replaceWith.apply(was, was.querySelector('s').childNodes);
    }
    if (!to) return;
    const own = Array.prototype.filter.call(cell.childNodes, function (n) { return !(n.classList && n.classList.contains('anchor')); });
    const struck = element('s', {}, own);
    cell.prepend(element('b', { 'class': 'port', text: to }), element('span', { 'class': 'was sub' }, ['changed from ', struck]));
  }

  // In a frame: its table, with the rows of the choices.
  function frame() {
    const line = document.querySelector('main > .meta'), note = element('p', { 'class': 'meta' });
    let heading = null, any = false;
    function close() { if (heading) heading.hidden = !any; }
    document.querySelectorAll('.whole tbody').forEach(function (body) {
      const id = body.dataset.flow;
      if (!id) {
        close();
        heading = body;
        any = false;
        return;
      }
      body.hidden = chosen && selected.flows.indexOf(id) < 0;
      any = any || !body.hidden;
      changedPort(body.querySelector('.ports'), id);
    });
    close();
    const old = document.querySelector('main > .meta[data-said]');
    if (old) old.remove();
    if (!chosen) return;
    note.dataset.said = '';
    note.textContent = 'Set-up: ' + said() + '; ' + counted();
    line.before(note);
  }

  const form = document.querySelector('form.setup');
  read();
  if (!form) {
    frame();
    window.addEventListener('hashchange', function () {
      read();
      frame();
    });
    return;
  }

  const bar = { details: form.querySelector('details'), said: form.querySelector('summary span'), count: form.querySelector('output'), rest: form.elements.rest, link: form.elements.link, reset: form.querySelector('[type=reset]') };
  const yours = document.querySelector('.yours'), drawn = document.querySelector('svg.diagram');
  const rows = Array.prototype.slice.call(document.querySelectorAll('table.flows tbody tr'));
  let decided = false; // whether the reader said if rows that are out are shown
  let kept = '';       // the row that was just taken out stays, and the focus in it
  let fields = null;   // of the form, once they are there
  let untouched = true; // the page is as it was published: whoever chooses nothing waits for nothing

  // applied tells whether anything of the page is held against the choices.
  function applied() { return chosen || !bar.rest.checked; }
  function isIn(id) { return selected.flows.indexOf(id) >= 0; }
  function anchorOf(link) { return fragment.parse(new URL(link.getAttribute('href'), location.href).hash).anchor; }

  // memory keeps what an element said before it was changed.
  const memory = new Map();
  function once(e, get) {
    if (!memory.has(e)) memory.set(e, get(e));
    return memory.get(e);
  }

  function given(id) { return choice.set[id] ? list(choice.set[id]).join(', ') : ''; }

  // put shows a text behind an element, or takes it away again.
  function put(after, make, text) {
    const old = once(after, function () { return { made: null }; });
    if (old.made) old.made.remove();
    old.made = text ? make(text) : null;
    if (old.made) after.append(old.made);
  }

  function showRow(row) {
    const id = row.id, now = isIn(id), f = flows.get(id);
    row.classList.toggle('out', applied() && !now);
    row.hidden = !bar.rest.checked && !now && id !== kept && id !== state.anchor;
    changedPort(row.cells[0], id);
    row.querySelectorAll('a.end').forEach(function (end) {
      const next = end.nextElementSibling, text = given(anchorOf(end).replace(/^endpoint\./, ''));
      if (next && next.classList.contains('given')) next.remove();
      if (text) end.after(element('span', { 'class': 'given' }, [' ', element('code', { text: text })]));
    });
    if (f.need === 'forbidden' || !applied() && !bar.details.open && !row.querySelector('button.asks')) return;
    let button = row.querySelector('button.asks');
    if (!button) {
      button = element('button', { type: 'button', 'class': 'asks' });
      button.addEventListener('click', function () { ask(id); });
      row.querySelector('.need').after(' ', button);
    }
    button.hidden = !now && select(product, Object.assign({}, choice, { flows: [id] })).flows.indexOf(id) < 0;
    button.dataset.state = now ? 'in' : 'out';
    button.classList.toggle('asked', choice.flows.some(function (word) { return word.replace(/^-/, '') === id; }));
    button.setAttribute('aria-label', now ? 'in: leave row ' + id + ' out' : 'out: take row ' + id + ' in');
  }

  // ask takes a row in or out, whatever the features say.
  function ask(id) {
    const want = !isIn(id);
    choice.flows = choice.flows.filter(function (word) { return word.replace(/^-/, '') !== id; });
    if (select(product, choice).flows.indexOf(id) >= 0 !== want) choice.flows.push(want ? id : '-' + id);
    kept = id;
    changed();
  }

  function showTables() {
    rows.forEach(showRow);
    document.querySelectorAll('main .scroll').forEach(function (box) {
      const body = box.querySelector('table.flows tbody');
      if (body) box.hidden = Array.prototype.every.call(body.rows, function (row) { return row.hidden; });
    });
  }

  function showStrip() {
    document.querySelectorAll('.strip > div').forEach(function (group) {
      group.hidden = true;
      group.querySelectorAll('li').forEach(function (li) {
        const ids = li.dataset.flows.split(' '), now = ids.filter(isIn), chip = li.querySelector('a');
        const port = chip.querySelector('.port'), own = once(port, function () { return port.textContent; }), texts = [];
        (now.length ? now : ids).forEach(function (id) {
          const text = moved.ports.get(id) || own;
          if (texts.indexOf(text) < 0) texts.push(text);
        });
        port.textContent = texts.join(', ');
        chip.setAttribute('href', '#' + (now[0] || ids[0]));
        chip.classList.toggle('out', applied() && !now.length);
        li.hidden = !bar.rest.checked && !now.length;
        if (!li.hidden) group.hidden = false;
      });
    });
  }

  // relabel gives an arrow's label the ports that it has now, in the width that
  // it has; numbers of rows stay. All of a longer text is in the title.
  function relabel(link, to, flow) {
    const texts = link.querySelectorAll('text');
    const own = once(texts[0], function () { return { texts: Array.prototype.map.call(texts, function (t) { return t.textContent; }), width: 0 }; });
    if (to && !own.width) own.width = texts[0].getComputedTextLength(); // lays out the page
    const spelt = own.texts.join(' ').replace(/, /g, ',').replace(/,$/, '') === flow.ports;
    texts.forEach(function (text, i) {
      text.classList.toggle('changed', !!to);
      let now = to && spelt ? i ? '' : to : own.texts[i];
      if (i === 0 && to && spelt && to.length > 1.4 * own.texts[0].length) now = to.slice(0, Math.floor(1.4 * own.texts[0].length) - 1) + '…';
      if (text.textContent !== now) text.textContent = now;
      if (i === 0 && now.length > own.texts[0].length) {
        text.setAttribute('textLength', own.width);
        text.setAttribute('lengthAdjust', 'spacingAndGlyphs');
      } else text.removeAttribute('textLength');
    });
  }

  const aside = ', not in as chosen', svg = 'http://www.w3.org/2000/svg';
  function showDiagram() {
    if (!drawn) return;
    const used = new Set();
    selected.flows.forEach(function (id) { flows.get(id).ends.forEach(function (end) { used.add(end); }); });
    drawn.querySelectorAll('g.edge').forEach(function (edge) {
      const links = Array.prototype.slice.call(edge.querySelectorAll('a')), own = once(edge, function () { return edge.getAttribute('class'); });
      if (!links.length) return; // of the legend
      const now = [];
      links.forEach(function (link) {
        const id = anchorOf(link), title = link.querySelector('title'), text = link.querySelector('text');
        const was = once(link, function () { return { title: title.textContent, off: text.classList.contains('off') }; });
        const off = applied() ? !isIn(id) : was.off, to = moved.ports.get(id);
        text.classList.toggle('off', off);
        relabel(link, to, flows.get(id));
        title.textContent = was.title.replace(aside, '') + (to ? ', changed to ' + to : '') + (off ? aside : '');
        link.classList.toggle('out', applied() && off);
        if (!off) now.push(flows.get(id));
      });
      let style = own;
      if (applied() && !now.length) style = 'edge off out';
      else if (applied() && /\boff\b/.test(own)) style = 'edge ' + (now.some(function (f) { return f.need !== 'optional'; }) ? 'conditional' : 'optional');
      edge.setAttribute('class', style);
    });
    drawn.querySelectorAll('g.box').forEach(function (box) {
      const links = Array.prototype.slice.call(box.querySelectorAll('a'));
      box.classList.toggle('out', applied() && !links.some(function (link) { return used.has(anchorOf(link).replace(/^endpoint\./, '')); }));
      links.forEach(function (link) {
        const id = anchorOf(link).replace(/^endpoint\./, ''), old = link.querySelector('title');
        if (old) old.remove();
        if (!given(id)) return;
        const title = document.createElementNS(svg, 'title');
        title.textContent = endpoints.get(id).name + ' ' + given(id);
        link.prepend(title);
      });
    });
    drawn.querySelectorAll('.legend text').forEach(function (text) {
      const own = once(text, function () { return text.textContent; });
      if (/not in the default/.test(own)) text.textContent = applied() ? 'not in this set-up' : own;
    });
  }

  function showLists() {
    product.features.forEach(function (f) {
      const label = document.querySelector('[id="feature.' + f.id + '"] .state'), own = label && once(label, function () { return label.textContent; });
      if (label) label.textContent = applied() && selected.on.get(f.id) !== !!f.default ? (selected.on.get(f.id) ? 'on' : 'off') + ' in this set-up' : own;
    });
    product.endpoints.forEach(function (e) {
      const row = document.getElementById('endpoint.' + e.id);
      if (row) put(row.cells[2], function (text) { return element('span', { 'class': 'sub' }, ['In this set-up: ', element('code', { text: text })]); }, given(e.id));
    });
  }

  // Links to rule files lead to what makes those of the choices.
  const ready = [];
  document.querySelectorAll('[id="page.rules"] ~ .picker a').forEach(function (a) {
    const m = /rules\/([a-z0-9-]+)\/index\.html$/.exec(a.getAttribute('href'));
    if (m) ready.push({ link: a, href: a.getAttribute('href'), platform: m[1] });
  });
  function showRules() {
    if (!yours || !ready.length) return;
    const select = yours.querySelector('select');
    if (!select.options.length) {
      ready.forEach(function (r) { select.append(element('option', { value: r.platform, text: r.link.textContent })); });
    }
    select.value = state.platform;
    if (select.selectedIndex < 0) select.selectedIndex = 0;
    function builder(platform) {
      return form.dataset.builder + fragment.format({ anchor: '', platform: platform, deny: state.deny, log: state.log, choices: [Object.assign(sound(), { of: product.slug })] });
    }
    ready.forEach(function (r) { r.link.setAttribute('href', chosen ? builder(r.platform) : r.href); });
    yours.querySelector('a').setAttribute('href', builder(select.value));
    yours.querySelector('code').textContent = command(product, Object.assign({}, state, { platform: select.value, choices: [sound()] }));
    yours.hidden = !chosen;
  }

  function show() {
    bar.said.textContent = said();
    bar.count.textContent = counted() + (applied() ? ' in this set-up' : ' by default') + (strange.length ? '; not known here: ' + strange.join(', ') : '');
    bar.reset.hidden = !chosen;
    form.classList.toggle('applied', applied());
    showRules();
    const alone = document.querySelector('[id="page.copies"] ~ p a[href*="embed/"]');
    if (alone) alone.setAttribute('href', once(alone, function () { return alone.getAttribute('href'); }) + carriedHash());
    untouched = untouched && !applied() && !bar.details.open;
    if (untouched) return;
    showTables();
    showStrip();
    showDiagram();
    showLists();
    if (fields) fill();
  }

  // changed puts the choices into the address: a step back undoes them.
  function changed() {
    weigh();
    strange = [];
    if (!decided) bar.rest.checked = !chosen;
    history.pushState({ shown: true }, '', location.href.split('#')[0] + hash(state.anchor));
    seen = location.hash;
    show();
  }

  // The fields.
  function build() {
    const p = element('p', { 'class': 'hint', text: 'Applies to the tables, the diagram, the rules and the copies of this page. It stands in the page’s address alone: a link carries it, nothing is stored or sent.' });
    fields = element('div', {}, [p]);
    if (product.versions.length > 1) {
      const newest = product.versions[product.versions.length - 1];
      fields.append(element('p', {}, [element('label', {}, ['Version ', element('select', { name: 'version' }, [element('option', { value: '', text: 'newest (' + newest + ')' })].concat(product.versions.slice().reverse().map(function (v) {
        return element('option', { value: v, text: v });
      })))])]));
    }
    const groups = new Map();
    product.features.forEach(function (f) { groups.set(f.group || '', (groups.get(f.group || '') || []).concat([f])); });
    const single = groups.get('');
    groups.delete('');
    groups.forEach(function (members, group) {
      const boxes = [['', 'none of these']].concat(members.map(function (f) { return [f.id, f.name + (f.default ? ' (default)' : '')]; }));
      fields.append(element('fieldset', {}, [element('legend', { text: 'At most one of these (' + group.replace(/-/g, ' ') + ')' })].concat(boxes.map(function (b) {
        return element('label', {}, [element('input', { type: 'radio', name: 'group.' + group, value: b[0] }), ' ' + b[1]]);
      }))));
    });
    if (single) {
      fields.append(element('fieldset', {}, [element('legend', { text: 'Features' })].concat(single.map(function (f) {
        return element('label', {}, [element('input', { type: 'checkbox', name: 'feature', value: f.id }), ' ' + f.name + (f.default ? ' (default)' : '')]);
      }))));
    }
    fields.append(element('fieldset', { 'class': 'addresses' }, [element('legend', { text: 'Addresses' }), element('p', { 'class': 'hint', text: 'Addresses, prefixes or names of the parties, several with commas between them.' })].concat(product.endpoints.map(function (e) {
      const id = 'setup.' + e.id;
      return element('div', {}, [
        element('label', { 'for': id, text: e.name }),
        element('input', { type: 'text', id: id, name: 'set.' + e.id, autocapitalize: 'none', spellcheck: 'false', 'aria-describedby': id + '.wrong' }),
        element('span', { 'class': 'wrong', id: id + '.wrong', 'aria-live': 'polite' })
      ]);
    }))));
    fields.append(portFields());
    bar.details.append(fields);
    fill();
  }

  // portFields has a field for each connection whose ports can be changed, and
  // for those that a link changes.
  function portFields() {
    const list = product.flows.filter(function (f) { return f.settable || choice.ports[f.id]; });
    if (!list.length) return '';
    const details = element('details', { 'class': 'own' }, [
      element('summary', { text: 'Ports' }),
      element('fieldset', { 'class': 'addresses' }, [element('legend', { 'class': 'vh', text: 'Ports' }), element('p', { 'class': 'hint', text: 'Where yours listens on others, as tcp/8443 or tcp/50000-50100. Empty: as documented.' })].concat(list.map(function (f) {
        const id = 'setup.port.' + f.id, row = document.getElementById(f.id);
        const service = row && row.cells[1].querySelector('a');
        return element('div', {}, [
          element('label', { 'for': id }, [(service ? service.textContent : f.id) + ' ', element('code', { text: f.id })]),
          element('input', { type: 'text', id: id, name: 'port.' + f.id, autocapitalize: 'none', spellcheck: 'false', 'aria-describedby': id + '.allowed ' + id + '.wrong' }),
          element('span', { 'class': 'wrong', id: id + '.wrong', 'aria-live': 'polite' }),
          element('span', { 'class': 'sub', id: id + '.allowed', text: f.allowed ? 'allowed: ' + f.allowed : '' })
        ]);
      })))
    ]);
    details.open = Object.keys(choice.ports).length > 0;
    return details;
  }

  // judgePort says at the field what is wrong with ports, or to be minded.
  function judgePort(input) {
    const flow = flows.get(input.name.slice(5)), text = ports.tidy(flow, input.value), said = input.nextElementSibling;
    const faults = text && ports.apply(product, Object.assign({}, choice.ports, { [flow.id]: text })).faults.get(flow.id) || [], wrong = faults.some(function (f) { return !f.warning; });
    if (wrong) input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
    said.classList.toggle('minded', !wrong);
    said.textContent = faults.map(function (f) { return f.text + (f.hint ? '; ' + f.hint : ''); }).join('; ');
  }

  function judge(input) {
    const bad = list(input.value).filter(function (text) { return wrong(text); });
    if (bad.length) input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
    input.nextElementSibling.textContent = bad.map(function (text) { return text + ' ' + wrong(text); }).join('; ');
  }

  function fill() {
    const used = new Set();
    selected.flows.forEach(function (id) { flows.get(id).ends.forEach(function (end) { used.add(end); }); });
    fields.querySelectorAll('input, select').forEach(function (input) {
      const name = input.name;
      if (name === 'version') input.value = choice.version;
      else if (name === 'feature') input.checked = selected.on.get(input.value);
      else if (input.type === 'radio') input.checked = input.value ? selected.on.get(input.value) : !product.features.some(function (f) { return 'group.' + f.group === name && selected.on.get(f.id); });
      else if (/^port\./.test(name)) {
        const id = name.slice(5), text = choice.ports[id] || '';
        if (input !== document.activeElement || !text) input.value = text;
        input.placeholder = moved.ports.get(id) || flows.get(id).ports.replace('?', '…');
        input.parentNode.hidden = !isIn(id) && !text && input !== document.activeElement;
        judgePort(input);
      } else {
        const id = name.slice(4);
        if (input !== document.activeElement || !given(id)) input.value = given(id);
        input.parentNode.hidden = !used.has(id) && !given(id) && input !== document.activeElement;
        judge(input);
      }
    });
    const own = fields.querySelector('.own');
    if (own) own.hidden = !own.querySelector('fieldset > div:not([hidden])');
  }

  // words are what must be said of the features so that they are as the form has them.
  function words() {
    const out = [];
    product.features.forEach(function (f) {
      const box = Array.prototype.find.call(fields.querySelectorAll('input'), function (i) { return i.value === f.id && (i.name === 'feature' || i.type === 'radio'); });
      const taken = f.group && Array.prototype.some.call(fields.querySelectorAll('input[type=radio]'), function (i) { return i.name === 'group.' + f.group && i.value && i.checked; });
      if (box.checked && !isDefault(f)) out.push(f.id);
      if (!box.checked && isDefault(f) && !taken) out.push('-' + f.id);
    });
    return out;
  }

  form.addEventListener('submit', function (e) { e.preventDefault(); });
  form.addEventListener('input', function (e) { 
    if (/^set\./.test(e.target.name)) judge(e.target);
    else if (/^port\./.test(e.target.name)) judgePort(e.target);
  });
  form.addEventListener('change', function (e) {
    const name = e.target.name;
    kept = '';
    if (name === 'rest') {
      decided = true;
      show();
      return;
    }
    if (name === 'version') choice.version = e.target.value;
    else if (/^set\./.test(name)) {
      const text = list(e.target.value).join(',');
      if (text) choice.set[name.slice(4)] = text;
      else delete choice.set[name.slice(4)];
    } else if (/^port\./.test(name)) {
      const flow = flows.get(name.slice(5)), text = ports.tidy(flow, e.target.value);
      if (text && text !== flow.ports) choice.ports[flow.id] = text;
      else delete choice.ports[flow.id];
    } else choice.features = words();
    changed();
  });
  form.addEventListener('reset', function (e) {
    e.preventDefault();
    choice = fragment.choice('');
    state.choices = [choice];
    decided = false;
    kept = '';
    changed();
    bar.details.querySelector('summary').focus();
  });
  bar.details.addEventListener('toggle', function () {
    if (bar.details.open && !fields) build();
    showTables();
  });

  // copy works on plain HTTP too.
  function copy(text, button) {
    let done = false;
    function set(e) {
      e.clipboardData.setData('text/plain', text);
      e.preventDefault();
      e.stopImmediatePropagation();
      done = true;
    }
    document.addEventListener('copy', set, true);
    document.execCommand('copy');
    document.removeEventListener('copy', set, true);
    const old = once(button, function () { return button.textContent; });
    (done || !navigator.clipboard ? Promise.resolve() : navigator.clipboard.writeText(text).then(function () { done = true; }, function () {})).then(function () {
      button.textContent = done ? 'Copied' : 'Not copied';
      setTimeout(function () { button.textContent = old; }, 1200);
    });
  }
  bar.link.addEventListener('click', function () { copy(location.href, bar.link); });
  if (yours) {
    yours.querySelector('button').addEventListener('click', function () { copy(yours.querySelector('code').textContent, yours.querySelector('button')); });
    yours.querySelector('select').addEventListener('change', function (e) {
      state.platform = e.target.value;
      changed();
    });
  }

  // Anchors. An address with a row and choices names no element: the row's own
  // anchor is gone to first, which marks and shows it, and then the whole
  // address is put back. seen is the one that this was done for.
  let seen = null;
  function arrive() {
    const full = location.hash;
    if (full === seen) return;
    seen = full;
    read();
    kept = '';
    if (!decided) bar.rest.checked = !chosen;
    show();
    if (!state.anchor || '#' + state.anchor === full) return;
    // Going back, the reader finds the page where it was left.
    const known = history.state && history.state.shown, x = scrollX, y = scrollY;
    location.replace('#' + encodeURIComponent(state.anchor));
    history.replaceState({ shown: true }, '', full);
    if (known) scrollTo(x, y);
  }
  window.addEventListener('hashchange', arrive);

  // A link to a place of the page takes the choices along, however it is followed.
  ['pointerdown', 'focusin', 'click'].forEach(function (type) {
    document.addEventListener(type, function (e) {
      const link = e.target.closest && e.target.closest('a[href*="#"]');
      if (!link) return;
      const to = new URL(link.getAttribute('href'), location.href), anchor = fragment.parse(to.hash).anchor;
      if (!anchor || to.href.split('#')[0] !== location.href.split('#')[0]) return;
      link.setAttribute('href', hash(anchor));
      // The browser would look for an element of the whole name.
      if (type === 'click' && hash(anchor) === location.hash && location.hash !== '#' + anchor && !e.defaultPrevented && !(e.ctrlKey || e.metaKey || e.shiftKey)) {
        e.preventDefault();
        seen = null;
        history.replaceState(null, '', location.hash);
        arrive();
      }
    }, true);
  });

  // The set-up as the copies of a table need it.
  window.portolanProfile = {
    applied: applied,
    said: said,
    has: isIn,
    hash: carriedHash,
    ends: function (id) { return flows.get(id); },
    set: function (id) { return list(choice.set[id] || '').filter(function (text) { return !wrong(text); }).join(', '); },
    port: function (id) { return moved.ports.get(id) || ''; }
  };

  form.hidden = false;
  seen = location.hash;
  bar.rest.checked = !chosen;
  show();
  if (state.anchor && '#' + state.anchor !== location.hash) {
    seen = null;
    window.addEventListener('load', arrive);
  }
})();
