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
    if (/^[\x00-\x7f]*$/.test(text)) return normaliseAscii(text.toLowerCase()); // most, and a few times as fast
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

  // normaliseAscii copies what lies between runs of blanks and lines' ends.
  function normaliseAscii(text) {
    let out = '';
    let from = 0;
    let last = 10; // what is kept of what stands before
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if (c > 32 && c !== 127) {
        last = c;
        continue;
      }
      const kept = c === 10 || c === 13 ? 10 : 32;
      const drop = last === 10 || (last === 32 && kept === 32);
      if (!drop) last = kept;
      if (kept === c && !drop) continue;
      out += text.slice(from, i) + (drop ? '' : kept === 10 ? '\n' : ' ');
      from = i + 1;
    }
    return from ? out + text.slice(from) : text;
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
    while (a < token.length && marks.includes(token[a])) a++;
    return trimEnd(a ? token.slice(a) : token, marks);
  }

  function trimEnd(token, marks) {
    let b = token.length;
    while (b > 0 && marks.includes(token[b - 1])) b--;
    return token.slice(0, b);
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
  const onlyWords = /^[^0-9/:+&,]+$/; // none of what each of the forms needs
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
  const lineProtos = new Map(portTransports.flatMap(function (name) { // as netstat writes them
    return ['', '4', '6', '46'].map(function (families) { return [name + families, name]; });
  }));
  const states = new Set(('listen listening unconn estab established time-wait time_wait close-wait close_wait syn-sent ' +
    'syn_sent syn-recv syn_recv fin-wait-1 fin_wait1 fin_wait_1 fin-wait-2 fin_wait2 fin_wait_2 last-ack last_ack closing closed bound').split(' '));
  const minState = 5; // the shortest of these
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
      const trimmed = tokens.map(trim);
      const firstPort = trimmed.findIndex(function (t) { return onlyList.test(t); });
      const firstTransport = trimmed.findIndex(isBare);
      const after = firstPort < 0 || (firstTransport >= 0 && firstTransport < firstPort);
      const step = after ? 1 : -1;
      const bound = [];
      let name = '';
      for (let n = 0, i = after ? 0 : tokens.length - 1; n < tokens.length; n++, i += step) {
        const t = trimmed[i];
        if (isBare(t)) name = n > 0 && isBare(trimmed[i - step]) && name !== t ? '' : t;
        bound[i] = name;
      }
      const alone = [];
      const read = new Set(); // a token that comes again says nothing new
      for (let i = 0; i < tokens.length; i++) {
        const key = tokens[i] + ' ' + bound[i];
        if (isBare(trimmed[i])) alone.push(trimmed[i]);
        else if (!read.has(key)) this.token(tokens[i], bound[i]);
        read.add(key);
      }
      if (this.asked.length === 0) alone.forEach(this.word, this);
    }

    token(t, bound) {
      if (/^\d+$/.test(t)) { // most of what is asked
        this.list(t, bound);
        return;
      }
      if (onlyWords.test(t)) {
        this.parts(trim(t));
        return;
      }
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

  // isBare tells whether a token, trimmed, is a transport alone.
  function isBare(token) {
    return portTransports.includes(token);
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
    const tokens = line.split(' ');
    if (line.length > maxToken && tokens.some(isLong)) return null;
    let m;
    // What a form cannot do without is looked for first: matching costs more.
    const has = function (part) { return line.includes(part); };
    if (betweenMarks(line, ',') && (m = filterLog.exec(line))) return portAsk(m[1], m[2]);
    if ((has('dpt') || has('port')) && (m = portField.exec(line))) return portAsk(protocol(line, tokens), m[1]);
    if (has('dport') && (m = ruleField.exec(line))) {
      const r = new Reading(registry);
      r.list(m[1], protocol(line, tokens));
      return r.asked.length ? r.asked : null;
    }
    if (has('/') && startsWithDigit(line) && (m = nmapLine.exec(line))) return portAsk(m[2], m[1]);
    const all = betweenMarks(line, '/') ? matches(nmapPorts, line, maxAsks) : [];
    if (all.length) return [].concat.apply([], all.map(function (n) { return portAsk(n[2], n[1]); }));
    if ((has('%') || has('ipaccesslog')) && ciscoLine.test(line)) return cisco(line, tokens);
    if (tokens.some(isBeforeAddress) && (m = windowsLog.exec(line))) return portAsk(m[1], m[2]);
    return listing(line, tokens, registry);
  }

  function isBeforeAddress(token, i, tokens) {
    return isBare(token) && i + 1 < tokens.length && mayBeSocket(tokens[i + 1]);
  }

  // betweenMarks tells whether a transport stands between two such marks.
  function betweenMarks(line, mark) {
    return line.includes(mark) && portTransports.some(function (name) { return line.includes(mark + name + mark); });
  }

  function startsWithDigit(text) {
    return text >= '0' && text < ':';
  }

  function mayBeSocket(text) {
    return text.includes(':') || text.includes('.');
  }

  // What a line calls the program or the service of its port.
  const ssUsers = /users:\(\("([^" ]{1,40})"/;
  const lsofLine = /^([^ ]{1,40}) \d+ [^ ]+ \d+[a-z]* (?:ipv4|ipv6) /;
  const netstatOwner = / (?:listen )?\d+\/([a-z][^ :/]{0,39})(?: |:|$)/;
  const nmapService = /^\d+\/(?:tcp|udp|sctp) +open +([a-z][^ ?]{0,39})/;
  const netstatStarts = /^(?:tcp|udp)6? /;

  function nameIn(line) {
    const has = function (part) { return line.includes(part); };
    const m = (has('users:((') && ssUsers.exec(line)) || (has('ipv') && lsofLine.exec(line)) ||
      (has('/') && (startsWithDigit(line) ? nmapService.exec(line) : netstatStarts.test(line) && netstatOwner.exec(line)));
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
    const names = portTransports.filter(function (name) { return line.includes(name); });
    if (!names.length) return '';
    for (const t of tokens) {
      if (!names.some(function (name) { return t.includes(name); })) continue;
      const name = lineProtos.get(trim(t));
      if (name) return name;
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
    if (!mayBeSocket(line)) return null;
    let state = '';
    let arrow = -1;
    let ports = [];
    for (let t of line.includes('->') ? fields(line.replace(/->/g, ' > ')) : tokens) {
      if (t === '>') {
        arrow = ports.length;
        continue;
      }
      if (state === '' && t.length >= minState && states.has(trim(t))) state = trim(t);
      if (!mayBeSocket(t)) continue;
      t = trimEnd(t, ',;:');
      if (t.endsWith(')')) continue; // as of ss: users:((…))
      const m = colonSocket.exec(t) || dotSocket.exec(t);
      if (m) ports.push(m[1]);
    }
    if (!ports.length || (ports.length === 1 && state === '')) return null;
    let name = protocol(line, tokens);
    if (name === '' && state !== '') name = state === 'unconn' ? 'udp' : 'tcp';
    ports = ports.map(function (p) { return p >= 'a' ? String(registry.port(p) || p) : p; });
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
      out.push({ transport: name, first: first, last: last, form: form, set: set, text: '' });
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

  // spanText is a span as it is written, kept for the next time.
  function spanText(s) {
    if (s.text) return s.text;
    if (s.form === 'a' || !hasNumbers(s.transport) || (s.first === 0 && s.last === 255)) s.text = s.transport;
    else s.text = s.transport + '/' + (s.form || rangeText(s.first, s.last));
    return s.text;
  }

  // ones is how many bits of a number are set.
  function ones(bits) {
    bits -= bits >>> 1 & 0x55555555;
    bits = (bits & 0x33333333) + (bits >>> 2 & 0x33333333);
    return Math.imul(bits + (bits >>> 4) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }

  function hasBit(bits, i) {
    return (bits[i >> 5] >>> (i & 31) & 1) === 1;
  }

  // nextOf is the first bit that is set from one on and below another, that other
  // if there is none.
  function nextOf(bits, i, end) {
    while (i < end) {
      const rest = bits[i >> 5] >>> (i & 31);
      if (rest !== 0) return Math.min(i + 31 - Math.clz32(rest & -rest), end);
      i = (i | 31) + 1;
    }
    return end;
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
  // entity; each has the list of its flows, with their places among those that
  // are ordered by set.
  class Vocabulary {
    constructor() {
      this.byWord = new Map();
      this.size = 0; // entities
      this.firstMinor = 0;
      this.lastMinor = -1;
      this.byKey = null; // terms, made when first needed
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
    close(flows, placeOf) {
      const terms = this.terms = Array.from(this.byWord.keys()).sort();
      const byTerm = terms.map((word) => this.byWord.get(word));
      this.reserved = byTerm.map(function (t) { return t.reserved; });
      this.ofTerm = lists(terms.length, function (put) {
        byTerm.forEach(function (t, i) { t.entities.forEach(function (e) { put(i, e); }); });
      });
      this.flows = flows;
      flows.places = flows.all.map(function (f) { return placeOf[f]; });
      this.bitmap = (placeOf.length >> 5) + 1; // numbers of one of all flows
      this.dense = new Map();
      this.before = new Float64Array(terms.length + 1);
      byTerm.forEach(function (t, i) {
        let n = this.before[i];
        for (const e of t.entities) n += flows.at[e + 1] - flows.at[e];
        this.before[i + 1] = n;
      }, this);
      this.byWord = null;
    }

    // mark adds an entity's flows to a bitmap, as far as that reaches. Of one that has
    // more than an eighth of the numbers of a bitmap, the bitmap is kept: such
    // entities are few.
    mark(bits, entity) {
      const from = this.flows.at[entity];
      const end = this.flows.at[entity + 1];
      if (end - from <= this.bitmap >> 3) {
        this.markEach(bits, from, end);
        return;
      }
      let dense = this.dense.get(entity);
      if (!dense) {
        this.dense.set(entity, dense = new Int32Array(this.bitmap));
        this.markEach(dense, from, end);
      }
      for (let i = 0; i < bits.length; i++) bits[i] |= dense[i];
    }

    markEach(bits, from, end) {
      const places = this.flows.places;
      for (let i = from; i < end; i++) {
        const place = places[i];
        if (place >> 5 < bits.length) bits[place >> 5] |= 1 << place;
      }
    }

    // minor is 1 for a phrase, which counts for less than other names, else 0.
    minor(entity) {
      return entity >= this.firstMinor && entity <= this.lastMinor ? 1 : 0;
    }

    // minorOf is 1 if a run of terms names phrases alone.
    minorOf(run) {
      const { at, all } = this.ofTerm;
      for (let i = at[run.first]; i < at[run.end]; i++) if (!this.minor(all[i])) return 0;
      return 1;
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

    // near lists the terms at one edit. Such a term is the same as the word once a
    // letter is left out of one or of both: those that share a key are looked at.
    near(word) {
      const letters = lettersOf(word);
      if (!mayBeTypo(letters) || /^[0-9]*$/.test(word)) return [];
      if (!this.byKey) this.indexKeys();
      const { at, all } = this.byKey;
      const out = new Set();
      for (const key of keysOf(letters)) {
        const bucket = bucketOf(key, at.length - 1);
        for (let i = at[bucket]; i < at[bucket + 1]; i++) {
          if (oneEdit(letters, lettersOf(this.terms[all[i]]))) out.add(all[i]);
        }
      }
      return Array.from(out).sort(function (a, b) { return a - b; });
    }

    indexKeys() {
      const keys = this.terms.map(function (word) {
        const letters = lettersOf(word);
        return mayBeTypo(letters) ? keysOf(letters) : [];
      });
      const buckets = keys.reduce(function (n, list) { return n + list.length; }, 1);
      this.byKey = lists(buckets, function (put) {
        keys.forEach(function (list, t) {
          for (const key of list) put(bucketOf(key, buckets), t);
        });
      });
    }
  }

  function mayBeTypo(letters) {
    return letters.length >= minTypo && letters.length <= maxTypo;
  }

  // keysOf is a number for a word and one for the word without each of its
  // letters: the sum of the letters times powers of an odd number, in 32 bits.
  function keysOf(letters) {
    const codes = [];
    for (let i = 0; i < letters.length; i++) codes.push(letters[i].codePointAt(0));
    const times = 0x01000193;
    let key = 0;
    for (let i = codes.length - 1; i > 0; i--) key = Math.imul(key, times) + codes[i] | 0;
    const keys = [Math.imul(key, times) + codes[0] | 0, key];
    for (let i = 1, power = 1; i < codes.length; i++, power = Math.imul(power, times)) {
      key = key + Math.imul(codes[i - 1] - codes[i], power) | 0;
      keys.push(key);
    }
    return keys;
  }

  // bucketOf spreads keys over so many buckets.
  function bucketOf(key, buckets) {
    return (Math.imul(key ^ key >>> 15, 0x9e3779b1) >>> 0) % buckets;
  }

  // lettersOf is a word itself, if each of its letters is one unit, else their list.
  function lettersOf(word) {
    return /[\ud800-\udfff]/.test(word) ? Array.from(word) : word;
  }

  // oneEdit tells whether one insertion, deletion, substitution or swap of
  // neighbours makes one word of the other.
  function oneEdit(a, b) {
    if (a.length > b.length) [a, b] = [b, a];
    let first = 0; // letters that both begin with, and end with
    let last = 0;
    while (first < a.length && a[first] === b[first]) first++;
    if (first === b.length) return false;
    while (last < a.length - first && a[a.length - 1 - last] === b[b.length - 1 - last]) last++;
    if (b.length > a.length) return b.length === a.length + 1 && first + last === a.length;
    return first + last === a.length - 1 ||
      (first + last === a.length - 2 && a[first] === b[first + 1] && a[first + 1] === b[first]);
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
  const flowBits = 27; // of an order, the rest is the need
  const flowWidth = 4; // set, product, route, kind
  const rowWidth = 10; // product, its name, flow, page, service, its name, direction, from, to, ports
  const totalWidth = portTransports.length * 2; // open and closed flows of each
  const partWidth = 3; // number, set, size
  const startWidth = 2; // of spans of one number, of wide ones
  const wideWidth = 4; // size, first port, code and whether the flow is closed, part

  // An Index is the data prepared for queries: numbers in columns, so that a
  // query touches little and makes nothing but its answer.
  class Index {
    constructor(data, registry) {
      if (!data || data.version !== dataVersion) throw new Error('the lookup\'s data is of another version');
      this.data = data;
      this.registry = registry;
      let first = 0;
      const firsts = data.firsts.map(function (step) { return first += step; });
      this.sets = data.shape.map(function (shape, i) { return data.shapes[shape].replace('#', firsts[i]); });
      this.readFlows();
      this.readRows();
      this.readSpans();
      this.readWords();
      // What a query notes of flows and sets: the number of the query, so that
      // nothing need be cleared.
      this.turn = 0;
      this.notes = new Int32Array(this.sets.length * 4); // of a set all in one line of memory
      this.metSets = new Int32Array(this.sets.length);
      this.keys = new Float64Array(this.sets.length);
      // Bitmaps of flows in that order: those that are left, those that words mean.
      this.left = new Int32Array((this.size >> 5) + 1);
      this.fit = new Int32Array(this.left.length);
      // By the place of a word in the query: what it adds to the score of each
      // entity's flows, and bitmaps of its flows.
      this.adds = [];
      this.ofWord = [];
      this.neighbours = []; // by transport, made when asked for
    }

    readFlows() {
      const d = this.data;
      const n = this.size = d.set.length;
      const needs = d.needs.length;
      this.flows = new Int32Array(n * flowWidth);
      this.need = new Uint8Array(n);
      // Classes: 0 listens, 1 connects out, 2 between, 3 forbidden.
      this.ownClass = new Uint8Array(n);
      this.routes = []; // direction, number of initiators, ends as phrases
      const forbidden = d.needs.indexOf('forbidden');
      const classes = d.directions.map(function (name) { return name === 'inbound' ? 0 : name === 'outbound' ? 1 : 2; });
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
          const route = first + (d.way[i] - need) / needs;
          const direction = this.routes[route][0];
          this.flows.set([set, product, route, d.kind[i]], i * flowWidth);
          this.need[i] = need;
          this.ownClass[i] = need === forbidden ? 3 : classes[direction];
          place[i] = (set * 4 + this.ownClass[i]) * needs + need;
        }
      }
      // Flows of each set, class by class, the needed ones first.
      const byNeed = lists(this.sets.length * 4 * needs, function (put) {
        for (let i = 0; i < n; i++) put(place[i], i);
      });
      this.orderAt = byNeed.all.map(this.orderOf, this);
      this.placeOf = new Int32Array(n); // where a flow stands among the ordered
      byNeed.all.forEach(function (flow, place) { this.placeOf[flow] = place; }, this);
      this.at = Int32Array.from({ length: this.sets.length * 4 + 1 }, function (_, i) { return byNeed.at[i * needs]; });
      this.variantOf = new Map();
      for (let i = 0, flow = 0; i + 1 < d.variants.length; i += 2) {
        flow += d.variants[i];
        const set = d.variants[i + 1];
        if (!this.variantOf.has(set)) this.variantOf.set(set, []);
        this.variantOf.get(set).push(flow);
      }
    }

    // readRows notes by place what a row of an answer says of a flow, all of it in
    // one place of memory too.
    readRows() {
      const d = this.data;
      const { flows, routes, sets } = this;
      const rows = this.rows = new Array(this.size * rowWidth);
      const pages = d.slugs.map(function (slug) { return '/products/' + slug + '/#'; });
      const name = function (phrase) { return d.phrases[phrase]; };
      const ends = routes.map(function (route) {
        return [route.slice(2, 2 + route[1]).map(name), route.slice(2 + route[1]).map(name)];
      });
      for (let place = 0, k = 0; place < this.size; place++, k += rowWidth) {
        const f = this.flowAt(place) * flowWidth;
        const product = flows[f + 1];
        const route = flows[f + 2];
        const [id, service] = d.kinds[flows[f + 3]];
        rows[k] = d.slugs[product];
        rows[k + 1] = d.names[product];
        rows[k + 2] = d.ids[id];
        rows[k + 3] = pages[product];
        rows[k + 4] = d.services[service][0];
        rows[k + 5] = d.services[service][1];
        rows[k + 6] = d.directions[routes[route][0]];
        rows[k + 7] = ends[route][0];
        rows[k + 8] = ends[route][1];
        rows[k + 9] = sets[flows[f]];
      }
    }

    setOfFlow(flow) {
      return this.flows[flow * flowWidth];
    }

    // orderOf is the last that a flow ranks by: its need, then its number.
    orderOf(flow) {
      return (this.need[flow] << flowBits) + flow;
    }

    // flowAt is the flow at a place.
    flowAt(place) {
      return flowOf(this.orderAt[place]);
    }

    // count is how many flows a set has.
    count(set) {
      return this.at[set * 4 + 4] - this.at[set * 4];
    }

    readSpans() {
      const open = [];
      const single = [];
      const wide = [];
      this.transports = portTransports.slice(); // a span's code is its place here
      this.spansOf = this.sets.map(spansOf);
      for (const spans of this.spansOf) {
        for (const s of spans) {
          s.code = this.transports.indexOf(s.transport);
          if (s.code < 0) s.code = this.transports.push(s.transport) - 1;
          (s.form ? open : s.first === s.last ? single : wide).push(s);
        }
      }
      single.sort(function (a, b) { return a.first - b.first; });
      wide.sort(function (a, b) { return sizeOf(a) - sizeOf(b); });
      // All spans: those of one number, then wide ones, narrow before wide.
      this.spans = single.concat(wide, open);
      this.open = open;
      this.firstOpen = single.length + wide.length;
      this.full = wide.filter(isFull);
      // Sets that have several spans or other than ports, or to do with what
      // another source says, are watched: flows of the others may be counted
      // unseen.
      const watched = new Uint8Array(this.sets.length);
      this.spansOf.forEach(function (spans, set) {
        watched[set] = spans.length !== 1 || spans[0].code >= portTransports.length ? 1 : 0;
      });
      this.variantOf.forEach(function (flows, set) {
        watched[set] = 1;
        for (const f of flows) watched[this.setOfFlow(f)] = 1;
      }, this);
      const byFirst = Int32Array.from(wide.keys()).filter(function (i) { return !isFull(wide[i]); });
      byFirst.sort(function (a, b) { return wide[a].first - wide[b].first || a - b; });
      this.singles = this.readParts(Int32Array.from(single.keys()), watched);
      this.wide = this.readParts(byFirst.map(function (i) { return single.length + i; }), watched);
      this.readReach(wide, watched);
      this.readFlowsOfWide(watched);
      this.readStarts();
    }

    // readParts notes what a range needs of spans inside it, given by their numbers
    // in the order of their first ports: number, set and size of each, and which
    // are watched; of the others how the first open and the first closed flow rank,
    // Infinity if there is none; and how many flows all before one have, by
    // transport the open and then the closed.
    readParts(numbers, watched) {
      const at = this.at;
      const spans = Array.from(numbers, (n) => this.spans[n]);
      const isWatched = function (s) { return watched[s.set] === 1; };
      const rankOfFirst = (s, own, end) => {
        let least = Infinity;
        for (; own < end && !isWatched(s); own++) {
          const i = at[s.set * 4 + own];
          if (i < at[s.set * 4 + own + 1]) least = Math.min(least, this.orderAt[i]);
        }
        return sizeOf(s) * 0x40000000 + least; // an order has 30 bits
      };
      const total = new Int32Array((spans.length + 1) * totalWidth);
      spans.forEach(function (s, i) {
        const k = i * totalWidth;
        total.copyWithin(k + totalWidth, k, k + totalWidth);
        if (isWatched(s)) return;
        const shut = at[s.set * 4 + 3];
        total[k + totalWidth + s.code * 2] += shut - at[s.set * 4];
        total[k + totalWidth + s.code * 2 + 1] += at[s.set * 4 + 4] - shut;
      });
      return {
        firsts: Int32Array.from(spans, function (s) { return s.first; }),
        codes: Uint8Array.from(spans, function (s) { return s.code; }),
        rows: Int32Array.from(spans.flatMap(function (s, i) { return [numbers[i], s.set, sizeOf(s)]; })),
        watched: Int32Array.from(spans.keys()).filter(function (i) { return isWatched(spans[i]); }),
        open: Float64Array.from(spans, function (s) { return rankOfFirst(s, 0, 3); }),
        closed: Float64Array.from(spans, function (s) { return rankOfFirst(s, 3, 4); }),
        total: total
      };
    }

    // readStarts notes for each port where the parts begin that start there or
    // later, of one number and wide ones; and before which place all flows are that
    // it or a lower one can meet.
    readStarts() {
      this.starts = new Int32Array(65537 * startWidth);
      [this.singles.firsts, this.wide.firsts].forEach(function (firsts, k) {
        for (let port = 0, i = 0; port <= 65536; port++) {
          while (i < firsts.length && firsts[i] < port) i++;
          this.starts[port * startWidth + k] = i;
        }
      }, this);
      this.endOf = new Int32Array(65536);
      this.spansOf.forEach(function (spans, set) {
        for (const s of spans) this.endOf[s.first] = Math.max(this.endOf[s.first], this.at[set * 4 + 4]);
      }, this);
      for (let port = 1; port < 65536; port++) this.endOf[port] = Math.max(this.endOf[port], this.endOf[port - 1]);
    }

    // rowsOf is all that most queries need of spans, one after the other: first,
    // last, code, size, set, how many of its flows are closed and how many are
    // others.
    rowsOf(spans) {
      const at = this.at;
      const rows = new Int32Array(spans.length * reachWidth);
      spans.forEach(function (n, k) {
        const s = this.spans[n];
        const shut = at[s.set * 4 + 3];
        rows.set([s.first, s.last, s.code, sizeOf(s), s.set, at[s.set * 4 + 4] - shut, shut - at[s.set * 4]], k * reachWidth);
      }, this);
      return rows;
    }

    // readReach lists the wide spans by the part of the numbers that they reach
    // into, the watched first.
    readReach(wide, watched) {
      const at = this.at;
      const before = this.singles.firsts.length;
      const eachWide = function (isWatched, put) {
        wide.forEach(function (s, i) {
          if (isFull(s) || !watched[s.set] === isWatched) return;
          for (let p = s.first >> reachBits; p <= s.last >> reachBits; p++) put(p, before + i);
        });
      };
      const parts = 65536 >> reachBits;
      const reach = this.reach = lists(parts, function (put) {
        eachWide(true, put);
        eachWide(false, put);
      });
      reach.unwatched = reach.at.slice(0, parts);
      eachWide(true, function (p) { reach.unwatched[p]++; });
      reach.rows = this.rowsOf(reach.all);
      // How many flows the unwatched have at each port, by transport the open and
      // then the closed.
      const total = reach.total = new Int32Array(65537 * totalWidth);
      for (const s of wide) {
        if (isFull(s) || watched[s.set]) continue;
        const shut = at[s.set * 4 + 3];
        [shut - at[s.set * 4], at[s.set * 4 + 4] - shut].forEach(function (n, i) {
          total[s.first * totalWidth + s.code * 2 + i] += n;
          total[(s.last + 1) * totalWidth + s.code * 2 + i] -= n;
        });
      }
      for (let i = totalWidth; i < total.length; i++) total[i] += total[i - totalWidth];
    }

    // readFlowsOfWide notes the flows of the wide parts that are not watched: how
    // many, as a bitmap, and of each place all that a port with words asks of it.
    readFlowsOfWide(watched) {
      const flows = this.flowsOfWide = { count: 0, bits: new Int32Array((this.size >> 5) + 1), rows: new Int32Array(this.size * wideWidth) };
      const { rows, codes, firsts } = this.wide;
      for (let i = 0; i < firsts.length; i++) {
        const set = rows[i * partWidth + 1];
        const size = rows[i * partWidth + 2];
        if (watched[set]) continue;
        flows.count += this.count(set);
        for (let p = this.at[set * 4]; p < this.at[set * 4 + 4]; p++) {
          flows.bits[p >> 5] |= 1 << (p & 31);
          flows.rows.set([size, firsts[i], codes[i] * 2 + (p < this.at[set * 4 + 3] ? 0 : 1), i], p * wideWidth);
        }
      }
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
          const row = i * flowWidth;
          const route = this.routes[this.flows[row + 2]];
          own.length = 0;
          own.push(products + this.flows[row + 1], services + d.kinds[this.flows[row + 3]][1], directions + route[0], needs + this.need[i]);
          for (const t of transports[this.setOfFlow(i)]) own.push(first + t);
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
      }), this.placeOf);
    }
  }

  // ------------------------------------------------------------- the query

  const portMatches = ['exact', 'inside', 'overlap'];
  const wordMatches = ['word', 'prefix', 'typo'];
  const weights = [0, 1 << 6, 1 << 12];
  const nowhere = 0x7fffffff;

  // query answers a text with at most most rows a section. Its answer is that of
  // generator/lookup in JSON, where most is not given.
  function query(x, text, most) {
    most = most || maxHits;
    const r = understand(String(text), x.registry);
    const answer = { pasted: r.pasted, asked: r.asked, seen: r.seen, words: [], invalid: r.invalid, truncated: r.truncated, groups: [] };
    const wanted = r.words.length ? new Wanted(x, r.words, r.asked) : null;
    if (wanted) answer.words = wanted.words.map(function (w) { return w.told; });
    for (const a of r.asked) answer.groups.push(portGroup(x, a, wanted, most));
    if (!r.asked.length && wanted) answer.groups.push(wordGroup(x, wanted, most));
    return answer;
  }

  // Wanted is the words that a flow must match, all of them.
  class Wanted {
    constructor(x, texts, asked) {
      this.x = x;
      this.words = texts.map(function (text) {
        const runs = x.words.find(text);
        const told = { text: text, match: runs.length ? wordMatches[runs[0].distance] : '', meant: [] };
        const w = { told: told, runs: runs, flows: 0, least: nowhere, adds: null, levels: null };
        for (const run of runs) {
          w.flows += x.words.before[run.end] - x.words.before[run.first];
          w.least = Math.min(w.least, weights[run.distance] + x.words.minorOf(run));
          if (run.distance === 2) told.meant.push(x.words.terms[run.first]);
        }
        return w;
      });
      this.rarest = this.words.reduce(function (a, b) { return b.flows < a.flows ? b : a; });
      // No flow has a lower score, and none a lower one by the words but the rarest.
      this.least = this.words.reduce(function (n, w) { return n + w.least; }, 1);
      this.leastOfOthers = this.least - this.rarest.least;
      // Bitmaps need hold no more than the flows that the asked ports can meet.
      const last = asked.reduce(function (n, a) { return Math.max(n, a.last); }, 0);
      this.fit = asked.length ? x.fit.subarray(0, (x.endOf[last] >> 5) + 1) : x.fit;
      this.lowest = null; // a bitmap of the flows with the lowest score, if others match too
      this.asked = -1;
      this.isExact = false;
    }

    // narrow makes a bitmap of the flows that some words all match. It passes over
    // words of which asking so many flows one by one is less work, and tells
    // whether there were none.
    narrow(bits, words, asked) {
      const v = this.x.words;
      let taken = 0;
      for (const word of words) {
        let work = 0;
        for (const run of word.runs) work += (v.ofTerm.at[run.end] - v.ofTerm.at[run.first]) * bits.length;
        if (Math.min(work, word.flows) > asked * 16) continue;
        if (!word.levels) this.mark(word);
        const meant = word.levels.length ? word.levels[word.levels.length - 1].bits : null;
        if (taken++ && meant) for (let i = 0; i < bits.length; i++) bits[i] &= meant[i];
        else if (meant) bits.set(meant);
        else bits.fill(0);
      }
      if (!taken) bits.fill(-1);
      return taken === words.length;
    }

    // mark makes the bitmaps of a word, one for each weight: of the flows to whose
    // score it adds that or less.
    mark(word) {
      const x = this.x;
      const n = this.words.indexOf(word);
      const made = x.ofWord[n] || (x.ofWord[n] = []);
      word.levels = [];
      this.sort(word).forEach(function (entities, i) {
        if (!entities.length) return;
        const level = word.levels.length;
        const all = made[level] || (made[level] = new Int32Array(x.fit.length));
        const bits = all.subarray(0, this.fit.length);
        if (level) bits.set(word.levels[level - 1].bits);
        else bits.fill(0);
        for (const e of entities) x.words.mark(bits, e);
        word.levels.push({ weight: weights[i >> 1] + (i & 1), bits: bits });
      }, this);
    }

    // sort notes what a word adds to the score of an entity's flows, nowhere if it
    // does not mean the entity, and returns the entities that it means by distance,
    // of each the phrases last.
    sort(word) {
      const x = this.x;
      const v = x.words;
      const n = this.words.indexOf(word);
      const adds = word.adds = (x.adds[n] || (x.adds[n] = new Int32Array(v.size))).fill(nowhere);
      const sorted = [[], [], [], [], [], []];
      for (const run of word.runs) {
        for (let i = v.ofTerm.at[run.first]; i < v.ofTerm.at[run.end]; i++) {
          const e = v.ofTerm.all[i];
          if (adds[e] !== nowhere) continue; // by a better name
          const minor = v.minor(e);
          adds[e] = weights[run.distance] + minor;
          sorted[run.distance * 2 + minor].push(e);
        }
      }
      return sorted;
    }

    // prepare is called before next, with how many flows it will be asked of.
    prepare(asked) {
      if (this.asked >= asked || this.isExact) return;
      this.asked = asked;
      this.isExact = this.narrow(this.fit, this.words, asked);
      if (this.isExact && this.words.length === 1 && this.words[0].levels.length > 1) this.lowest = this.words[0].levels[0].bits;
    }

    // next is the first place from one on and below another whose flow all words
    // match, that other if there is none.
    next(place, end) {
      place = nextOf(this.fit, place, end);
      while (place < end && !this.isExact && !this.score(this.x.flowAt(place), place)) place = nextOf(this.fit, place + 1, end);
      return place;
    }

    // addTo adds those of the flows of a set from one place on and below another that
    // all words match, and returns how many these are.
    addTo(best, rank, set, first, end) {
      const { orderAt } = this.x;
      const { lowest } = this; // where there are enough of these, no other is looked at
      if (lowest) {
        for (let i = nextOf(lowest, first, end); i < end; i = nextOf(lowest, i + 1, end)) {
          if (best.isPast(rank, this.least, orderAt[i])) break;
          best.add(rank, this.least, orderAt[i], i, set);
        }
      }
      const least = lowest ? this.least + 1 : this.least;
      let n = 0;
      for (let i = first; i < end; i = this.next(i + 1, end)) {
        if (best.isPast(rank, least, 0) || best.isPast(rank, least, orderAt[i])) { // and so are all after it
          n += this.count(i, end);
          break;
        }
        n++;
        if (!lowest || !hasBit(lowest, i)) best.add(rank, this.score(flowOf(orderAt[i]), i), orderAt[i], i, set);
      }
      best.total += n;
      return n;
    }

    // count is how many places from one on and below another have a flow that all
    // words match.
    count(place, end) {
      let n = 0;
      if (!this.isExact) {
        for (let i = this.next(place, end); i < end; i = this.next(i + 1, end)) n++;
        return n;
      }
      const last = (end - 1) >> 5;
      for (let w = place >> 5; w <= last; w++) {
        let bits = this.fit[w];
        if (w === place >> 5) bits &= -1 << (place & 31);
        if (w === last) bits &= -1 >>> (31 - (end - 1 & 31));
        n += ones(bits);
      }
      return n;
    }

    // score is that of a flow, 0 if a word does not match, else one more than the
    // weights of its words together but one that is known. place is -1 where it is
    // not at hand: by bitmaps is quicker.
    score(flow, place, known) {
      let sum = 1;
      for (const word of this.words) {
        if (word === known) continue;
        const own = word.levels && place >= 0 ? this.ownAt(word, place) : this.own(word, flow);
        if (own === nowhere) return 0;
        sum += own;
      }
      return sum;
    }

    // own is what a word adds to a flow's score, nowhere if it does not match.
    own(word, flow) {
      if (!word.adds) this.sort(word);
      const { at, all } = this.x.entities;
      let least = nowhere;
      for (let i = at[flow], end = at[flow + 1]; i < end; i++) least = Math.min(least, word.adds[all[i]]);
      return least;
    }

    // ownAt is the same for the flow at a place by the word's bitmaps.
    ownAt(word, place) {
      for (const level of word.levels) {
        if (hasBit(level.bits, place)) return level.weight;
      }
      return nowhere;
    }

    // each calls visit once for each flow of the word that has the fewest, by the
    // best of its names first, with what that word adds to its score, and whether
    // every flow matches the other words: else it leaves out only some that do not.
    // visit ends it by false.
    each(visit) {
      const v = this.x.words;
      const left = this.x.left;
      const runs = this.rarest.runs;
      const isExact = this.narrow(left, this.words.filter(function (w) { return w !== this.rarest; }, this), this.rarest.flows);
      const { at, all, places } = v.flows;
      const visitRun = function (run, minor) {
        const own = weights[run.distance] + minor;
        for (let t = v.ofTerm.at[run.first]; t < v.ofTerm.at[run.end]; t++) {
          const e = v.ofTerm.all[t];
          if (v.minor(e) !== minor) continue;
          for (let i = at[e], end = at[e + 1]; i < end; i++) {
            const place = places[i];
            const bit = 1 << place;
            if (!(left[place >> 5] & bit)) continue;
            left[place >> 5] ^= bit;
            if (!visit(all[i], place, own, isExact)) return false;
          }
        }
        return true;
      };
      for (let distance = 0; distance < weights.length; distance++) {
        const near = runs.filter(function (run) { return run.distance === distance; });
        for (const minor of [0, 1]) {
          for (const run of near) if (!visitRun(run, minor)) return;
        }
      }
    }
  }

  // A Best keeps the rows that rank first; total is of all. A row ranks by how its
  // port was met, the words' score, and its need and number.
  class Best {
    constructor(most) {
      this.most = most;
      this.total = 0;
      this.rows = [];
      this.last = null; // of as many rows as are kept
    }

    // isPast tells that a row of that rank would not be kept.
    isPast(rank, score, order) {
      return this.last !== null && isBefore(this.last, rank, score, order);
    }

    add(rank, score, order, place, set) {
      if (this.isPast(rank, score, order)) return;
      const rows = this.rows;
      if (rows.length === this.most) rows.pop();
      const row = { rank: rank, score: score, order: order, place: place, set: set };
      let i = rows.length;
      if (i > 16) {
        i = search(i, function (n) { return !isBefore(rows[n], rank, score, order); });
        rows.splice(i, 0, row);
      } else {
        rows.push(row);
        for (; i > 0 && !isBefore(rows[i - 1], rank, score, order); i--) rows[i] = rows[i - 1];
        rows[i] = row;
      }
      if (rows.length === this.most) this.last = rows[this.most - 1];
    }
  }

  function flowOf(order) {
    return order & (1 << flowBits) - 1;
  }

  function needOf(order) {
    return order >> flowBits;
  }

  function isBefore(row, rank, score, order) {
    return row.rank !== rank ? row.rank < rank : row.score !== score ? row.score < score : row.order < order;
  }

  // takes: an ask without a transport is for all that have ports.
  function takes(a, name) {
    return a.transport === name || (a.transport === '' && portTransports.includes(name));
  }

  function isWildcard(a) {
    return a.first === 0 && portTransports.includes(a.transport);
  }

  // What a query notes of a set: its turn if the set met the asked ports, how it
  // ranks and by which span; and its turn if it was counted for any port.
  function isMet(x, turn, set) {
    return x.notes[set * 4] === turn;
  }

  function rankOf(x, set) {
    return x.notes[set * 4 + 1];
  }

  function spanOf(x, set) {
    return x.notes[set * 4 + 2];
  }

  // meet marks the sets that meet the asked ports: until the next call
  // isMet knows them by the turn that it returns, x.metSets lists the first so
  // many of them, and rankOf and spanOf tell how they meet. A catalog has many
  // wide ranges, and a wide range many ports: of sets that cannot have one of
  // the first enough flows, flows are counted only, open or as a part, and closed;
  // of those that have none that the words mean, as elsewhere.
  function meet(x, a, wanted, enough) {
    const met = { turn: ++x.turn, sets: 0, open: 0, part: 0, closed: 0, elsewhere: 0 };
    if (isWildcard(a)) {
      for (let n = x.firstOpen; n < x.spans.length; n++) {
        if (a.text === spanText(x.spans[n])) mark(x, met, n, 0);
      }
    } else if (a.first === a.last) {
      meetPort(x, a, wanted, enough, met);
    } else {
      meetRange(x, a, wanted, enough, met);
    }
    return met;
  }

  // rankBy is how a span meets, exact before inside before a part, narrow before
  // wide; howBy is the first of these.
  function rankBy(how, size) {
    return how * 0x20000 + size;
  }

  function howBy(rank) {
    return rank >> 17 & 3;
  }

  // What only another source says ranks behind all.
  const bySource = 1 << 20;

  function mark(x, met, n, how) {
    const s = x.spans[n];
    markSet(x, met, s.set, rankBy(how, sizeOf(s)), n);
  }

  function markPart(x, met, parts, i, how) {
    const rows = parts.rows;
    const r = i * partWidth;
    markSet(x, met, rows[r + 1], rankBy(how, rows[r + 2]), rows[r]);
  }

  // markSet notes that a span meets the asked ports, unless its set has met in a
  // better way.
  function markSet(x, met, set, rank, n) {
    const notes = x.notes;
    const i = set * 4;
    if (notes[i] !== met.turn) {
      notes[i] = met.turn;
      x.metSets[met.sets++] = set;
    } else if (rank > notes[i + 1] || (rank === notes[i + 1] && n > notes[i + 2])) {
      return;
    }
    notes[i + 1] = rank;
    notes[i + 2] = n;
  }

  // codesOf is the first and the last code of the transports that an ask is for.
  function codesOf(x, a) {
    const code = x.transports.indexOf(a.transport);
    return a.transport === '' ? [0, portTransports.length - 1] : code < 0 ? [1, 0] : [code, code];
  }

  // totalOf is how many flows a row of totals has, open (0) or closed (1), of the
  // transports from one to another; what has no ports has none.
  function totalOf(total, row, from, to, isClosed) {
    let n = 0;
    for (let code = from; code <= to && code < portTransports.length; code++) n += total[row * totalWidth + code * 2 + isClosed];
    return n;
  }

  function meetPort(x, a, wanted, enough, met) {
    const port = a.first;
    const [from, to] = codesOf(x, a);
    const { singles, starts } = x;
    for (let i = starts[port * startWidth], end = starts[(port + 1) * startWidth]; i < end; i++) {
      if (singles.codes[i] >= from && singles.codes[i] <= to) markPart(x, met, singles, i, 0);
    }
    const part = port >> reachBits;
    const begin = x.reach.at[part];
    const unwatched = x.reach.unwatched[part];
    const end = x.reach.at[part + 1];
    const rows = x.reach.rows;
    const covers = function (r) {
      return rows[r] <= port && rows[r + 1] >= port && rows[r + 2] >= from && rows[r + 2] <= to;
    };
    const add = function (k) {
      markSet(x, met, rows[k * reachWidth + 4], rankBy(1, rows[k * reachWidth + 3]), x.reach.all[k]);
    };
    for (let k = begin; k < unwatched; k++) {
      if (covers(k * reachWidth)) add(k);
    }
    met.open = totalOf(x.reach.total, port, from, to, 0);
    met.closed = totalOf(x.reach.total, port, from, to, 1);
    if (wanted) {
      met.elsewhere = met.open + met.closed;
      met.open = met.closed = 0;
      wanted.prepare(countMet(x, met) + x.flowsOfWide.count);
      meetByWords(x, port, from, to, wanted, enough, met);
      sortMet(x, met);
      return;
    }
    const most = [Math.min(enough, met.closed), Math.min(enough, met.open)];
    let shut = 0;
    let open = 0;
    let size = 0;
    for (let k = unwatched; k < end; k++) {
      const r = k * reachWidth;
      if (!covers(r)) continue;
      if (rows[r + 3] > size) {
        const isShut = shut >= most[0];
        const isOpen = open >= most[1];
        if (isShut && isOpen) break;
        if ((isShut || !rows[r + 5]) && (isOpen || !rows[r + 6])) continue;
      }
      add(k);
      size = rows[r + 3];
      shut += rows[r + 5];
      open += rows[r + 6];
    }
    met.closed -= shut;
    met.open -= open;
  }

  // meetByWords marks the unwatched wide ones of a port that have a flow of those
  // that fit. Where all of these match, flows that are not among the first by
  // their sizes are counted only.
  function meetByWords(x, port, from, to, wanted, enough, met) {
    const { flowsOfWide: { bits, rows }, wide } = x;
    const end = x.endOf[port];
    const found = [];
    const narrow = [[], []]; // the narrowest of the open, of the closed
    for (let w = 0; w * 32 < end; w++) {
      for (let rest = wanted.fit[w] & bits[w]; rest; rest &= rest - 1) {
        const r = (w * 32 + 31 - Math.clz32(rest & -rest)) * wideWidth;
        const code = rows[r + 2] >> 1;
        if (rows[r + 1] > port || rows[r + 1] + rows[r] <= port || code < from || code > to) continue;
        found.push(r);
        keepLeast(narrow[rows[r + 2] & 1], enough, r, rows);
      }
    }
    const sizeOfLast = function (list) { return list.length ? rows[list[list.length - 1]] : 0; };
    const widest = wanted.isExact ? Math.max(sizeOfLast(narrow[0]), sizeOfLast(narrow[1])) : Infinity;
    for (const r of found) {
      const i = rows[r + 3];
      const set = wide.rows[i * partWidth + 1];
      if (rows[r] > widest) {
        met.elsewhere--;
        if (rows[r + 2] & 1) met.closed++;
        else met.open++;
      } else if (!isMet(x, met.turn, set)) {
        markPart(x, met, wide, i, 1);
        met.elsewhere -= x.count(set);
      }
    }
  }

  // keepLeast adds a place to a list of so many that have the least keys, in their
  // order.
  function keepLeast(list, most, i, keys) {
    let k = list.length < most ? list.push(i) - 1 : most - 1;
    if (keys[list[k]] < keys[i]) return;
    for (; k > 0 && keys[list[k - 1]] > keys[i]; k--) list[k] = list[k - 1];
    list[k] = i;
  }

  // sortMet puts the best first: then few of the others' flows need be looked at.
  function sortMet(x, met) {
    const keys = x.keys.subarray(0, met.sets);
    for (let i = 0; i < met.sets; i++) keys[i] = rankOf(x, x.metSets[i]) * 0x1000000 + x.metSets[i];
    keys.sort();
    for (let i = 0; i < met.sets; i++) x.metSets[i] = keys[i] % 0x1000000;
  }

  function countMet(x, met) {
    let n = met.open + met.part + met.closed + met.elsewhere;
    for (let i = 0; i < met.sets; i++) n += x.count(x.metSets[i]);
    return n;
  }

  // meetParts marks the spans from one place on and below another, which all lie
  // inside an asked range. Those that are not watched rank by their sizes and
  // their flows, of which each knows the first.
  function meetParts(x, parts, begin, end, from, to, wanted, enough, met) {
    const { codes, watched, total } = parts;
    if (wanted || end - begin <= enough) {
      for (let i = begin; i < end; i++) {
        if (codes[i] >= from && codes[i] <= to) markPart(x, met, parts, i, 2);
      }
      return;
    }
    for (let i = search(watched.length, function (i) { return watched[i] >= begin; }); watched[i] < end; i++) {
      if (codes[watched[i]] >= from && codes[watched[i]] <= to) markPart(x, met, parts, watched[i], 2);
    }
    const open = totalOf(total, end, from, to, 0) - totalOf(total, begin, from, to, 0);
    const closed = totalOf(total, end, from, to, 1) - totalOf(total, begin, from, to, 1);
    met.part += open;
    met.closed += closed;
    const markFirst = function (ranks) {
      for (const i of firstBy(ranks, codes, from, to, begin, end, enough)) {
        const set = parts.rows[i * partWidth + 1];
        if (isMet(x, met.turn, set)) continue;
        markPart(x, met, parts, i, 2);
        met.part -= x.at[set * 4 + 3] - x.at[set * 4];
        met.closed -= x.at[set * 4 + 4] - x.at[set * 4 + 3];
      }
    };
    if (open) markFirst(parts.open);
    if (closed) markFirst(parts.closed);
  }

  // firstBy lists the places that have the lowest ranks, at most so many.
  function firstBy(ranks, codes, from, to, begin, end, most) {
    const list = [];
    let last = Number.MAX_VALUE; // below that of those that have none
    for (let i = begin; i < end; i++) {
      if (ranks[i] > last || codes[i] < from || codes[i] > to) continue;
      keepLeast(list, most, i, ranks);
      if (list.length === most) last = ranks[list[most - 1]];
    }
    return list;
  }

  function meetRange(x, a, wanted, enough, met) {
    const [from, to] = codesOf(x, a);
    const { singles, starts, wide } = x;
    const begin = a.first * startWidth;
    const end = (a.last + 1) * startWidth;
    meetParts(x, singles, starts[begin], starts[end], from, to, wanted, enough, met);
    meetParts(x, wide, starts[begin + startWidth + 1], starts[end + 1], from, to, wanted, enough, met);
    // Of the wide ones that begin before it or with it each is looked at.
    const part = a.first >> reachBits;
    const rows = x.reach.rows;
    for (let k = x.reach.at[part]; k < x.reach.at[part + 1]; k++) {
      const r = k * reachWidth;
      const first = rows[r];
      const last = rows[r + 1];
      if (first > a.first || last < a.first || rows[r + 2] < from || rows[r + 2] > to) continue;
      const how = last < a.last ? 2 : first === a.first && last === a.last ? 0 : 1;
      markSet(x, met, rows[r + 4], rankBy(how, rows[r + 3]), x.reach.all[k]);
    }
    if (a.last - a.first + 1 < 65535) return;
    for (let n = singles.firsts.length; n < x.firstOpen; n++) {
      if (isFull(x.spans[n]) && x.spans[n].code >= from && x.spans[n].code <= to) mark(x, met, n, 0);
    }
  }

  // variants are the flows that meet the asked ports only by what another
  // source says, with the set that it says.
  function variants(x, met) {
    const out = new Map();
    x.variantOf.forEach(function (flows, set) {
      if (!isMet(x, met.turn, set)) return;
      for (const f of flows) {
        const other = out.get(f);
        if (!isMet(x, met.turn, x.setOfFlow(f)) && (other === undefined || rankOf(x, set) < rankOf(x, other) ||
          (rankOf(x, set) === rankOf(x, other) && spanOf(x, set) < spanOf(x, other)))) out.set(f, set);
      }
    });
    return out;
  }

  // kindBy is the section of a flow of a class whose port meets so.
  function kindBy(own, how) {
    return own === 3 ? closed : how === 0 ? own : how === 1 ? inside : part;
  }

  // portGroup answers one port or range.
  function portGroup(x, a, wanted, most) {
    const met = meet(x, a, wanted, most);
    const others = variants(x, met);
    const best = kinds.map(function () { return null; });
    const bestOf = function (kind) {
      return best[kind] || (best[kind] = new Best(most));
    };
    const all = countMet(x, met) + others.size; // flows of that port
    let fit = wanted ? met.open + met.closed : all; // those that the words leave
    if (wanted) wanted.prepare(all);
    others.forEach(function (set, f) {
      const score = wanted ? wanted.score(f, -1) : 1;
      if (!score) return;
      if (wanted) fit++;
      const b = bestOf(x.ownClass[f] === 3 ? closed : variant);
      b.add(rankOf(x, set) + bySource, score, x.orderOf(f), x.placeOf[f], set);
      b.total++;
    });
    const { at, orderAt, metSets } = x;
    for (let n = 0; n < met.sets; n++) {
      const set = metSets[n];
      const rank = rankOf(x, set);
      const how = howBy(rank);
      for (let own = 0, end = at[set * 4]; own < 4; own++) {
        const first = end;
        end = at[set * 4 + own + 1];
        if (first === end) continue;
        const kind = kindBy(own, how);
        if (!wanted) {
          const b = best[kind] || bestOf(kind);
          let i = first; // after the first that is past, all are
          for (; i < end && !b.isPast(rank, 1, orderAt[i]); i++) b.add(rank, 1, orderAt[i], i, set);
          b.total += end - first;
          continue;
        }
        const i = wanted.next(first, end);
        if (i < end) fit += wanted.addTo(bestOf(kind), rank, set, i, end);
      }
    }
    if (met.open) bestOf(inside).total += met.open;
    if (met.part) bestOf(part).total += met.part;
    if (met.closed) bestOf(closed).total += met.closed;
    const group = makeGroup(x, a, best, function (row) {
      return makeHit(x, row, portMatches[howBy(row.rank)], x.spans[spanOf(x, row.set)], others.has(flowOf(row.order)));
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

  // neighboursOf is for each number the span that ends nearest up to it and the
  // one that begins nearest from it, -1 where none does.
  function neighboursOf(x, from, to) {
    const below = new Int32Array(65537).fill(-1);
    const above = new Int32Array(65537).fill(-1);
    const spans = x.spans;
    for (let n = 0; n < x.firstOpen; n++) { // of several at one place the first
      const s = spans[n];
      if (s.code < from || s.code > to || isFull(s) || !x.count(s.set)) continue;
      if (below[s.last] < 0 || s.first > spans[below[s.last]].first) below[s.last] = n;
      if (above[s.first] < 0 || s.last < spans[above[s.first]].last) above[s.first] = n;
    }
    for (let p = 1; p < below.length; p++) if (below[p] < 0) below[p] = below[p - 1];
    for (let p = above.length - 2; p >= 0; p--) if (above[p] < 0) above[p] = above[p + 1];
    return { below: below, above: above };
  }

  // nearest finds what is documented next to ports of which nothing is.
  function nearest(x, a) {
    const [from, to] = codesOf(x, a);
    if (a.first === 0 || from > to || to >= portTransports.length) return [];
    const key = from + to * portTransports.length;
    const near = x.neighbours[key] || (x.neighbours[key] = neighboursOf(x, from, to));
    return [near.below[a.first - 1], near.above[a.last + 1]].filter(function (n) { return n >= 0; })
      .map(function (n) { return spanText(x.spans[n]); });
  }

  // countOpen counts the flows that name no number and yet are about the port.
  function countOpen(x, group, a, wanted, met, others) {
    if (isWildcard(a)) return;
    const turn = ++x.turn;
    const sets = [];
    let all = 0;
    const add = function (s) {
      if (isMet(x, met, s.set) || x.notes[s.set * 4 + 3] === turn) return;
      x.notes[s.set * 4 + 3] = turn;
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
      if (others.has(f) && (!wanted || wanted.score(f, -1))) return;
      if (x.ownClass[f] === 3) group.any_forbidden++;
      else group.any_port++;
    };
    if (!all) return;
    if (wanted) wanted.prepare(all);
    for (const set of sets) {
      if (!wanted && !others.size) {
        group.any_port += x.at[set * 4 + 3] - x.at[set * 4];
        group.any_forbidden += x.at[set * 4 + 4] - x.at[set * 4 + 3];
        continue;
      }
      const end = x.at[set * 4 + 4];
      const next = function (i) { return wanted ? wanted.next(i, end) : i; };
      for (let i = next(x.at[set * 4]); i < end; i = next(i + 1)) tally(x.flowAt(i));
    }
  }

  // wordGroup answers words alone.
  function wordGroup(x, wanted, most) {
    const best = kinds.map(function () { return null; });
    let n = 0;
    wanted.each(function (f, place, own, isExact) {
      const kind = kindBy(x.ownClass[f], 0);
      const isPast = isExact && best[kind] && best[kind].isPast(0, wanted.leastOfOthers + own, x.orderOf(f));
      const rest = isPast ? 1 : wanted.score(f, place, wanted.rarest);
      if (!rest) return true;
      if (n++ === maxFound) return false;
      const b = best[kind] || (best[kind] = new Best(most));
      if (!isPast) b.add(0, rest + own, x.orderOf(f), place, 0);
      b.total++;
      return true;
    });
    const group = makeGroup(x, { text: '', transport: '', first: 0, last: 0 }, best, function (row) {
      return makeHit(x, row, wordMatches[row.score > weights[2] ? 2 : row.score > weights[1] ? 1 : 0], null, false);
    });
    group.more = n > maxFound;
    return group;
  }

  function makeGroup(x, a, best, hit) {
    const g = { ask: a, sections: [], more: false, any_port: 0, any_forbidden: 0, elsewhere: 0, nearest: [], registered: [] };
    best.forEach(function (b, i) {
      if (b) g.sections.push({ kind: kinds[i], hits: b.rows.map(hit), total: b.total });
    });
    return g;
  }

  function makeHit(x, row, match, span, isVariant) {
    const { rows } = x;
    const k = row.place * rowWidth;
    return {
      product: rows[k], name: rows[k + 1], flow: rows[k + 2], path: rows[k + 3] + rows[k + 2],
      service: rows[k + 4], service_name: rows[k + 5], direction: rows[k + 6],
      from: rows[k + 7], to: rows[k + 8],
      ports: isVariant ? x.sets[span.set] : rows[k + 9], need: x.data.needs[needOf(row.order)],
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
