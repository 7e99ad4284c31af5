// The lookup: what a port or a word means in the catalog.
//
// It answers as the program's own lookup does (generator/lookup); the vectors
// in generator/lookup/testdata hold both to the same answers. A classic script
// without modules and without fetch, so that it also runs from a file. A page
// loads it by ask.js when it is first asked, as window.portolanAnswers; Node
// gets the same, load and query.
(function () {
  'use strict';

  // ---------------------------------------------------------------- limits

  const maxText = 50000; // code points that are read
  const maxAsks = 64; // ports and ranges
  const maxWords = 16;
  const maxSeen = 4; // names that pasted lines give a port
  const maxHits = 100; // of each section of a group
  const maxFound = 1000; // flows that words alone find
  const maxNames = 20; // registered names of one range
  const maxWord = 64; // the longest word and number that is repeated
  const maxToken = 512; // the longest part of a pasted line
  const minTypo = 3;
  const maxTypo = 40;
  const dataVersion = 2;

  // ------------------------------------------------------- reading a text

  const portTransports = ['tcp', 'udp', 'sctp'];
  const registryTransports = ['tcp', 'udp', 'sctp', 'dccp'];

  // normalise makes one spelling of a text: lower case, plain dashes and quotes,
  // lines ended by "\n" (the field shows a pasted line's end as "⏎"), single
  // blanks, no invisible marks.
  function normalise(text) {
    if (/^[\x00-\x7f]*$/.test(text)) { // most texts, and a few times as fast
      return text.toLowerCase().replace(/\r/g, '\n').replace(/[\x00-\x09\x0b-\x1f\x7f]/g, ' ')
        .replace(/ {2,}/g, ' ').replace(/(^|\n)[ \n]+/g, '$1');
    }
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
  const nmapPorts = new RegExp('(\\d+)/(?:open|closed|filtered|unfiltered)(?:\\|filtered)?/' + transport + '/', 'g');
  const ciscoLine = /%(?:asa|ftd|pix|fwsm)-|ipaccesslog/;
  const ciscoPort = new RegExp('(?:^|[ :/(])(?:' + ipv4 + '|[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*)[/(](\\d+)\\b', 'g');
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
      this.seen = [];
      this.words = [];
      this.invalid = [];
    }

    ask(a) {
      if (this.asked.some(function (b) { return a.text === b.text && a.transport === b.transport; })) return;
      if (this.asked.length === maxAsks) this.truncated = true;
      else this.asked.push(a);
    }

    // note counts a line that names an ask, and what it calls it.
    note(a, name) {
      const i = this.asked.findIndex(function (b) { return a.text === b.text && a.transport === b.transport; });
      if (i < 0) return;
      if (i === this.seen.length) this.seen.push({ lines: 0, names: [] });
      const s = this.seen[i];
      s.lines++;
      if (name && s.names.length < maxSeen && !s.names.includes(name)) s.names.push(name);
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
    for (const whole of text.split('\n')) {
      const line = trimOf(whole, ' ');
      const asks = pasted(line, registry);
      if (!asks) continue;
      r.pasted = true;
      const name = asks.length ? nameIn(line) : '';
      for (const a of asks) {
        r.ask(a);
        r.note(a, name);
      }
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
    // What a form cannot do without is looked for first: matching costs more.
    const has = function (part) { return line.includes(part); };
    if (has(',') && (m = filterLog.exec(line))) return portAsk(m[1], m[2]);
    if ((has('dp') || has('port')) && (m = portField.exec(line))) return portAsk(protocol(line, tokens), m[1]);
    if (has('dport') && (m = ruleField.exec(line))) {
      const r = new Reading(registry);
      r.list(m[1], protocol(line, tokens));
      return r.asked.length ? r.asked : null;
    }
    if ((m = nmapLine.exec(line))) return portAsk(m[2], m[1]);
    const all = has('/') ? matches(nmapPorts, line, maxAsks) : [];
    if (all.length) return [].concat.apply([], all.map(function (n) { return portAsk(n[2], n[1]); }));
    if ((has('%') || has('ipaccesslog')) && ciscoLine.test(line)) return cisco(line, tokens);
    if ((m = windowsLog.exec(line))) return portAsk(m[1], m[2]);
    return listing(line, tokens, registry);
  }

  // What a line calls the program or the service of its port.
  const ssUsers = /users:\(\("([^" ]{1,40})"/;
  const lsofLine = /^([^ ]{1,40}) \d+ [^ ]+ \d+[a-z]* (?:ipv4|ipv6) /;
  const netstatOwner = / (?:listen )?\d+\/([a-z][^ :/]{0,39})(?: |:|$)/;
  const nmapService = /^\d+\/(?:tcp|udp|sctp) +open +([a-z][^ ?]{0,39})/;
  const netstatStarts = /^(?:tcp|udp)6? /;

  function nameIn(line) {
    const m = ssUsers.exec(line) || (line.includes('ipv') && lsofLine.exec(line)) || nmapService.exec(line) ||
      (netstatStarts.test(line) && netstatOwner.exec(line));
    return m ? m[1] : '';
  }

  function isLong(token) {
    return token.length > maxToken && Array.from(token).length > maxToken;
  }

  function matches(source, text, limit) {
    const out = [];
    source.lastIndex = 0;
    for (let m = source.exec(text); m && out.length < limit; m = source.exec(text)) out.push(m);
    return out;
  }

  // portAsk is a list of one ask, or of none if the number is no port.
  function portAsk(name, number) {
    const n = /^\d+$/.test(number) ? Number(number) : 0;
    return n < 1 || n > 65535 ? [] : [makeAsk(name, n, n)];
  }

  function protocol(line, tokens) {
    let m = null;
    if ((line.includes('proto') || line.includes('transport')) && (m = protoField.exec(line))) {
      const name = { 6: 'tcp', 17: 'udp', 132: 'sctp' }[m[1]] || m[1];
      if (portTransports.includes(name)) return name;
    }
    for (const t of tokens) {
      if (/tcp|udp|sctp/.test(t) && (m = lineProto.exec(trim(t)))) return m[1];
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
    for (let t of line.includes('->') ? fields(line.replace(/->/g, ' > ')) : tokens) {
      if (t === '>') {
        arrow = ports.length;
        continue;
      }
      const s = trim(t);
      if (state === '' && states.has(s)) state = s;
      t = t.replace(/[,;:]+$/, '');
      const m = (t.includes(':') && colonSocket.exec(t)) || (t.includes('.') && dotSocket.exec(t));
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

  // Lists are many lists of numbers in two arrays: list i is all[at[i]] to
  // all[at[i + 1]], without the last.
  function lists(n, each) {
    const at = new Int32Array(n + 1);
    each(function (i) { at[i + 1]++; });
    for (let i = 0; i < n; i++) at[i + 1] += at[i];
    const all = new Int32Array(at[n]);
    const next = at.slice(0, n);
    each(function (i, value) { all[next[i]++] = value; });
    return { at: at, all: all };
  }

  // A Vocabulary knows which flows a word means. What a word can name is an
  // entity; each has the list of its flows.
  class Vocabulary {
    constructor() {
      this.byWord = new Map();
      this.size = 0; // entities
      this.firstMinor = 0;
      this.lastMinor = -1;
      this.deletes = null;
    }

    entities(n) {
      this.size += n;
      return this.size - n;
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
      let t = this.byWord.get(word);
      if (!t) this.byWord.set(word, t = { entities: [], reserved: false });
      t.reserved = t.reserved || reserved;
      if (!t.entities.includes(entity)) t.entities.push(entity);
    }

    // close sorts the words, and counts the flows of each and all before it.
    close(flows) {
      const terms = this.terms = Array.from(this.byWord.keys()).sort();
      const byTerm = terms.map((word) => this.byWord.get(word));
      this.reserved = byTerm.map(function (t) { return t.reserved; });
      this.ofTerm = lists(terms.length, function (put) {
        byTerm.forEach(function (t, i) { t.entities.forEach(function (e) { put(i, e); }); });
      });
      this.ofEntity = lists(this.size, function (put) {
        byTerm.forEach(function (t, i) { t.entities.forEach(function (e) { put(e, i); }); });
      });
      this.flows = flows;
      this.before = new Float64Array(terms.length + 1);
      byTerm.forEach(function (t, i) {
        let n = this.before[i];
        for (const e of t.entities) n += flows.at[e + 1] - flows.at[e];
        this.before[i + 1] = n;
      }, this);
      this.byWord = null;
    }

    // find returns what a word means: runs of terms, with how far they are from
    // it, 0 the word itself, 1 a longer one, 2 one at one edit.
    find(word) {
      const terms = this.terms;
      const first = search(terms.length, function (i) { return terms[i] >= word; });
      const whole = terms[first] === word ? 1 : 0;
      const runs = [];
      if (whole) runs.push({ first: first, end: first + 1, distance: 0 });
      if (whole && this.reserved[first]) return runs;
      const from = first + whole;
      let end = from; // in steps that double, as most words begin few others
      let step = 1;
      while (end + step <= terms.length && terms[end + step - 1].startsWith(word)) {
        end += step;
        step *= 2;
      }
      const rest = Math.min(step, terms.length - end);
      const known = end;
      end += search(rest, function (i) { return !terms[known + i].startsWith(word); });
      if (end > from) runs.push({ first: from, end: end, distance: 1 });
      if (!runs.length) for (const t of this.near(word)) runs.push({ first: t, end: t + 1, distance: 2 });
      return runs;
    }

    // near lists the terms at one edit.
    near(word) {
      const letters = Array.from(word);
      if (letters.length < minTypo || letters.length > maxTypo || /^[0-9]*$/.test(word)) return [];
      if (!this.deletes) this.indexDeletes();
      const out = new Set();
      const check = (key) => {
        for (const t of this.deletes.get(key) || []) {
          if (oneEdit(letters, Array.from(this.terms[t]))) out.add(t);
        }
      };
      check(word);
      for (let i = 0; i < letters.length; i++) check(without(letters, i));
      return Array.from(out).sort(function (a, b) { return a - b; });
    }

    indexDeletes() {
      const deletes = this.deletes = new Map();
      const add = function (key, t) {
        const terms = deletes.get(key);
        if (terms) terms.push(t);
        else deletes.set(key, [t]);
      };
      this.terms.forEach(function (word, t) {
        const letters = Array.from(word);
        if (letters.length < minTypo || letters.length > maxTypo) return;
        add(word, t);
        for (let i = 0; i < letters.length; i++) add(without(letters, i), t);
      });
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

  // Sections of a group, in order; a flow by itself is of one of the first
  // three or of the last.
  const kinds = ['listens', 'connects', 'between', 'inside', 'part', 'variant', 'forbidden'];
  const inside = 3;
  const part = 4;
  const variant = 5;
  const closed = 6;

  const reachBits = 6;
  const reachWidth = 7;

  // An Index is the data prepared for queries: numbers in columns, so that a
  // query touches little and makes nothing but its answer.
  class Index {
    constructor(data, registry) {
      if (!data || data.version !== dataVersion) throw new Error('the lookup\'s data is of another version');
      this.data = data;
      this.registry = registry;
      this.sets = setsOf(data);
      this.readFlows();
      this.readSpans();
      this.readWords();
      // What a query notes of flows and sets: the number of the query, so that
      // nothing need be cleared.
      this.turn = 0;
      this.seen = new Int32Array((this.size >> 5) + 1);
      this.met = new Uint32Array(this.sets.length);
      this.kindOf = new Uint8Array(this.sets.length);
      this.spanOf = new Array(this.sets.length).fill(null);
      this.openly = new Uint32Array(this.sets.length);
    }

    readFlows() {
      const d = this.data;
      const n = this.size = d.set.length;
      const needs = d.needs.length;
      this.product = new Int32Array(n);
      this.set = new Int32Array(n);
      this.need = new Uint8Array(n);
      this.route = new Int32Array(n);
      this.routes = []; // direction, number of initiators, ends as phrases
      const forbidden = d.needs.indexOf('forbidden');
      const classes = d.directions.map(function (name) { return name === 'inbound' ? 0 : name === 'outbound' ? 1 : 2; });
      // Classes: 0 listens, 1 connects out, 2 between, 3 forbidden.
      this.ownClass = new Uint8Array(n);
      const place = new Int32Array(n); // by set, class and need
      for (let product = 0, i = 0; product < d.counts.length; product++) {
        const first = this.routes.length;
        const parties = d.parties[product];
        for (const r of d.routes[product]) {
          this.routes.push(r.map(function (v, k) { return k < 2 ? v : parties[v]; }));
        }
        for (let end = i + d.counts[product], set = 0; i < end; i++) {
          set += d.set[i];
          const need = d.way[i] % needs;
          this.product[i] = product;
          this.set[i] = set;
          this.need[i] = need;
          this.route[i] = first + (d.way[i] - need) / needs;
          this.ownClass[i] = need === forbidden ? 3 : classes[this.routes[this.route[i]][0]];
          place[i] = (set * 4 + this.ownClass[i]) * needs + need;
        }
      }
      // Flows of each set, class by class, the needed ones first.
      const byNeed = lists(this.sets.length * 4 * needs, function (put) {
        for (let i = 0; i < n; i++) put(place[i], i);
      });
      this.ordered = byNeed.all;
      this.at = Int32Array.from({ length: this.sets.length * 4 + 1 }, function (_, i) { return byNeed.at[i * needs]; });
      this.variantOf = new Map();
      for (let i = 0, flow = 0; i + 1 < d.variants.length; i += 2) {
        flow += d.variants[i];
        const set = d.variants[i + 1];
        if (!this.variantOf.has(set)) this.variantOf.set(set, []);
        this.variantOf.get(set).push(flow);
      }
    }

    // count is how many flows a set has.
    count(set) {
      return this.at[set * 4 + 4] - this.at[set * 4];
    }

    readSpans() {
      this.open = [];
      const single = [];
      const wide = [];
      this.spansOf = this.sets.map(spansOf);
      for (const spans of this.spansOf) {
        for (const s of spans) (s.form ? this.open : s.first === s.last ? single : wide).push(s);
      }
      single.sort(function (a, b) { return a.first - b.first || a.set - b.set; });
      this.single = single;
      this.firsts = Int32Array.from(single, function (s) { return s.first; });
      this.wide = wide;
      this.full = wide.filter(isFull);
      // Wide ones by the part of the numbers that they reach into, narrow before
      // wide, with all that most queries need of them.
      const bySize = wide.map(function (_, i) { return i; });
      bySize.sort(function (a, b) { return sizeOf(wide[a]) - sizeOf(wide[b]) || a - b; });
      const reach = this.reach = lists(65536 >> reachBits, function (put) {
        for (const i of bySize) {
          for (let p = wide[i].first >> reachBits; p <= wide[i].last >> reachBits; p++) put(p, i);
        }
      });
      reach.rows = new Int32Array(reach.all.length * reachWidth); // first, last, set, closed flows, others, transport, size
      reach.all.forEach(function (i, k) {
        const s = wide[i];
        const forbidden = this.at[s.set * 4 + 4] - this.at[s.set * 4 + 3];
        reach.rows.set([isFull(s) ? 65536 : s.first, s.last, s.set, forbidden, this.count(s.set) - forbidden,
          portTransports.indexOf(s.transport), sizeOf(s)], k * reachWidth);
      }, this);
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
      const directions = v.reserve(d.directions);
      const needs = v.reserve(d.needs);
      const names = [];
      const transports = this.spansOf.map(function (spans) {
        const list = [];
        for (const s of spans) {
          let t = names.indexOf(s.transport);
          if (t < 0) t = names.push(s.transport) - 1;
          if (!list.includes(t)) list.push(t);
        }
        return list;
      });
      this.spansOf = null;
      const first = v.reserve(names);
      const size = this.size;
      const latest = new Int32Array(v.size).fill(-1);
      const own = [];
      this.entities = lists(size, (put) => {
        latest.fill(-1);
        for (let i = 0; i < size; i++) {
          const route = this.routes[this.route[i]];
          own.length = 0;
          own.push(products + this.product[i], services + d.kinds[d.kind[i]][1], directions + route[0], needs + this.need[i]);
          for (const t of transports[this.set[i]]) own.push(first + t);
          for (let k = 2; k < route.length; k++) own.push(phrases + route[k]);
          for (const e of own) {
            if (latest[e] === i) continue;
            latest[e] = i;
            put(i, e);
          }
        }
      });
      const entities = this.entities;
      v.close(lists(v.size, function (put) {
        for (let i = 0; i < size; i++) {
          for (let k = entities.at[i]; k < entities.at[i + 1]; k++) put(entities.all[k], i);
        }
      }));
    }

  }

  // ------------------------------------------------------------- the query

  const portMatches = ['exact', 'inside', 'overlap'];
  const wordMatches = ['word', 'prefix', 'typo'];
  const weights = [0, 1 << 6, 1 << 12];

  // query answers a text with at most most rows a section. Its answer is that of
  // generator/lookup in JSON, where most is not given.
  function query(x, text, most) {
    most = most || maxHits;
    const r = understand(String(text), x.registry);
    const answer = { pasted: r.pasted, asked: r.asked, seen: r.seen, words: [], invalid: r.invalid, truncated: r.truncated, groups: [] };
    const wanted = r.words.length ? new Wanted(x, r.words) : null;
    if (wanted) answer.words = wanted.words.map(function (w) { return w.told; });
    for (const a of r.asked) answer.groups.push(portGroup(x, a, wanted, most));
    if (!r.asked.length && wanted) answer.groups.push(wordGroup(x, wanted, most));
    return answer;
  }

  // Wanted is the words that a flow must match, all of them.
  class Wanted {
    constructor(x, texts) {
      this.x = x;
      this.words = texts.map(function (text) {
        const runs = x.words.find(text);
        const told = { text: text, match: runs.length ? wordMatches[runs[0].distance] : '', meant: [] };
        let flows = 0;
        for (const run of runs) {
          flows += x.words.before[run.end] - x.words.before[run.first];
          if (run.distance === 2) told.meant.push(x.words.terms[run.first]);
        }
        // places is by entity what firstOf tells, 0 where it was not asked; made
        // when it is needed
        return { told: told, runs: runs, flows: flows, places: null };
      });
      this.rarest = this.words.reduce(function (a, b) { return b.flows < a.flows ? b : a; });
    }

    // firstOf is two more than the first place among the words' names where an
    // entity stands that the word means, 1 if none.
    firstOf(word, entity) {
      const v = this.x.words;
      let first = 1;
      for (const run of word.runs) {
        for (let i = v.ofEntity.at[entity]; i < v.ofEntity.at[entity + 1]; i++) {
          const term = v.ofEntity.all[i];
          if (term < run.first || term >= run.end) continue;
          const end = v.ofTerm.at[term + 1];
          for (let k = v.ofTerm.at[term]; k < end; k++) {
            if (v.ofTerm.all[k] === entity && (first === 1 || k + 2 < first)) first = k + 2;
          }
        }
      }
      return word.places[entity] = first;
    }

    // weight is what a word adds to a flow's score that is found by the name at
    // a place.
    weight(word, place) {
      const v = this.x.words;
      const e = v.ofTerm.all[place];
      let distance = 0;
      for (const run of word.runs) {
        if (place >= v.ofTerm.at[run.first] && place < v.ofTerm.at[run.end]) distance = run.distance;
      }
      return weights[distance] + (e >= v.firstMinor && e <= v.lastMinor ? 1 : 0);
    }

    // of is the score of a flow: 0 if a word does not match, else one more than
    // the weights of its words together, but one that is known.
    of(flow, known) {
      const entities = this.x.entities;
      const start = entities.at[flow];
      const end = entities.at[flow + 1];
      let sum = 1;
      for (let w = 0; w < this.words.length; w++) {
        const word = this.words[w];
        if (word === known) continue;
        if (!word.places) word.places = new Int32Array(this.x.words.size);
        let first = 1;
        for (let i = start; i < end; i++) {
          const e = entities.all[i];
          const at = word.places[e] || this.firstOf(word, e);
          if (at > 1 && (first === 1 || at < first)) first = at;
        }
        if (first === 1) return 0;
        sum += this.weight(word, first - 2);
      }
      return sum;
    }

    // each calls visit once for each flow of the word that has the fewest, with
    // its score; that of this word is by the first of its names that has the
    // flow. visit ends it by false.
    each(visit) {
      const x = this.x;
      const v = x.words;
      const word = this.rarest;
      const others = this.words.length > 1;
      const seen = x.seen.fill(0); // a bit for each flow
      for (const run of word.runs) {
        for (let t = v.ofTerm.at[run.first]; t < v.ofTerm.at[run.end]; t++) {
          const e = v.ofTerm.all[t];
          const own = weights[run.distance] + (e >= v.firstMinor && e <= v.lastMinor ? 1 : 0);
          for (let i = v.flows.at[e]; i < v.flows.at[e + 1]; i++) {
            const f = v.flows.all[i];
            const bit = 1 << (f & 31);
            if (seen[f >> 5] & bit) continue;
            seen[f >> 5] |= bit;
            const rest = others ? this.of(f, word) : 1;
            if (rest && visit(f, rest + own) === false) return;
          }
        }
      }
    }
  }

  // A Best keeps the rows that rank first, and counts all. A row ranks by two
  // numbers; they stay below 2^53.
  class Best {
    constructor(most) {
      this.most = most;
      this.total = 0;
      this.rows = [];
    }

    // isPast tells that nothing of that rank would be kept.
    isPast(major) {
      return this.rows.length === this.most && major > this.rows[this.most - 1].major;
    }

    add(major, minor, flow, how) {
      this.total++;
      const rows = this.rows;
      let i = rows.length;
      if (i === this.most) {
        const last = rows[i - 1];
        if (major > last.major || (major === last.major && minor > last.minor)) return;
        rows.pop();
        i--;
      }
      const row = { major: major, minor: minor, flow: flow, how: how };
      if (i > 16) {
        i = search(i, function (n) { return rows[n].major > major || (rows[n].major === major && rows[n].minor > minor); });
        rows.splice(i, 0, row);
        return;
      }
      rows.push(row);
      for (; i > 0 && (rows[i - 1].major > major || (rows[i - 1].major === major && rows[i - 1].minor > minor)); i--) {
        rows[i] = rows[i - 1];
      }
      rows[i] = row;
    }
  }

  // takes: an ask without a transport is for all that have ports.
  function takes(a, name) {
    return a.transport === name || (a.transport === '' && portTransports.includes(name));
  }

  function isWildcard(a) {
    return a.first === 0 && portTransports.includes(a.transport);
  }

  // meet lists the sets that meet the asked ports, exact before inside before a
  // part, narrow before wide. Until the next call x.met has the turn that it
  // returns, for those sets, and x.kindOf and x.spanOf how they meet. A catalog
  // has many wide ranges: of those after the first enough flows, flows are
  // counted only, where enough is given.
  function meet(x, a, enough) {
    const turn = ++x.turn;
    const out = { turn: turn, sets: [], open: 0, closed: 0 };
    const add = function (span, kind) {
      const set = span.set;
      if (x.met[set] === turn) return; // has met in a better way
      x.met[set] = turn;
      x.kindOf[set] = kind;
      x.spanOf[set] = span;
      out.sets.push(set);
    };
    if (isWildcard(a)) {
      for (const s of x.open) {
        if (a.text === spanText(s)) add(s, 0);
      }
    } else if (a.first === a.last) {
      meetPort(x, a, enough || Infinity, add, out);
    } else {
      meetRange(x, a, add);
    }
    return out;
  }

  function meetPort(x, a, enough, add, out) {
    const port = a.first;
    const firsts = x.firsts;
    for (let i = search(firsts.length, function (n) { return firsts[n] >= port; }); i < firsts.length && firsts[i] === port; i++) {
      if (takes(a, x.single[i].transport)) add(x.single[i], 0);
    }
    const code = portTransports.indexOf(a.transport);
    const rows = x.reach.rows;
    let open = 0;
    let shut = 0;
    let size = 0;
    for (let k = x.reach.at[port >> reachBits]; k < x.reach.at[(port >> reachBits) + 1]; k++) {
      const r = k * reachWidth;
      const set = rows[r + 2];
      if (rows[r] > port || rows[r + 1] < port || x.met[set] === out.turn) continue;
      if (code < 0 ? !takes(a, x.wide[x.reach.all[k]].transport) : rows[r + 5] !== code) continue;
      if (rows[r + 6] > size && (rows[r + 4] === 0 || open >= enough) && (rows[r + 3] === 0 || shut >= enough) && !x.variantOf.has(set)) {
        x.met[set] = out.turn;
        out.open += rows[r + 4];
        out.closed += rows[r + 3];
        continue;
      }
      add(x.wide[x.reach.all[k]], 1);
      size = rows[r + 6];
      open += rows[r + 4];
      shut += rows[r + 3];
    }
  }

  function meetRange(x, a, add) {
    const firsts = x.firsts;
    const found = [];
    for (let i = search(firsts.length, function (n) { return firsts[n] >= a.first; }); i < firsts.length && firsts[i] <= a.last; i++) {
      if (takes(a, x.single[i].transport)) found.push({ span: x.single[i], kind: 2, rank: i });
    }
    for (let p = a.first >> reachBits; p <= a.last >> reachBits; p++) {
      for (let k = x.reach.at[p]; k < x.reach.at[p + 1]; k++) {
        const s = x.wide[x.reach.all[k]];
        if (s.first > a.last || s.last < a.first || p !== Math.max(s.first, a.first) >> reachBits || !takes(a, s.transport)) continue;
        if (isFull(s) && a.last - a.first + 1 < sizeOf(s)) continue;
        const kind = s.first === a.first && s.last === a.last ? 0 : s.first <= a.first && a.last <= s.last ? 1 : 2;
        found.push({ span: s, kind: kind, rank: firsts.length + x.reach.all[k] });
      }
    }
    found.sort(function (m, n) { return m.kind - n.kind || sizeOf(m.span) - sizeOf(n.span) || m.rank - n.rank; });
    for (const m of found) add(m.span, m.kind);
  }

  // variants are the flows that meet the asked ports only by what another
  // source says, with the set that it says.
  function variants(x, met) {
    const out = new Map();
    if (x.variantOf.size === 0) return out;
    for (const set of met.sets) {
      for (const f of x.variantOf.get(set) || []) {
        if (x.met[x.set[f]] !== met.turn && !out.has(f)) out.set(f, set);
      }
    }
    return out;
  }

  // kindBy is the section of a flow of a class whose port meets so.
  function kindBy(own, how) {
    return own === 3 ? closed : how === 0 ? own : how === 1 ? inside : part;
  }

  // portGroup answers one port or range.
  function portGroup(x, a, wanted, most) {
    const met = meet(x, a, wanted ? 0 : most);
    const others = variants(x, met);
    const best = kinds.map(function () { return null; });
    // rank is that of a set's meeting; a flow ranks by it and its words first.
    const rank = function (set, score) {
      return (x.kindOf[set] * 0x20000 + sizeOf(x.spanOf[set])) * 0x40000 + score;
    };
    const bestOf = function (kind) {
      return best[kind] || (best[kind] = new Best(most));
    };
    const put = function (kind, set, score, flow) {
      bestOf(kind).add(rank(set, score), x.need[flow] * 0x100000000 + flow, flow, set);
    };
    const putOwn = function (flow, score) {
      const set = x.set[flow];
      const how = x.kindOf[set];
      put(kindBy(x.ownClass[flow], how), set, score, flow);
    };
    let all = others.size + met.open + met.closed; // flows of that port
    let fit = 0; // those that the words leave
    for (const set of met.sets) all += x.count(set);
    others.forEach(function (set, f) {
      const score = wanted ? wanted.of(f) : 1;
      if (!score) return;
      fit++;
      put(x.ownClass[f] === 3 ? closed : variant, set, score, f);
    });
    if (!wanted) {
      fit = all;
      for (const set of met.sets) {
        const major = rank(set, 1);
        for (let own = 0; own < 4; own++) {
          const first = x.at[set * 4 + own];
          const end = x.at[set * 4 + own + 1];
          if (first === end) continue;
          const how = x.kindOf[set];
          const b = bestOf(kindBy(own, how));
          const upTo = b.isPast(major) ? first : Math.min(end, first + most);
          for (let i = first; i < upTo; i++) b.add(major, x.need[x.ordered[i]] * 0x100000000 + x.ordered[i], x.ordered[i], set);
          b.total += end - upTo;
        }
      }
    } else if (wanted.rarest.flows < all) {
      wanted.each(function (f, score) {
        if (x.met[x.set[f]] !== met.turn) return;
        fit++;
        putOwn(f, score);
      });
    } else {
      for (const set of met.sets) {
        for (let i = x.at[set * 4]; i < x.at[set * 4 + 4]; i++) {
          const score = wanted.of(x.ordered[i]);
          if (!score) continue;
          fit++;
          putOwn(x.ordered[i], score);
        }
      }
    }
    if (met.open) bestOf(inside).total += met.open;
    if (met.closed) bestOf(closed).total += met.closed;
    const group = makeGroup(x, a, best, function (row) {
      return makeHit(x, row.flow, portMatches[x.kindOf[row.how]], x.spanOf[row.how], others.has(row.flow));
    });
    group.elsewhere = all - fit;
    countOpen(x, group, a, wanted, met.turn, others);
    if (!documented(group)) {
      group.registered = x.registry.names(a);
      group.nearest = nearest(x, a);
    }
    return group;
  }

  function documented(g) {
    return g.sections.length > 0 || g.elsewhere > 0;
  }

  // nearest finds what is documented next to ports of which nothing is.
  function nearest(x, a) {
    if (a.first === 0 || (a.transport !== '' && !portTransports.includes(a.transport))) return [];
    const firsts = x.firsts;
    const at = search(firsts.length, function (n) { return firsts[n] >= a.first; });
    const fits = function (s) { return takes(a, s.transport) && x.count(s.set) > 0; };
    let below = null; // of several at one port the first
    for (let i = at - 1; i >= 0 && !(below && firsts[i] < below.first); i--) {
      if (fits(x.single[i])) below = x.single[i];
    }
    let above = at;
    while (above < firsts.length && (firsts[above] <= a.last || !fits(x.single[above]))) above++;
    above = x.single[above] || null;
    for (const s of x.wide) {
      if (isFull(s) || !fits(s)) continue;
      if (s.last < a.first && (!below || s.last > below.last || (s.last === below.last && s.first > below.first))) below = s;
      if (s.first > a.last && (!above || s.first < above.first || (s.first === above.first && s.last < above.last))) above = s;
    }
    return [below, above].filter(Boolean).map(spanText);
  }

  // countOpen counts the flows that name no number and yet are about the port.
  function countOpen(x, group, a, wanted, met, others) {
    if (isWildcard(a)) return;
    const turn = ++x.turn;
    const sets = [];
    let all = 0;
    const add = function (s) {
      if (x.met[s.set] === met || x.openly[s.set] === turn) return;
      x.openly[s.set] = turn;
      sets.push(s.set);
      all += x.count(s.set);
    };
    for (const s of x.open) {
      if (s.form === 'a' || (s.form === '*' && takes(a, s.transport))) add(s);
    }
    for (const s of x.full) {
      if (takes(a, s.transport)) add(s);
    }
    const tally = function (f) {
      if (others.has(f) && (!wanted || wanted.of(f))) return;
      if (x.ownClass[f] === 3) group.any_forbidden++;
      else group.any_port++;
    };
    if (wanted && wanted.rarest.flows < all) {
      wanted.each(function (f) {
        if (x.openly[x.set[f]] === turn) tally(f);
      });
      return;
    }
    for (const set of sets) {
      if (!wanted && !others.size) {
        group.any_port += x.at[set * 4 + 3] - x.at[set * 4];
        group.any_forbidden += x.at[set * 4 + 4] - x.at[set * 4 + 3];
        continue;
      }
      for (let i = x.at[set * 4]; i < x.at[set * 4 + 4]; i++) {
        if (!wanted || wanted.of(x.ordered[i])) tally(x.ordered[i]);
      }
    }
  }

  // wordGroup answers words alone.
  function wordGroup(x, wanted, most) {
    const best = kinds.map(function () { return null; });
    let n = 0;
    let more = false;
    wanted.each(function (f, score) {
      if (n === maxFound) {
        more = true;
        return false;
      }
      n++;
      const need = x.need[f];
      const kind = kindBy(x.ownClass[f], 0);
      (best[kind] || (best[kind] = new Best(most))).add(score, need * 0x100000000 + f, f, score - 1);
      return true;
    });
    const group = makeGroup(x, { text: '', transport: '', first: 0, last: 0 }, best, function (row) {
      return makeHit(x, row.flow, wordMatches[row.how >= weights[2] ? 2 : row.how >= weights[1] ? 1 : 0], null, false);
    });
    group.more = more;
    return group;
  }

  function makeGroup(x, a, best, hit) {
    const g = { ask: a, sections: [], more: false, any_port: 0, any_forbidden: 0, elsewhere: 0, nearest: [], registered: [] };
    best.forEach(function (b, i) {
      if (b) g.sections.push({ kind: kinds[i], hits: b.rows.map(hit), total: b.total });
    });
    return g;
  }

  function makeHit(x, flow, match, span, isVariant) {
    const d = x.data;
    const kind = d.kinds[d.kind[flow]];
    const service = d.services[kind[1]];
    const route = x.routes[x.route[flow]];
    const from = [];
    const to = [];
    for (let i = 2; i < route.length; i++) (i < 2 + route[1] ? from : to).push(d.phrases[route[i]]);
    const product = x.product[flow];
    return {
      product: d.slugs[product], name: d.names[product], flow: d.ids[kind[0]],
      path: '/products/' + d.slugs[product] + '/#' + d.ids[kind[0]],
      service: service[0], service_name: service[1], direction: d.directions[route[0]],
      from: from, to: to,
      ports: x.sets[isVariant ? span.set : x.set[flow]], need: d.needs[x.need[flow]],
      match: match, range: span ? spanText(span) : '', variant: isVariant
    };
  }

  // load prepares the data of the two scripts; the registry may be missing.
  function load(data, registry) {
    return new Index(data, new Registry(registry));
  }

  if (typeof module !== 'undefined' && module.exports) module.exports = { load: load, query: query };
  else window.portolanAnswers = { load: load, query: query };
})();
