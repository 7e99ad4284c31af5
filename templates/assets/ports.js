// Sets of ports as the data files write them, read as package netspec reads
// them, and what a change of a connection's ports is held against, as package
// policy does: a test holds the two together, word for word.
(function () {
  'use strict';

  const numbers = { tcp: 6, udp: 17, sctp: 132, icmp: 1, icmpv6: 58, esp: 50, ah: 51, gre: 47, any: 256 };
  const names = Object.keys(numbers);

  // A range is some ports of one transport. form tells how much is known of its
  // numbers: 0 first to last, 1 any port, 2 not stated, 3 a transport without ports.
  function range(transport, first, last, form) {
    return { transport: transport, first: first, last: last, form: form };
  }

  function order(r) {
    if (r.transport === 'tcp' || r.transport === 'udp') return r.transport === 'tcp' ? -2 : -1;
    return numbers[r.transport] || +r.transport.slice(3);
  }

  function hasPorts(transport) { return transport === 'tcp' || transport === 'udp' || transport === 'sctp'; }
  function size(r) { return hasPorts(r.transport) && r.form !== 2 ? r.last - r.first + 1 : 0; }

  // Fault is what is wrong with a text; hint may tell a remedy.
  function Fault(text, hint) {
    this.text = text;
    this.hint = hint || '';
  }

  function quoted(text) { return JSON.stringify(text); }
  function meant(text) { return 'did you mean ' + quoted(text) + '?'; }
  function digits(text) { return /^[0-9]+$/.test(text); }

  function number(text, low, high, what) {
    if (!digits(text)) throw new Fault(quoted(text) + ' is not a ' + what);
    const n = +text;
    if (n < low || n > high) throw new Fault(what + ' ' + text + ' is not between ' + low + ' and ' + high);
    if (text !== String(n)) throw new Fault(what + ' ' + text + ' has leading zeros', 'did you mean ' + n + '?');
    return n;
  }

  function cut(text, mark) {
    const at = text.indexOf(mark);
    return at < 0 ? [text, '', false] : [text.slice(0, at), text.slice(at + 1), true];
  }

  function protocol(list, slash) {
    if (!slash) throw new Fault('ip needs a protocol number', 'write it as in "ip/50"');
    const n = number(list, 0, 255, 'protocol number');
    const transport = names.find(function (name) { return numbers[name] === n; }) || 'ip/' + n;
    if (hasPorts(transport)) throw new Fault('protocol ' + n + ' has ports', 'write it as ' + transport + '/PORTS');
    return [range(transport, 0, 0, 3)];
  }

  function field(text) {
    const parts = cut(text, '/'), name = parts[0], list = parts[1], slash = parts[2], t = name.toLowerCase(), known = names.indexOf(t) >= 0;
    if (t === 'ip') return protocol(list, slash);
    if (!known && !slash && digits(name.replace(/[,-]/g, ''))) throw new Fault(quoted(text) + ' has no transport', meant('tcp/' + text));
    if (!known && slash && digits(name)) throw new Fault(quoted(text) + ' has the port before the transport', meant(list + '/' + name));
    if (!known) throw new Fault('unknown transport ' + quoted(name), 'known: ' + names.join(', ') + ', ip');
    if (!slash && hasPorts(t)) throw new Fault(t + ' needs ports: a number, a range, "*" or "?"');
    if (!slash) return [range(t, 0, 0, 3)];
    if (t === 'icmp' || t === 'icmpv6') {
      const n = number(list, 0, 255, 'ICMP type');
      return [range(t, n, n, 0)];
    }
    if (!hasPorts(t)) throw new Fault(t + ' has no ports');
    if (list === '*') return [range(t, 1, 65535, 1)];
    if (list === '?') return [range(t, 0, 0, 2)];
    return list.split(',').map(function (item) {
      const ends = cut(item, '-'), first = number(ends[0], 1, 65535, 'port'), last = ends[2] ? number(ends[1], 1, 65535, 'port') : first;
      if (first > last) throw new Fault('range ' + item + ' runs backwards', 'did you mean ' + last + '-' + first + '?');
      return range(t, first, last, 0);
    });
  }

  // normal is the normal form of ranges: sorted, those that share a port merged.
  function normal(ranges) {
    const out = [];
    ranges.slice().sort(function (a, b) { return order(a) - order(b) || a.form - b.form || a.first - b.first || b.last - a.last; }).forEach(function (r) {
      const o = out[out.length - 1];
      if (o && o.transport === r.transport && o.form === r.form && (r.form !== 0 || r.first <= o.last)) o.last = Math.max(o.last, r.last);
      else out.push(Object.assign({}, r));
    });
    return out;
  }

  // parse reads a set; what is wrong with it is thrown as a Fault.
  function parse(text) {
    const out = [].concat.apply([], text.split(/[ \t]+/).filter(Boolean).map(field));
    if (!out.length) throw new Fault('no ports', 'write them as in "tcp/443"');
    const set = normal(out);
    if (set.length > 1 && set.some(function (r) { return r.transport === 'any'; })) throw new Fault('"any" stands alone: it is every transport');
    return set;
  }

  // format is a set as text, in normal form.
  function format(set) {
    return set.map(function (r, i) {
      const listed = function (r) { return r.form === 0 && hasPorts(r.transport); };
      const ports = ['', '*', '?', ''][r.form] || (r.form === 3 ? '' : r.first === r.last ? String(r.first) : r.first + '-' + r.last);
      if (i && listed(r) && listed(set[i - 1]) && set[i - 1].transport === r.transport) return ',' + ports;
      return (i ? ' ' : '') + r.transport + (ports && '/' + ports);
    }).join('');
  }

  // covers tells whether everything known of the second set is in the first.
  function covers(set, other) {
    const merged = [];
    set.slice().sort(function (a, b) { return order(a) - order(b) || a.first - b.first; }).forEach(function (r) {
      const o = merged[merged.length - 1];
      if (o && o.transport === r.transport && size(o) && size(r) && r.first <= o.last + 1) o.last = Math.max(o.last, r.last);
      else merged.push(Object.assign({}, r, { form: r.form === 1 ? 0 : r.form }));
    });
    return other.every(function (o) {
      return merged.some(function (r) {
        if (r.transport === 'any') return true;
        if (r.transport !== o.transport) return false;
        if (r.form === 3 || o.form === 2 && size(r) === 65535) return true;
        if (r.form === 2 || o.form === 2 || o.form === 3) return r.form === o.form;
        return r.first <= o.first && o.last <= r.last;
      });
    });
  }

  // check holds a change of a connection's ports against it: the set that it
  // comes to, null if there is none, and what is to be said of it.
  function check(flow, text) {
    let set;
    try {
      set = parse(text);
    } catch (e) {
      if (!(e instanceof Fault)) throw e;
      return { set: null, faults: [{ text: e.text, hint: e.hint, warning: false }] };
    }
    const faults = [], own = parse(flow.ports), has = function (form) { return set.some(function (r) { return r.form === form; }); };
    const tell = function (said, hint, warning) { faults.push({ text: 'flow ' + quoted(flow.id) + said, hint: hint || '', warning: !!warning }); };
    if (has(2)) tell(' is given no port');
    else if (set[0].transport === 'any' && flow.need !== 'forbidden') tell(' would open every transport');
    else if (has(1) && !flow.dynamic) tell(' would open every port', 'name the ports');
    else if (own.length > 1 && !own.some(function (r) { return r.form === 2; }) &&
      (set.length < own.length || own.some(function (r) { return !set.some(function (o) { return o.transport === r.transport; }); }))) {
      tell(': ' + format(set) + ' replaces all of ' + flow.ports, '', true);
    }
    if (flow.allowed && !covers(parse(flow.allowed), set)) tell(': the product allows ' + flow.allowed + ', not all of ' + format(set), '', true);
    return { set: faults.some(function (f) { return !f.warning; }) ? null : set, faults: faults };
  }

  // shift is a set with n added to each port; null where there is no such port.
  function shift(set, n) {
    if (n === 0) return set;
    const out = set.map(function (r) {
      if (r.form === 2) return r;
      return r.form !== 0 || !hasPorts(r.transport) || r.first + n < 1 || r.last + n > 65535 ? null : range(r.transport, r.first + n, r.last + n, 0);
    });
    return out.indexOf(null) < 0 ? out : null;
  }

  // apply tells the ports that connections of a product have with changes, as
  // text by id: all that are others than its own, with those that follow
  // another's; and what is to be said of each change.
  function apply(product, changes) {
    const sets = new Map(), faults = new Map(), by = new Map(product.flows.map(function (f) { return [f.id, f]; }));
    Object.keys(changes).forEach(function (id) {
      if (!by.has(id)) return;
      const got = check(by.get(id), changes[id]);
      if (got.faults.length) faults.set(id, got.faults);
      try {
        sets.set(id, parse(changes[id]));
      } catch {
        sets.set(id, []);
      }
    });

    // of is the set of a connection, null where there is no port for it, and
    // whose change it goes by.
    function of(flow) {
      let add = 0, g = flow;
      for (let n = product.flows.length; n > 0 && g; n--) {
        if (sets.has(g.id)) return { set: shift(sets.get(g.id), add), by: g };
        add += g.follows ? g.follows.add : 0;
        g = g.follows && by.get(g.follows.flow);
      }
      return { set: parse(flow.ports), by: null };
    }

    function wrong(id) { return (faults.get(id) || []).some(function (f) { return !f.warning; }); }

    // What is left without ports speaks against the change; one fault is enough.
    product.flows.forEach(function (f) {
      const base = f.follows && by.get(f.follows.flow), now = base && of(f), under = base && of(base);
      if (!base || !now.by || now.by === f || !under.set || wrong(now.by.id)) return;
      const add = f.follows.add, hint = 'give flow ' + quoted(f.id) + ' ports of its own as well';
      let text = '';
      if (!now.set) text = ': ' + format(under.set) + (add < 0 ? ' - ' + -add : ' + ' + add) + ' leaves no port between 1 and 65535 for it';
      else if (f.allowed && !covers(parse(f.allowed), now.set)) text = ' and would be on ' + quoted(format(now.set)) + ', outside of what the product allows, ' + quoted(f.allowed);
      if (text) faults.set(now.by.id, (faults.get(now.by.id) || []).concat([{ text: 'flow ' + quoted(f.id) + ' follows ' + quoted(base.id) + text, hint: hint, warning: false }]));
    });
    Array.from(sets.keys()).filter(wrong).forEach(function (id) { sets.delete(id); });
    const ports = new Map();
    product.flows.forEach(function (f) {
      const got = of(f);
      if (got.by && got.set && format(got.set) !== f.ports) ports.set(f.id, format(got.set));
    });
    return { ports: ports, faults: faults };
  }

  // tidy is what somebody typed for a connection, as the data writes it: blanks
  // beside commas go, and numbers alone are of its one transport.
  function tidy(flow, text) {
    const out = text.trim().replace(/\s*[,;]\s*/g, ',').replace(/\s+/g, ' '), own = parse(flow.ports);
    const one = own.every(function (r) { return hasPorts(r.transport) && r.transport === own[0].transport; });
    const whole = one && /^[0-9][0-9, -]*$/.test(out) ? own[0].transport + '/' + out.replace(/ ?- ?/g, '-').replace(/ /g, ',') : out;
    try {
      return format(parse(whole));
    } catch {
      return whole;
    }
  }

  const api = { apply: apply, tidy: tidy };
  if (typeof module === 'object' && module.exports) module.exports = api;
  else window.portolanPorts = api;
})();
