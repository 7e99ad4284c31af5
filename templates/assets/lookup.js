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
    const marks = '()[]{}<>"\'`,.;!?#';
    let a = 0;
    let b = token.length;
    while (a < b && marks.includes(token[a])) a++;
    while (b > a && marks.includes(token[b - 1])) b--;
    return token.slice(a, b);
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
      this.ofSet = data.sets.map(function () { return []; });
      this.variantOf = data.sets.map(function () { return []; });
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
      this.data.sets.forEach(function (text, set) {
        for (const s of spansOf(text, set)) {
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
      const ofSet = d.sets.map(function (text, set) {
        const own = [];
        for (const s of spansOf(text, set)) {
          if (!names.includes(s.transport)) names.push(s.transport);
          if (!own.includes(s.transport)) own.push(s.transport);
        }
        return own;
      });
      const transports = v.reserve(names);
      this.flows.forEach(function (f, i) {
        v.list(products + f.product, i);
        v.list(services + f.service, i);
        v.list(dirs + f.route[0], i);
        v.list(needs + f.need, i);
        for (const n of f.route.slice(2)) v.list(phrases + n, i);
        for (const name of ofSet[f.set]) v.list(transports + names.indexOf(name), i);
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
    const group = makeGroup(x, a, Array.from(best.values()).sort(compare), portMatches);
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

  // wordGroup answers words alone.
  function wordGroup(x, narrow) {
    const flows = narrow.list.sort(function (a, b) {
      return narrow.score[a] - narrow.score[b] || x.flows[a].need - x.flows[b].need || a - b;
    });
    const list = flows.map(function (f) {
      const s = narrow.score[f] - 1;
      return { flow: f, variant: 0, kind: s >= weights[2] ? 2 : s >= weights[1] ? 1 : 0, need: x.flows[f].need, span: null };
    });
    return makeGroup(x, { text: '', transport: '', first: 0, last: 0 }, list, wordMatches);
  }

  function makeGroup(x, a, list, names) {
    const g = {
      ask: a, hits: [], total: 0, forbidden: [], forbidden_total: 0,
      any_port: 0, any_forbidden: 0, elsewhere: 0, registered: []
    };
    for (const n of list) {
      const closed = isForbidden(x, n.need);
      const total = closed ? ++g.forbidden_total : ++g.total;
      if (total <= maxHits) (closed ? g.forbidden : g.hits).push(makeHit(x, n, names[n.kind]));
    }
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
      ports: d.sets[n.variant ? n.span.set : f.set], need: d.needs[f.need],
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
})();
