// The lookup: what a port or a word means in the catalog.
//
// It answers as the program's own lookup does (generator/lookup); the vectors
// in generator/lookup/testdata hold both to the same answers. A classic script
// without modules and without fetch, so that it also runs from a file. In a
// page it takes over form.lookup; in Node it exports load and query.
(function () {
  'use strict';

  // ---------------------------------------------------------------- limits

  const maxText = 50000; // code points that are read
  const maxAsks = 64; // ports and ranges
  const maxWords = 16;
  const maxHits = 100; // of each list of a group
  const maxNames = 20; // registered names of one range
  const maxWord = 64; // the longest word and number that is repeated
  const maxToken = 512; // the longest part of a pasted line
  const minTypo = 3;
  const maxTypo = 40;
  const dataVersion = 1;

  // ------------------------------------------------------- reading a text

  const portTransports = ['tcp', 'udp', 'sctp'];
  const registryTransports = ['tcp', 'udp', 'sctp', 'dccp'];

  // normalise makes one spelling of a text: lower case, plain dashes and quotes,
  // lines ended by "\n" (the field shows a pasted line's end as "⏎"), single
  // blanks, no invisible marks.
  function normalise(text) {
    let out = '';
    let last = '\n';
    const put = function (c) {
      if (c === ' ' && (last === ' ' || last === '\n')) return;
      if (c === '\n' && last === '\n') return;
      out += c;
      last = c;
    };
    for (const c of text) {
      const r = c.codePointAt(0);
      if (r >= 65 && r <= 90) put(c.toLowerCase());
      else if (r === 10 || r === 13 || r === 0x23ce || r === 0x2028 || r === 0x2029) put('\n');
      else if ((r >= 0x2010 && r <= 0x2015) || r === 0x2212) put('-');
      else if ((r >= 0x2018 && r <= 0x201f) || r === 0xab || r === 0xbb) put('"');
      else if (r === 0x2192) put('>');
      else if (r <= 32 || (r >= 0x7f && r <= 0xa0) || r === 0x1680 || (r >= 0x2000 && r <= 0x200a) ||
        r === 0x202f || r === 0x205f || r === 0x3000) put(' ');
      else if (r === 0xad || r === 0xfeff || (r >= 0x200b && r <= 0x200f) || (r >= 0x202a && r <= 0x202e) ||
        (r >= 0x2060 && r <= 0x206f)) continue;
      else if (r >= 0xd800 && r <= 0xdfff) put('\ufffd');
      else if (r > 0x7f && r !== 0x130) put(c.toLowerCase());
      else put(c);
    }
    return out;
  }

  // split takes the words out of a normalised text.
  function split(text) {
    const out = [];
    let word = '';
    for (const c of text) {
      const r = c.codePointAt(0);
      const letter = (r >= 97 && r <= 122) || (r >= 48 && r <= 57) ||
        (r >= 0xc0 && r !== 0xd7 && r !== 0xf7 && !(r >= 0x2000 && r <= 0x2bff) && !(r >= 0x3000 && r <= 0x3003));
      if (letter) {
        word += c;
      } else if (word) {
        out.push(word);
        word = '';
      }
    }
    if (word) out.push(word);
    return out;
  }

  function fields(text) {
    return text.split(/[ \n]+/).filter(Boolean);
  }

  // trim takes quotes, brackets and a sentence's marks off a token.
  function trim(token) {
    return trimOf(token, '()[]{}<>"\'`,.;!?#');
  }

  // trimOf takes the given marks off both ends.
  function trimOf(token, marks) {
    let a = 0;
    let b = token.length;
    while (a < b && marks.includes(token[a])) a++;
    while (b > a && marks.includes(token[b - 1])) b--;
    return token.slice(a, b);
  }

  const noise = new Set(('port ports a an and are at by do does for from i is of on open or the to ' +
    'use used uses using via we what which who why with').split(' '));

  const list = '\\d+(?:[-:]\\d+)?(?:[,;/+&]\\d+(?:[-:]\\d+)?)*';
  const transport = '(tcp|udp|sctp)';
  const several = '(?:tcp|udp|sctp)(?:[/+&,](?:tcp|udp|sctp))+';
  const ipv4 = '\\d{1,3}(?:\\.\\d{1,3}){3}';

  // The forms of a token that names ports; see generator/lookup/understand.go.
  const transportFirst = new RegExp('^' + transport + '[/:_-](' + list + ')$');
  const transportGlued = new RegExp('^' + transport + '(\\d{2,5})$');
  const transportLast = new RegExp('^(' + list + ')/?' + transport + '$');
  const severalFirst = new RegExp('^' + several + '[/:](' + list + ')$');
  const severalLast = new RegExp('^(' + list + ')/' + several + '$');
  const severalAlone = new RegExp('^' + several + '$');
  const onlyList = new RegExp('^:?(' + list + ')$');
  const wildcard = new RegExp('^' + transport + '/([*?])$');
  const portWord = new RegExp('^ports?[=#:]?(' + list + ')$');
  const icmpType = /^(icmp|icmpv6)\/(\d{1,3})$/;
  const listItem = /^\d+[,;]?$/;
  const hostPort = /^(?:[a-z0-9-]+\.)+[a-z0-9-]+:(\d+)$/;
  const namePort = /^([a-z][a-z0-9-]*):(\d+)$/;
  const socket = new RegExp('^(?:' + ipv4 + '|\\[[0-9a-f:.]*(?:%[^\\]]*)?\\]|\\*|localhost|::):(\\d+)$');
  const numbers = /^\d+(?:[-:./]+\d+)+$/;
  const address6 = /^\[?[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*(?:%[a-z0-9.-]+)?\]?(?:\/\d+)?$/;
  const url = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)/;
  const urlPort = /:(\d+)$/;
  const joiners = ['-', 'to', 'through', '..', ':'];

  // The lines that firewalls log and tools print; see generator/lookup/paste.go.
  const address = '[0-9a-f]*[.:][0-9a-f.:]+';
  const filterLog = new RegExp(',' + transport + ',(?:\\d+,){1,2}' + address + ',' + address + ',\\d+,(\\d+)(?:,|$)');
  const portField = new RegExp('(?:^|[^a-z_-])(?:dpt|dport|dpts|dstport|dst_port|d_port|dest_port|destport|destination[._]?port)' +
    '["\']? ?[=:] ?["\']?(\\d+)');
  const protoField = /(?:^|[^a-z_-])(?:proto|protocol|ipproto|ip_proto|transport)["']? ?[=:] ?["']?([a-z0-9]+)/;
  const ruleField = /(?:^|[ -])dports? (?:\{ ?)?(\d+(?:[-:]\d+)?(?:, ?\d+(?:[-:]\d+)?)*)/;
  const nmapLine = new RegExp('^(\\d+)/' + transport + ' +(?:open|closed|filtered|unfiltered)\\b');
  const nmapPorts = '(\\d+)/(?:open|closed|filtered|unfiltered)(?:\\|filtered)?/' + transport + '/';
  const ciscoLine = /%(?:asa|ftd|pix|fwsm)-|ipaccesslog/;
  const ciscoPort = '(?:^|[ :/(])(?:' + ipv4 + '|[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*)[/(](\\d+)\\b';
  const ciscoTo = / dst |-> ?| to /;
  const windowsLog = new RegExp('(?:^| )' + transport + ' ' + address + ' ' + address + ' \\d+ (\\d+)(?: |$)');
  const colonSocket = new RegExp('^(?:\\*|localhost|' + ipv4 + '|\\[[0-9a-f:.]*(?:%[^\\]]*)?\\]|[0-9a-f:.]*::[0-9a-f:.]*|' +
    '(?:[0-9a-f]+:){7}[0-9a-f]+)(?:%[^:]+)?:(\\d+|\\*|[a-z][a-z0-9-]*)$');
  const dotSocket = new RegExp('^(?:\\*|' + ipv4 + '|[0-9a-f:]*::[0-9a-f:]*(?:%[a-z0-9]+)?)\\.(\\d+|\\*|[a-z][a-z0-9-]*)$');
  const lineProto = /^(tcp|udp|sctp)(?:4|6|46)?$/;
  const states = new Set(('listen listening unconn estab established time-wait time_wait close-wait close_wait syn-sent ' +
    'syn_sent syn-recv syn_recv fin-wait-1 fin_wait1 fin_wait_1 fin-wait-2 fin_wait2 fin_wait_2 last-ack last_ack closing closed bound').split(' '));
  const portless = new Set('unix u_str u_dgr u_seq raw raw6 p_raw p_dgr v_str v_dgr nl xdp icmp6'.split(' '));

  function rangeText(first, last) {
    return first === last ? String(first) : first + '-' + last;
  }

  // bounds reads "443" or "21-22".
  function bounds(item) {
    const ends = item.split('-');
    const first = Number(ends[0]);
    return [first, ends.length > 1 ? Number(ends[1]) : first];
  }

  function makeAsk(name, first, last, text) {
    return { text: text || (name ? name + '/' : '') + rangeText(first, last), transport: name, first: first, last: last };
  }

  // A Reading collects what a text names, each once and only so much of it.
  class Reading {
    constructor(registry) {
      this.registry = registry;
      this.pasted = false;
      this.truncated = false;
      this.asked = [];
      this.words = [];
      this.invalid = [];
    }

    ask(a) {
      if (this.asked.some(function (b) { return a.text === b.text && a.transport === b.transport; })) return;
      if (this.asked.length === maxAsks) this.truncated = true;
      else this.asked.push(a);
    }

    reject(text) {
      if (this.invalid.includes(text)) return;
      if (this.invalid.length === maxWords || text.length > maxWord) this.truncated = true;
      else this.invalid.push(text);
    }

    word(text) {
      if (noise.has(text) || this.words.includes(text)) return;
      if (this.words.length === maxWords) {
        this.truncated = true;
        return;
      }
      const letters = Array.from(text);
      if (letters.length > maxWord) {
        text = letters.slice(0, maxWord).join('');
        this.truncated = true;
      }
      this.words.push(text);
    }

    // free reads tokens that people type. A transport alone belongs to the
    // ports after it, or, where ports come before the first one, to those
    // before it.
    free(tokens) {
      tokens = join(tokens);
      const firstPort = tokens.findIndex(function (t) { return onlyList.test(trim(t)); });
      const firstTransport = tokens.findIndex(bare);
      const after = firstPort < 0 || (firstTransport >= 0 && firstTransport < firstPort);
      const step = after ? 1 : -1;
      const bound = [];
      let name = '';
      for (let n = 0, i = after ? 0 : tokens.length - 1; n < tokens.length; n++, i += step) {
        const t = trim(tokens[i]);
        if (bare(t)) name = n > 0 && bare(tokens[i - step]) && name !== t ? '' : t;
        bound[i] = name;
      }
      const alone = [];
      for (let i = 0; i < tokens.length; i++) {
        if (bare(tokens[i])) alone.push(trim(tokens[i]));
        else this.token(tokens[i], bound[i]);
      }
      if (this.asked.length === 0) alone.forEach(this.word, this);
    }

    token(t, bound) {
      let m = wildcard.exec(trimOf(t, ',.;'));
      if (m) {
        this.ask({ text: m[1] + '/' + m[2], transport: m[1], first: 0, last: 0 });
        return;
      }
      m = socket.exec(trimOf(t, '(),.;'));
      if (m) {
        this.list(m[1], bound);
        return;
      }
      m = url.exec(trim(t));
      if (m) {
        const p = urlPort.exec(m[2]);
        if (p) this.list(p[1], bound);
        else this.parts(m[1]);
        return;
      }
      t = trim(t);
      if (t === '' || this.ports(t, bound) || severalAlone.test(t)) return;
      if (numbers.test(t) || address6.test(t)) return; // an address, a date, a time
      if (t.includes(',') && /[0-9]/.test(t)) this.pieces(t, bound);
      else this.parts(t);
    }

    // ports reads a token in one of the forms that name ports.
    ports(t, bound) {
      let m;
      if ((m = transportFirst.exec(t))) this.list(m[2], m[1]);
      else if ((m = transportGlued.exec(t))) this.list(m[2], m[1]);
      else if ((m = transportLast.exec(t))) this.list(m[1], m[2]);
      else if ((m = severalFirst.exec(t))) this.list(m[1], '');
      else if ((m = severalLast.exec(t))) this.list(m[1], '');
      else if ((m = onlyList.exec(t))) this.list(m[1], bound);
      else if ((m = portWord.exec(t))) this.list(m[1], bound);
      else if ((m = hostPort.exec(t))) this.list(m[1], bound);
      else if ((m = namePort.exec(t))) {
        this.parts(m[1]);
        this.list(m[2], bound);
      } else if ((m = icmpType.exec(t))) this.icmp(m[1], m[2]);
      else return false;
      return true;
    }

    // pieces reads a list whose parts have transports of their own.
    pieces(t, bound) {
      for (const piece of t.split(',')) {
        const m = transportFirst.exec(piece);
        if (m) bound = m[1];
        this.token(piece, bound);
      }
    }

    // list reads ports that one transport shares.
    list(text, name) {
      for (const item of text.replace(/:/g, '-').split(/[,;/+& ]+/).filter(Boolean)) {
        const ends = bounds(item);
        const first = Math.min(ends[0], ends[1]);
        const last = Math.max(ends[0], ends[1]);
        if (first < 1 || last > 65535) this.reject(item);
        else this.ask(makeAsk(name, first, last));
      }
    }

    icmp(name, number) {
      const n = Number(number);
      if (n > 255) this.reject(name + '/' + number);
      else this.ask(makeAsk(name, n, n));
    }

    // parts reads the words of a token.
    parts(t) {
      if (t.startsWith('ip/')) this.word(t);
      else split(t).forEach(this.word, this);
    }
  }

  // understand reads a text: lines of a listing or a log, if there are any,
  // else words, ports and ranges.
  function understand(text, registry) {
    const r = new Reading(registry);
    if (text.length > maxText) {
      const letters = Array.from(text);
      if (letters.length > maxText) {
        text = letters.slice(0, maxText).join('');
        r.truncated = true;
      }
    }
    text = normalise(text);
    for (const line of text.split('\n')) {
      const asks = pasted(trimOf(line, ' '), registry);
      if (!asks) continue;
      r.pasted = true;
      asks.forEach(r.ask, r);
    }
    if (!r.pasted) r.free(fields(text.replace(/\|/g, ' ')));
    return r;
  }

  // bare tells whether a token is a transport alone.
  function bare(token) {
    return portTransports.includes(trim(token));
  }

  // join puts together what blanks took apart: "21 - 22", "80, 443".
  function join(tokens) {
    const out = [];
    let open = false; // the last one ends in a list and a comma
    for (let i = 0; i < tokens.length; i++) {
      let t = tokens[i];
      if (i + 2 < tokens.length && listItem.test(t) && joiners.includes(tokens[i + 1]) && listItem.test(tokens[i + 2])) {
        t += '-' + tokens[i + 2];
        i += 2;
      } else if (t.includes('..')) {
        t = t.replace(/\.\./g, '-');
      }
      if (open && onlyList.test(trim(t))) out[out.length - 1] += t;
      else out.push(t);
      open = t.endsWith(',') && onlyList.test(t.slice(t.lastIndexOf('/') + 1, -1));
    }
    return out;
  }

  // pasted reads one line of a listing or a log; null if it is none. Of a log
  // it takes the destination's port, of a listing the local one, of an
  // established connection the lower, which is the service's.
  function pasted(line, registry) {
    const tokens = fields(line);
    if (tokens.some(isLong)) return null;
    let m;
    if ((m = filterLog.exec(line))) return portAsk(m[1], m[2]);
    if ((m = portField.exec(line))) return portAsk(protocol(line, tokens), m[1]);
    if ((m = ruleField.exec(line))) {
      const r = new Reading(registry);
      r.list(m[1], protocol(line, tokens));
      return r.asked.length ? r.asked : null;
    }
    if ((m = nmapLine.exec(line))) return portAsk(m[2], m[1]);
    const all = matches(nmapPorts, line, maxAsks);
    if (all.length) return [].concat.apply([], all.map(function (n) { return portAsk(n[2], n[1]); }));
    if (ciscoLine.test(line)) return cisco(line, tokens);
    if ((m = windowsLog.exec(line))) return portAsk(m[1], m[2]);
    return listing(line, tokens, registry);
  }

  function isLong(token) {
    return token.length > maxToken && Array.from(token).length > maxToken;
  }

  function matches(source, text, limit) {
    const re = new RegExp(source, 'g');
    const out = [];
    for (let m = re.exec(text); m && out.length < limit; m = re.exec(text)) out.push(m);
    return out;
  }

  // portAsk is a list of one ask, or of none if the number is no port.
  function portAsk(name, number) {
    const n = /^\d+$/.test(number) ? Number(number) : 0;
    return n < 1 || n > 65535 ? [] : [makeAsk(name, n, n)];
  }

  function protocol(line, tokens) {
    let m = protoField.exec(line);
    if (m) {
      const name = { 6: 'tcp', 17: 'udp', 132: 'sctp' }[m[1]] || m[1];
      if (portTransports.includes(name)) return name;
    }
    for (const t of tokens) {
      if ((m = lineProto.exec(trim(t)))) return m[1];
    }
    return '';
  }

  // cisco reads a message of an ASA or a router. A teardown doesn't tell who
  // began, and of a connection that was built outward the far end stands first.
  function cisco(line, tokens) {
    const all = matches(ciscoPort, line, 8);
    const to = ciscoTo.exec(line);
    if (!all.length || !to) return [];
    const end = to.index + to[0].length;
    const dst = all.find(function (m) { return m.index + m[0].length - m[1].length >= end; });
    if (!dst) return [];
    const name = protocol(line, tokens);
    if (line.includes('built outbound')) return portAsk(name, all[0][1]);
    if (line.includes('teardown')) return lower(name, all[0][1], dst[1]);
    return portAsk(name, dst[1]);
  }

  // lower is the ask for the lower of two ports.
  function lower(name, a, b) {
    const pa = portAsk(name, a);
    const pb = portAsk(name, b);
    return !pa.length || (pb.length && pb[0].first < pa[0].first) ? pb : pa;
  }

  // listing reads a line of ss, netstat or lsof, or one of a packet filter or
  // capture that has an arrow between two sockets.
  function listing(line, tokens, registry) {
    if (tokens.length > 3 && portless.has(tokens[0])) return [];
    let state = '';
    let arrow = -1;
    let ports = [];
    for (let t of fields(line.replace(/->/g, ' > '))) {
      if (t === '>') {
        arrow = ports.length;
        continue;
      }
      const s = trim(t);
      if (state === '' && states.has(s)) state = s;
      t = t.replace(/[,;:]+$/, '');
      const m = colonSocket.exec(t) || dotSocket.exec(t);
      if (m) ports.push(m[1]);
    }
    if (!ports.length || (ports.length === 1 && state === '')) return null;
    let name = protocol(line, tokens);
    if (name === '' && state !== '') name = state === 'unconn' ? 'udp' : 'tcp';
    ports = ports.map(function (p) { return String(registry.port(p) || p); });
    if (state === '' && arrow > 0 && arrow < ports.length) return portAsk(name, ports[arrow]);
    if (ports.length === 1 || state === 'listen' || state === 'listening') return portAsk(name, ports[0]);
    return lower(name, ports[0], ports[1]);
  }

  // ---------------------------------------------------------- the registry

  // A Registry is the names that IANA has registered. Without data it is empty.
  class Registry {
    constructor(data) {
      this.rows = [];
      this.ranges = [];
      this.byName = new Map();
      const names = data && data.names ? data.names.split(' ') : [];
      let first = 0;
      for (let i = 0; i < names.length; i++) {
        first += data.ports[i];
        const last = data.lasts[i] || first;
        const mask = parseInt(data.masks[i], 16);
        if (last > first) this.ranges.push(i);
        if (!this.byName.has(names[i])) this.byName.set(names[i], first);
        this.rows.push({ name: names[i], first: first, last: last, mask: mask });
      }
    }

    port(name) {
      return this.byName.get(name) || 0;
    }

    names(a) {
      const rows = this.rows;
      const out = [];
      if (a.first === 0 || (a.transport !== '' && !portTransports.includes(a.transport))) return out;
      const bit = a.transport === '' ? 15 : 1 << registryTransports.indexOf(a.transport);
      const take = function (row) {
        if (out.length === maxNames || row.last < a.first || !(row.mask & bit)) return;
        const transports = registryTransports.filter(function (t, i) { return row.mask >> i & 1; });
        out.push({ name: row.name, first: row.first, last: row.last, transports: transports });
      };
      const start = search(rows.length, function (i) { return rows[i].first >= a.first; });
      for (const i of this.ranges) {
        if (i < start) take(rows[i]);
      }
      for (let i = start; i < rows.length && rows[i].first <= a.last && out.length < maxNames; i++) take(rows[i]);
      return out;
    }
  }

  // search finds the least i below n that is true, n if none is.
  function search(n, isTrue) {
    let a = 0;
    while (a < n) {
      const i = (a + n) >> 1;
      if (isTrue(i)) n = i;
      else a = i + 1;
    }
    return a;
  }

  // ------------------------------------------------------------- the index

  const synonyms = new Map([
    ['inbound', ['in', 'incoming', 'ingress']],
    ['outbound', ['out', 'outgoing', 'egress']],
    ['loopback', ['localhost']],
    ['required', ['mandatory', 'must']],
    ['forbidden', ['deny', 'denied', 'blocked', 'closed']]
  ]);

  function hasNumbers(name) {
    return portTransports.includes(name) || name === 'icmp' || name === 'icmpv6';
  }

  // spansOf reads a port set in normal form. A form is '' (numbers), '*' (any
  // port), '?' (unstated) or 'a' (every transport).
  function spansOf(text, set) {
    const out = [];
    const add = function (name, first, last, form) {
      out.push({ transport: name, first: first, last: last, form: form, set: set });
    };
    for (const field of fields(text)) {
      const slash = field.indexOf('/');
      const name = slash < 0 ? field : field.slice(0, slash);
      const ports = slash < 0 ? '' : field.slice(slash + 1);
      if (field === 'any') add(field, 0, 0, 'a');
      else if (name === 'ip' || ports === '') add(field, 0, 255, '');
      else if (ports === '*' || ports === '?') add(name, 0, 0, ports);
      else {
        for (const item of ports.split(',')) {
          const ends = bounds(item);
          add(name, ends[0], ends[1], '');
        }
      }
    }
    return out;
  }

  function sizeOf(span) {
    return span.last - span.first + 1;
  }

  // isFull: every port is no answer to a number.
  function isFull(span) {
    return span.first === 1 && span.last === 65535;
  }

  function spanText(s) {
    if (s.form === 'a' || !hasNumbers(s.transport) || (s.first === 0 && s.last === 255)) return s.transport;
    return s.transport + '/' + (s.form || rangeText(s.first, s.last));
  }

  // setsOf spells the port sets, which the data tell apart by their first port.
  function setsOf(data) {
    let first = 0;
    return data.firsts.map(function (step, i) {
      first += step;
      return data.shapes[data.shape[i]].replace('#', first);
    });
  }

  // A Vocabulary knows which flows a word means. What a word can name is an
  // entity; each has the list of its flows.
  class Vocabulary {
    constructor() {
      this.terms = new Map();
      this.sorted = [];
      this.flows = [];
      this.firstMinor = 0;
      this.lastMinor = -1;
      this.deletes = null;
    }

    entities(n) {
      const first = this.flows.length;
      for (let i = 0; i < n; i++) this.flows.push([]);
      return first;
    }

    // name makes an entity found by the words of a name, and by all as one.
    name(entity, name) {
      const words = split(normalise(name));
      for (const w of words) this.add(entity, w, false);
      if (words.length > 1) this.add(entity, words.join(''), false);
    }

    // reserve adds one entity a name, found by that name and its synonyms.
    reserve(names) {
      const first = this.entities(names.length);
      names.forEach(function (name, i) {
        for (const w of [name].concat(synonyms.get(name) || [])) this.add(first + i, w, true);
      }, this);
      return first;
    }

    add(entity, word, reserved) {
      let t = this.terms.get(word);
      if (!t) this.terms.set(word, t = { entities: [], reserved: false });
      t.reserved = t.reserved || reserved;
      if (!t.entities.includes(entity)) t.entities.push(entity);
    }

    list(entity, flow) {
      const flows = this.flows[entity];
      if (flows[flows.length - 1] !== flow) flows.push(flow);
    }

    // find returns what a word means: pairs of a term and how far it is, 0 the
    // word itself, 1 a longer one, 2 one at one edit.
    find(word) {
      const t = this.terms.get(word);
      if (t && t.reserved) return [[word, 0]];
      const sorted = this.sorted;
      const out = [];
      for (let i = search(sorted.length, function (n) { return sorted[n] >= word; }); i < sorted.length && sorted[i].startsWith(word); i++) {
        out.push([sorted[i], sorted[i] === word ? 0 : 1]);
      }
      return out.length ? out : this.near(word).map(function (w) { return [w, 2]; });
    }

    near(word) {
      const letters = Array.from(word);
      if (letters.length < minTypo || letters.length > maxTypo || /^[0-9]*$/.test(word)) return [];
      if (!this.deletes) this.indexDeletes();
      const out = new Set();
      const check = (key) => {
        for (const t of this.deletes.get(key) || []) {
          if (oneEdit(letters, Array.from(t))) out.add(t);
        }
      };
      check(word);
      for (let i = 0; i < letters.length; i++) check(without(letters, i));
      return Array.from(out).sort();
    }

    indexDeletes() {
      const deletes = this.deletes = new Map();
      const add = function (key, t) {
        const terms = deletes.get(key);
        if (terms) terms.push(t);
        else deletes.set(key, [t]);
      };
      for (const t of this.sorted) {
        const letters = Array.from(t);
        if (letters.length < minTypo || letters.length > maxTypo) continue;
        add(t, t);
        for (let i = 0; i < letters.length; i++) add(without(letters, i), t);
      }
    }
  }

  function without(letters, i) {
    return letters.slice(0, i).join('') + letters.slice(i + 1).join('');
  }

  function same(a, b) {
    return a.join('') === b.join('');
  }

  // oneEdit tells whether one insertion, deletion, substitution or swap of
  // neighbours makes one word of the other.
  function oneEdit(a, b) {
    if (a.length > b.length) [a, b] = [b, a];
    let i = 0;
    while (i < a.length && a[i] === b[i]) i++;
    if (b.length - a.length > 1 || i === b.length) return false;
    if (b.length > a.length) return same(a.slice(i), b.slice(i + 1));
    if (same(a.slice(i + 1), b.slice(i + 1))) return true;
    return i + 1 < a.length && a[i] === b[i + 1] && a[i + 1] === b[i] && same(a.slice(i + 2), b.slice(i + 2));
  }

  // An Index is the data prepared for queries.
  class Index {
    constructor(data, registry) {
      if (!data || data.version !== dataVersion) throw new Error('the lookup\'s data is of another version');
      this.data = data;
      this.registry = registry;
      this.sets = setsOf(data);
      this.ofSet = this.sets.map(function () { return []; });
      this.variantOf = this.sets.map(function () { return []; });
      this.flows = [];
      this.readFlows();
      this.readSpans();
      this.readWords();
    }

    readFlows() {
      const d = this.data;
      d.counts.forEach(function (count, product) {
        for (let n = 0, set = 0; n < count; n++) {
          const i = this.flows.length;
          set += d.set[i];
          const kind = d.kinds[d.kind[i]];
          const need = d.way[i] % d.needs.length;
          const route = d.routes[product][(d.way[i] - need) / d.needs.length];
          this.flows.push({ product: product, set: set, id: kind[0], service: kind[1], need: need, route: route });
          this.ofSet[set].push(i);
        }
      }, this);
      for (let i = 0, flow = 0; i + 1 < d.variants.length; i += 2) {
        flow += d.variants[i];
        this.variantOf[d.variants[i + 1]].push(flow);
      }
    }

    readSpans() {
      this.single = [];
      this.wide = [];
      this.open = [];
      this.spans = this.sets.map(spansOf);
      this.spans.forEach(function (spans) {
        for (const s of spans) {
          (s.form ? this.open : s.first === s.last ? this.single : this.wide).push(s);
        }
      }, this);
      this.single.sort(function (a, b) { return a.first - b.first || a.set - b.set; });
    }

    readWords() {
      const d = this.data;
      const v = this.words = new Vocabulary();
      const products = v.entities(d.slugs.length);
      d.slugs.forEach(function (slug, i) {
        for (const name of [slug, d.names[i], d.vendors[i]].concat(d.aliases[i])) v.name(products + i, name);
      });
      const services = v.entities(d.services.length);
      d.services.forEach(function (s, i) {
        for (const name of s) v.name(services + i, name);
      });
      const phrases = v.firstMinor = v.entities(d.phrases.length);
      v.lastMinor = phrases + d.phrases.length - 1;
      d.phrases.forEach(function (name, i) { v.name(phrases + i, name); });
      const dirs = v.reserve(d.directions);
      const needs = v.reserve(d.needs);
      const names = [];
      const ofSet = this.spans.map(function (spans) {
        const own = [];
        for (const s of spans) {
          let t = names.indexOf(s.transport);
          if (t < 0) t = names.push(s.transport) - 1;
          if (!own.includes(t)) own.push(t);
        }
        return own;
      });
      const transports = v.reserve(names);
      this.flows.forEach(function (f, i) {
        v.list(products + f.product, i);
        v.list(services + f.service, i);
        v.list(dirs + f.route[0], i);
        v.list(needs + f.need, i);
        for (let n = 2; n < f.route.length; n++) v.list(phrases + f.route[n], i);
        for (const t of ofSet[f.set]) v.list(transports + t, i);
      });
      v.sorted = Array.from(v.terms.keys()).sort();
    }
  }

  // ------------------------------------------------------------- the query

  const portMatches = ['exact', 'inside', 'overlap'];
  const wordMatches = ['word', 'prefix', 'typo'];
  const weights = [0, 1 << 6, 1 << 12];

  // query answers a text. Its answer is that of generator/lookup in JSON.
  function query(x, text) {
    const r = understand(String(text), x.registry);
    const answer = { pasted: r.pasted, asked: r.asked, words: [], invalid: r.invalid, truncated: r.truncated, groups: [] };
    let narrow = null;
    for (const w of r.words) {
      const word = { text: w, match: '', meant: [] };
      narrow = narrowBy(x, narrow, word);
      answer.words.push(word);
    }
    for (const a of r.asked) answer.groups.push(portGroup(x, a, narrow));
    if (!r.asked.length && narrow) answer.groups.push(wordGroup(x, narrow));
    return answer;
  }

  // narrowBy keeps the flows that match one more word: by flow, a score of 0
  // (out) or one more than the weights of its words together.
  function narrowBy(x, before, word) {
    const score = new Uint32Array(x.flows.length);
    const v = x.words;
    let touched = [];
    for (const found of v.find(word.text)) {
      const distance = found[1];
      if (word.match === '' || distance < wordMatches.indexOf(word.match)) word.match = wordMatches[distance];
      if (distance === 2) word.meant.push(found[0]);
      for (const entity of v.terms.get(found[0]).entities) {
        const minor = entity >= v.firstMinor && entity <= v.lastMinor;
        const s = weights[distance] + 1 + (minor ? 1 : 0);
        for (const f of v.flows[entity]) {
          if (score[f] === 0) touched.push(f);
          if (score[f] === 0 || s < score[f]) score[f] = s;
        }
      }
    }
    if (before) {
      touched = touched.filter(function (f) {
        if (before.score[f] === 0) {
          score[f] = 0;
          return false;
        }
        score[f] += before.score[f] - 1;
        return true;
      });
    }
    return { score: score, list: touched };
  }

  function compare(a, b) {
    return a.variant - b.variant || a.kind - b.kind || a.size - b.size || a.score - b.score || a.need - b.need || a.flow - b.flow;
  }

  // takes: an ask without a transport is for all that have ports.
  function takes(a, name) {
    return a.transport === name || (a.transport === '' && portTransports.includes(name));
  }

  function isWildcard(a) {
    return a.first === 0 && portTransports.includes(a.transport);
  }

  // portGroup answers one port or range.
  function portGroup(x, a, narrow) {
    const best = new Map();
    const elsewhere = new Set();
    meet(x, a, function (span, kind) {
      [x.ofSet[span.set], x.variantOf[span.set]].forEach(function (flows, variant) {
        for (const f of flows) {
          if (narrow && narrow.score[f] === 0) {
            elsewhere.add(f);
            continue;
          }
          const score = narrow ? narrow.score[f] : 0;
          const n = { flow: f, variant: variant, kind: kind, size: sizeOf(span), score: score, need: x.flows[f].need, span: span };
          const old = best.get(f);
          if (!old || compare(n, old) < 0) best.set(f, n);
        }
      });
    });
    const ranked = Array.from(best.values()).sort(compare);
    const flows = ranked.map(function (n) { return n.flow; });
    const group = makeGroup(x, a, flows, function (i) { return ranked[i]; }, portMatches);
    group.elsewhere = elsewhere.size;
    countOpen(x, group, a, narrow, best);
    if (!documented(group)) group.registered = x.registry.names(a);
    return group;
  }

  function documented(g) {
    return g.total + g.forbidden_total + g.elsewhere > 0;
  }

  // meet calls add for each distinct span that meets the asked ports, with how.
  function meet(x, a, add) {
    if (isWildcard(a)) {
      for (const s of x.open) {
        if (a.text === spanText(s)) add(s, 0);
      }
      return;
    }
    const single = x.single;
    const kind = a.first === a.last ? 0 : 2;
    for (let i = search(single.length, function (n) { return single[n].first >= a.first; }); i < single.length && single[i].first <= a.last; i++) {
      if (takes(a, single[i].transport)) add(single[i], kind);
    }
    for (const s of x.wide) {
      if (s.first > a.last || s.last < a.first || !takes(a, s.transport)) continue;
      if (isFull(s) && a.last - a.first + 1 < sizeOf(s)) continue;
      if (s.first === a.first && s.last === a.last) add(s, 0);
      else add(s, s.first <= a.first && a.last <= s.last ? 1 : 2);
    }
  }

  // countOpen counts the flows that name no number and yet are about the port.
  function countOpen(x, group, a, narrow, best) {
    if (isWildcard(a)) return;
    const seen = new Set();
    const count = function (span) {
      for (const f of x.ofSet[span.set]) {
        if (best.has(f) || seen.has(f) || (narrow && narrow.score[f] === 0)) continue;
        seen.add(f);
        if (isForbidden(x, x.flows[f].need)) group.any_forbidden++;
        else group.any_port++;
      }
    };
    for (const s of x.open) {
      if (s.form === 'a' || (s.form === '*' && takes(a, s.transport))) count(s);
    }
    for (const s of x.wide) {
      if (isFull(s) && takes(a, s.transport)) count(s);
    }
  }

  function isForbidden(x, need) {
    return x.data.needs[need] === 'forbidden';
  }

  // wordGroup answers words alone. Flows are sorted by score, need and number
  // as one number each.
  function wordGroup(x, narrow) {
    const keys = Float64Array.from(narrow.list, function (f) {
      return narrow.score[f] * 0x400000000 + x.flows[f].need * 0x100000000 + f;
    });
    const flows = Array.from(keys.sort(), function (k) { return k % 0x100000000; });
    const found = function (i) {
      const s = narrow.score[flows[i]] - 1;
      return { flow: flows[i], variant: 0, kind: s >= weights[2] ? 2 : s >= weights[1] ? 1 : 0, span: null };
    };
    return makeGroup(x, { text: '', transport: '', first: 0, last: 0 }, flows, found, wordMatches);
  }

  // makeGroup takes the forbidden ones of the ranked flows apart; found tells
  // how the one at i was found.
  function makeGroup(x, a, flows, found, names) {
    const g = {
      ask: a, hits: [], total: 0, forbidden: [], forbidden_total: 0,
      any_port: 0, any_forbidden: 0, elsewhere: 0, registered: []
    };
    flows.forEach(function (f, i) {
      const closed = isForbidden(x, x.flows[f].need);
      const total = closed ? ++g.forbidden_total : ++g.total;
      if (total > maxHits) return;
      const n = found(i);
      (closed ? g.forbidden : g.hits).push(makeHit(x, n, names[n.kind]));
    });
    return g;
  }

  function makeHit(x, n, match) {
    const d = x.data;
    const f = x.flows[n.flow];
    const ends = f.route.slice(2).map(function (i) { return d.phrases[i]; });
    const service = d.services[f.service];
    return {
      product: d.slugs[f.product], name: d.names[f.product], flow: d.ids[f.id],
      path: '/products/' + d.slugs[f.product] + '/#' + d.ids[f.id],
      service: service[0], service_name: service[1], direction: d.directions[f.route[0]],
      from: ends.slice(0, f.route[1]), to: ends.slice(f.route[1]),
      ports: x.sets[n.variant ? n.span.set : f.set], need: d.needs[f.need],
      match: match, range: n.span ? spanText(n.span) : '', variant: n.variant === 1
    };
  }

  // load prepares the data of the two scripts; the registry may be missing.
  function load(data, registry) {
    return new Index(data, new Registry(registry));
  }

  if (typeof module !== 'undefined' && module.exports) {
    module.exports = { load: load, query: query };
    return;
  }

  // -------------------------------------------------------------- the page

  // The script's own place, known only while it runs. Its attributes name the
  // data, all relative to it: data-index, data-registry, data-root.
  const own = document.currentScript;
  const settle = function (name, otherwise) {
    return new URL(own.dataset[name] || otherwise, own.src).href;
  };
  const indexURL = settle('index', 'lookup-index.js');
  const registryURL = settle('registry', 'lookup-registry.js');
  const rootURL = settle('root', '../');

  let loading = null;

  // ready loads the data once and gives the index. Classic scripts, because a
  // page opened from a file may load nothing else.
  function ready() {
    if (!loading) {
      const registry = addScript(registryURL).catch(function () {}); // names only: does without
      loading = Promise.all([addScript(indexURL), registry]).then(function () {
        return load(window.portolanLookup, window.portolanRegistry);
      });
      loading.catch(function () { loading = null; });
    }
    return loading;
  }

  function addScript(src) {
    return new Promise(function (resolve, reject) {
      const script = document.createElement('script');
      script.src = src;
      script.onload = resolve;
      script.onerror = function () {
        script.remove();
        reject(new Error(src));
      };
      document.head.append(script);
    });
  }

  // el makes an element with its class and children; strings become text.
  function el(tag, className) {
    const e = document.createElement(tag);
    if (className) e.className = className;
    e.append.apply(e, Array.prototype.slice.call(arguments, 2));
    return e;
  }

  // quoted shows what somebody typed, whatever way it is written.
  function quoted(text) {
    return el('bdi', 'lookup-quote', text);
  }

  function count(n, one, many) {
    return n + ' ' + (n === 1 ? one : many);
  }

  function joined(parts, separator) {
    const out = [];
    parts.forEach(function (part, i) {
      if (i > 0) out.push(separator);
      out.push(part);
    });
    return out;
  }

  // summary is the sentences for the status line.
  function summary(answer) {
    const out = [];
    const say = function () {
      if (out.length) out.push(' ');
      out.push.apply(out, arguments);
    };
    const total = answer.groups.reduce(function (n, g) { return n + g.total + g.forbidden_total; }, 0);
    if (answer.pasted) say('Read ' + count(answer.asked.length, 'port', 'ports') + ' from the pasted lines.');
    if (answer.groups.length) say(count(total, 'row', 'rows') + ' found.');
    else say('Type a port, a range, a product or a service.');
    const missing = answer.groups.filter(function (g) { return g.ask.text && !documented(g); });
    if (missing.length) say.apply(null, ['No documented requirement for '].concat(missing.map(function (g) { return g.ask.text; }).join(', '), '.'));
    for (const w of answer.words) {
      if (w.match === '') say('Nothing is called ', quoted(w.text), '.');
      if (w.match === 'typo') say.apply(null, ['Read ', quoted(w.text), ' as '].concat(joined(w.meant.map(quoted), ' or '), '.'));
    }
    if (answer.invalid.length) say(answer.invalid.join(', ') + ': not a port, which is 1 to 65535.');
    if (answer.truncated) say('The text was too long: only its beginning was looked up.');
    return out;
  }

  const found = {
    exact: function () { return 'exactly'; },
    inside: function (h) { return 'inside ' + h.range; },
    overlap: function (h) { return 'by ' + h.range; },
    word: function () { return 'by name'; },
    prefix: function () { return 'by the beginning of a name'; },
    typo: function () { return 'by a similar name'; }
  };

  function hitRow(h) {
    const link = el('a', '', h.name + ': ' + h.service_name);
    link.href = new URL('products/' + encodeURIComponent(h.product) + '/index.html#' + encodeURIComponent(h.flow), rootURL).href;
    const head = el('th', '', link);
    head.scope = 'row';
    const row = el('tr', 'lookup-hit', head,
      el('td', 'ports', h.ports),
      el('td', '', h.direction),
      el('td', '', h.from.join(', ')),
      el('td', '', h.to.join(', ')),
      el('td', '', el('span', 'need need-' + h.need, h.need)),
      el('td', 'ports', found[h.match](h) + (h.variant ? '; another source only, never opened' : '')));
    row.dataset.need = h.need;
    row.dataset.match = h.match;
    if (h.variant) row.dataset.variant = '';
    return row;
  }

  let tables = 0;

  // hitTable is a table in a region that scrolls by itself.
  function hitTable(title, hits, total) {
    const head = el('tr');
    for (const name of ['Product and service', 'Ports', 'Direction', 'From', 'To', 'Need', 'Found']) {
      const th = el('th', '', name);
      th.scope = 'col';
      head.append(th);
    }
    const caption = el('caption', '', title + (total > hits.length ? ': the first ' + hits.length + ' of ' + total + ', a further word narrows them' : ''));
    caption.id = 'lookup-table-' + (++tables);
    const body = el('tbody');
    for (const h of hits) body.append(hitRow(h));
    const region = el('div', 'scroll', el('table', 'lookup-table', caption, el('thead', '', head), body));
    region.setAttribute('role', 'region');
    region.setAttribute('aria-labelledby', caption.id);
    region.tabIndex = 0;
    return region;
  }

  function registeredText(r) {
    return r.name + ' (' + r.transports.join(', ') + ' ' + rangeText(r.first, r.last) + ')';
  }

  // section is one group.
  function section(g, level) {
    const out = el('section', 'lookup-group');
    if (g.ask.text) out.append(el('h' + level, 'ports', g.ask.text));
    const say = function (text, className) { out.append(el('p', className || '', text)); };
    if (g.ask.text && !documented(g)) {
      say('No documented requirement.', 'lookup-none');
      if (g.registered.length) {
        say('Registered with IANA as ' + g.registered.map(registeredText).join(', ') +
          ': a registration only, no product\'s requirement.', 'lookup-registered');
      }
    }
    if (g.total) out.append(hitTable('Documented', g.hits, g.total));
    if (g.forbidden_total) out.append(hitTable('Must stay closed', g.forbidden, g.forbidden_total));
    if (g.elsewhere) say(count(g.elsewhere, 'further row names', 'further rows name') + ' this port, but not the other words.', 'lookup-more');
    if (g.any_port) say(count(g.any_port, 'flow uses', 'flows use') + ' any port of the client\'s or server\'s choice.', 'lookup-more');
    if (g.any_forbidden) say(count(g.any_forbidden, 'row forbids', 'rows forbid') + ' every port that is not listed.', 'lookup-more');
    return out;
  }

  // canonical is the query for the address bar: what was understood, without
  // the addresses and names of hosts that a pasted line holds.
  function canonical(answer) {
    return answer.asked.map(function (a) { return a.text; }).concat(answer.words.map(function (w) { return w.text; })).join(' ');
  }

  function keepInURL(text) {
    const here = new URL(location.href);
    if (text && text.length < 2000) here.searchParams.set('q', text);
    else here.searchParams.delete('q');
    try {
      history.replaceState(history.state, '', here.href);
    } catch (e) {
      // some browsers refuse it to a file, or when it comes too often
    }
  }

  // enhance makes one form answer while one types. Only the page's first form
  // is tied to the address.
  function enhance(form, isFirst) {
    const input = form.querySelector('input[name=q]');
    if (!input) return;
    const level = Number(form.dataset.level) || 2;
    const status = el('p', 'lookup-status');
    status.setAttribute('role', 'status');
    const results = el('div', 'lookup-results');
    let out = document.getElementById(input.getAttribute('aria-controls') || '');
    if (!out) form.after(out = el('div', 'lookup-answer'));
    out.append(status, results);
    let timer = 0;

    const show = function (nodes, sections) {
      status.textContent = '';
      status.append.apply(status, nodes);
      results.textContent = '';
      results.append.apply(results, sections);
    };

    const run = function () {
      const text = input.value;
      clearTimeout(timer);
      if (text.trim() === '') {
        show([], []);
        if (isFirst) keepInURL('');
        return;
      }
      ready().then(function (index) {
        if (text !== input.value) return; // typed on meanwhile
        const answer = query(index, text);
        show(summary(answer), answer.groups.map(function (g) { return section(g, level); }));
        if (isFirst) timer = setTimeout(keepInURL, 300, canonical(answer));
      }).catch(function () {
        show(['The lookup\'s data could not be loaded.'], []);
      });
    };

    const links = function () { return Array.from(results.querySelectorAll('a')); };

    const move = function (step) {
      const all = links();
      const i = all.indexOf(document.activeElement);
      if (i + step < 0) input.focus();
      else if (all[i + step]) all[i + step].focus();
    };

    const keys = function (event) {
      if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const inside = event.target === input || event.target.tagName === 'A';
      if (event.key === 'Escape') {
        input.value = '';
        run();
        input.focus();
      } else if (inside && event.key === 'ArrowDown') move(1);
      else if (event.key === 'ArrowUp' && event.target.tagName === 'A') move(-1);
      else return;
      event.preventDefault();
    };

    input.addEventListener('focus', function () { ready().catch(function () {}); }, { once: true });
    input.addEventListener('input', run);
    input.addEventListener('keydown', keys);
    results.addEventListener('keydown', keys);
    form.addEventListener('submit', function (event) {
      event.preventDefault();
      const first = links()[0];
      if (first) first.focus();
      else run();
    });
    // A field has one line: it shows the ends of pasted ones.
    input.addEventListener('paste', function (event) {
      const text = event.clipboardData ? event.clipboardData.getData('text/plain') : '';
      if (!/[\r\n]/.test(text.trim())) return;
      event.preventDefault();
      input.setRangeText(text.trim().replace(/\s*[\r\n]\s*/g, ' \u23ce '), input.selectionStart, input.selectionEnd, 'end');
      run();
    });

    if (!isFirst) return;
    const asked = new URL(location.href).searchParams.get('q');
    if (asked) {
      input.value = asked.replace(/\s*[\r\n]\s*/g, ' \u23ce ');
      run();
    }
  }

  function start() {
    const forms = Array.from(document.querySelectorAll('form.lookup'));
    forms.forEach(function (form, i) { enhance(form, i === 0); });
    document.addEventListener('keydown', function (event) {
      const at = event.target;
      const typing = at instanceof Element && (at.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(at.tagName));
      if (event.key !== '/' || typing || event.altKey || event.ctrlKey || event.metaKey || !forms.length) return;
      const input = forms[0].querySelector('input[name=q]');
      if (!input) return;
      event.preventDefault();
      input.focus();
      input.select();
    });
  }

  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start);
  else start();
})();
