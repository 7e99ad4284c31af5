// Measures the lookup beside minisearch and flexsearch on the same flows.
//
//   node lookup.js FOLDER [NAME...]
//
// FOLDER is as "go run ./lookup" writes it; names are those of the indexes to
// measure, all if none. Printed are tables in Markdown:
// what an index weighs and how long it takes to load, then for each kind of
// query how long it takes and how often the answer is right. Right is what
// looking at every flow finds; an answer is right if all of its rows are, and
// as many as there are or may be shown.
'use strict';
const fs = require('fs');
const path = require('path');
const vm = require('vm');
const zlib = require('zlib');
const MiniSearch = require('minisearch');
const { Index } = require('flexsearch');

const folder = process.argv[2];
const root = path.join(__dirname, '..', '..');
const engine = require(path.join(root, 'templates/assets/lookup.js'));
const docs = JSON.parse(fs.readFileSync(path.join(folder, 'documents.json'), 'utf8'));
const most = 8; // rows of a section that are asked for, as by the page (few in templates/assets/ask.js)
const queries = 300; // of a kind, but each of the shared vectors
const rounds = 11; // the first warms up
const roundsAlone = 200; // of what is asked by itself, not in turns with all other kinds
const patience = 3000; // milliseconds for a kind; what is slower is asked less often

// ----------------------------------------------------------- what is right

// The lookup has words for a direction and a need that no document has.
const synonyms = { inbound: ['in', 'incoming', 'ingress'], outbound: ['out', 'outgoing', 'egress'], required: ['mandatory', 'must'] };
const byPath = new Map();
for (const d of docs) {
  d.words = new Set(d.names.concat(d.direction, d.need).flatMap((n) => n.toLowerCase().split(/[^a-z0-9]+/)).filter(Boolean));
  for (const n of d.names) {
    const joined = n.toLowerCase().replace(/[^a-z0-9]+/g, '');
    if (joined) d.words.add(joined);
  }
  d.spans = d.ports.split(' ').flatMap((f) => f.split('/')[1].split(',')).map((s) => s.split('-').map(Number)).map(([a, b]) => [a, b || a]);
  d.ports.split(' ').forEach((f) => d.words.add(f.split('/')[0]));
  d.all = new Set(Array.from(d.words).concat(synonyms[d.direction] || [], synonyms[d.need] || []));
  byPath.set(d.path, (byPath.get(d.path) || []).concat(d.id)); // a synthetic product may have an id twice
}
const vocabulary = Array.from(new Set(docs.flatMap((d) => Array.from(d.words))));

const hasPort = (d, n) => d.spans.some(([a, b]) => a <= n && n <= b);
const hasPrefix = (words, w) => { for (const o of words) if (o.startsWith(w)) return true; return false; };

function oneEdit(a, b) {
  if (a.length > b.length) [a, b] = [b, a];
  if (b.length - a.length > 1) return false;
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  if (a.length < b.length) return a.slice(i) === b.slice(i + 1);
  return a.slice(i + 1) === b.slice(i + 1) || (a[i] === b[i + 1] && a[i + 1] === b[i] && a.slice(i + 2) === b.slice(i + 2));
}

// means are the words that a typed one stands for: those that begin so, else
// those at one edit.
function means(w) {
  const longer = vocabulary.filter((o) => o.startsWith(w));
  return new Set(longer.length ? longer : vocabulary.filter((o) => o !== w && oneEdit(w, o)));
}

// right is the flows that answer, by a document's words, or all of the lookup.
function right(q, of) {
  let out = docs;
  for (const token of q.text.split(' ')) {
    if (/^\d+$/.test(token)) {
      out = out.filter((d) => hasPort(d, Number(token)));
      continue;
    }
    const meant = q.kind === 'typo' ? means(token) : null;
    out = out.filter(meant ? (d) => { for (const o of d[of]) if (meant.has(o)) return true; return false; } : (d) => hasPrefix(d[of], token));
  }
  return new Set(out.map((d) => d.id));
}

// ---------------------------------------------------------------- queries

let seed = 20261121;
const random = (n) => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor(seed / 0x100000000 * n);
};
const pick = (list) => list[random(list.length)];
const wordOf = (d, names) => pick(names.flatMap((i) => d.names[i].split(/[^a-z]+/)).filter((w) => w.length > 3));
const ranges = docs.filter((d) => d.spans[0][1] > d.spans[0][0] + 1);
const line = (port) => 'tcp LISTEN 0 128 0.0.0.0:' + port + ' 0.0.0.0:* users:(("x",pid=1,fd=3))';
const vectors = JSON.parse(fs.readFileSync(path.join(root, 'generator/lookup/testdata/vectors.json'), 'utf8')).map((v) => v.query);

const kinds = {
  port: () => String(pick(docs).spans[0][0]),
  'port inside a range': () => {
    const [a, b] = pick(ranges).spans[0];
    return String(a + 1 + random(b - a - 1));
  },
  'whole word': () => wordOf(pick(docs), [1, 2, 4, 6]),
  'three letters': () => wordOf(pick(docs), [1, 2, 4, 6]).slice(0, 3),
  'one letter': () => wordOf(pick(docs), [1, 2, 4, 6])[0],
  typo: () => {
    const w = wordOf(pick(docs), [1, 2, 4]);
    const i = 1 + random(w.length - 2);
    return w.slice(0, i) + 'x' + w.slice(i + 1);
  },
  'two words': () => {
    const d = pick(docs);
    return wordOf(d, [1]) + ' ' + wordOf(d, [4]);
  },
  'word and port': () => {
    const d = pick(docs);
    return wordOf(d, [1]) + ' ' + d.spans[0][0];
  },
  'pasted line': () => line(1 + random(65000)),
  'paste of 20 lines': () => Array.from({ length: 20 }, () => line(1 + random(65000))).join('\n'),
  'the shared vectors': vectors,
  'the same, each port of a query': vectors,
  'the shared vectors by themselves': vectors
};

// ----------------------------------------------------------------- rivals

const textOf = (d) => d.names.join(' ') + ' ' + d.direction + ' ' + d.need + ' ' + d.ports.replace(/[/,-]/g, ' ');
const clock = (f) => {
  const from = performance.now();
  const out = f();
  return [out, performance.now() - from];
};
const packed = (text) => {
  const b = Buffer.from(text);
  const p = zlib.constants;
  return { raw: b.length, gzip: zlib.gzipSync(b, { level: 9 }).length,
    brotli: zlib.brotliCompressSync(b, { params: { [p.BROTLI_PARAM_QUALITY]: 11, [p.BROTLI_PARAM_LGWIN]: 22, [p.BROTLI_PARAM_SIZE_HINT]: b.length } }).length };
};

function ours() {
  const read = (name) => fs.readFileSync(path.join(folder, name), 'utf8');
  const source = read('index.js');
  const window = {};
  const context = vm.createContext({ window, JSON });
  vm.runInContext(read('registry.js'), context);
  const [index, load] = clock(() => {
    vm.runInContext(source, context);
    return engine.load(window.portolanLookup, window.portolanRegistry);
  });
  return {
    name: 'lookup', size: packed(source), load, index,
    query: (q) => engine.query(index, q.text, most),
    // Its own ranking shows sections: each has its rows and how many there are.
    isRight: (q, want) => {
      const g = engine.query(index, q.text, 50).groups[0];
      if (!g) return want.size === 0;
      const total = g.sections.reduce((n, s) => n + s.total, 0);
      return g.sections.every((s) => s.hits.every((h) => byPath.get(h.path).some((id) => want.has(id)))) && (g.more ? want.size > total : total === want.size);
    }
  };
}

const firstAreRight = (ids, want) => ids.length === Math.min(50, want.size) && ids.every((id) => want.has(id));

function mini() {
  const options = { fields: ['text'] };
  const made = new MiniSearch(options);
  made.addAll(docs.map((d) => ({ id: d.id, text: textOf(d) })));
  const source = JSON.stringify(made);
  const [index, load] = clock(() => MiniSearch.loadJSON(source, options));
  const search = (q) => index.search(q.text, { combineWith: 'AND', prefix: /letter/.test(q.kind), fuzzy: q.kind === 'typo' ? 1 : false });
  return { name: 'minisearch', size: packed(source), load, query: search, isRight: (q, want) => firstAreRight(search(q).slice(0, 50).map((r) => r.id), want) };
}

function flex() {
  const options = { tokenize: 'forward' };
  const made = new Index(options);
  for (const d of docs) made.add(d.id, textOf(d));
  const parts = [];
  made.export((key, data) => { if (data) parts.push([key, data]); });
  const source = JSON.stringify(parts);
  const [index, load] = clock(() => {
    const x = new Index(options);
    for (const [key, data] of JSON.parse(source)) x.import(key, data);
    return x;
  });
  return { name: 'flexsearch', size: packed(source), load, query: (q) => index.search(q.text, { limit: most }),
    isRight: (q, want) => firstAreRight(index.search(q.text, { limit: 50 }), want) };
}

// ------------------------------------------------------------------ tables

const number = (n) => n < 10 ? n.toFixed(1) : Math.round(n).toLocaleString('en');
const at = (list, p) => list[Math.min(list.length - 1, Math.floor(list.length * p))];
const print = (cells) => console.log('| ' + cells.join(' | ') + ' |');

// Whoever comes first must not pay for the others' garbage: each is made and
// dropped before the next.
const textsOf = (kind) => Array.isArray(kind) ? kind : Array.from({ length: queries }, kind);
const asked = Object.keys(kinds).flatMap((kind) => textsOf(kinds[kind]).map((text) => ({ kind, text })));
const truths = new Map();
for (const kind of Object.keys(kinds).filter((k) => !/paste|vectors|the same/.test(k))) {
  for (const q of asked.filter((q) => q.kind === kind).slice(0, 10)) truths.set(q, { words: right(q, 'words'), all: right(q, 'all') });
}
// measure asks the queries of some kinds round by round, so that a while in which
// the machine is slow is not one kind's alone.
function measure(x, runs, rounds) {
  for (let round = 0; round < rounds; round++) {
    for (const r of runs) {
      if (r.spent >= patience && round >= 2) continue;
      for (let n = 0; n < r.list.length && (r.spent < (round + 1) * patience || n < 20); n++) {
        const i = (n + 37 * round) % r.list.length; // garbage is collected at regular times: not always with the same query
        const from = performance.now();
        x.query(r.list[i]);
        const spent = performance.now() - from;
        r.spent += spent;
        if (round === 0) continue;
        r.all.push(spent * 1000 / r.shares[i]);
        r.best[i] = Math.min(r.best[i], spent * 1000 / r.shares[i]);
      }
    }
  }
}

const sizes = [];
const times = {};
const names = process.argv.slice(3);
for (const make of [ours, mini, flex].filter((f, i) => !names.length || names.includes(['lookup', 'minisearch', 'flexsearch'][i]))) {
  const x = make();
  sizes.push([x.name, x.size.raw, x.size.gzip, x.size.brotli, x.size.brotli / docs.length, x.load]);
  const together = { all: [], best: [] };
  const runs = Object.keys(kinds).filter((kind) => x.name === 'lookup' || !/paste|vectors|the same/.test(kind)).map((kind) => {
    const list = asked.filter((q) => q.kind === kind);
    const shares = list.map((q) => /each port/.test(kind) ? Math.max(1, engine.query(x.index, q.text, most).groups.length) : 1);
    return { kind, list, shares, all: [], best: list.map(() => Infinity), spent: 0 };
  });
  const isAlone = (r) => /by themselves/.test(r.kind);
  measure(x, runs.filter((r) => !isAlone(r)), rounds);
  measure(x, runs.filter(isAlone), roundsAlone);
  for (const { kind, list, all, best } of runs) {
    all.sort((a, b) => a - b);
    best.sort((a, b) => a - b);
    best.length = best.findIndex((n) => n === Infinity) + 1 ? best.findIndex((n) => n === Infinity) : best.length;
    if (!/paste of|each port|by themselves/.test(kind)) {
      together.all.push(...all);
      together.best.push(...best);
    }
    const judged = list.filter((q) => truths.has(q));
    const good = judged.filter((q) => x.isRight(q, truths.get(q)[x.name === 'lookup' ? 'all' : 'words'])).length;
    (times[kind] = times[kind] || {})[x.name] = [number(at(all, 0.5)) + ' / ' + number(at(all, 0.99)) + ' / ' + number(at(best, 0.99)),
      judged.length ? Math.round(100 * good / judged.length) + ' %' : ''];
  }
  for (const list of [together.all, together.best]) list.sort((a, b) => a - b);
  (times['together, but for long pastes'] = times['together, but for long pastes'] || {})[x.name] =
    [number(at(together.all, 0.5)) + ' / ' + number(at(together.all, 0.99)) + ' / ' + number(at(together.best, 0.99)), ''];
}
console.log('\n' + docs.length.toLocaleString('en') + ' flows\n');
print(['index', 'raw', 'gzip', 'brotli', 'bytes a flow', 'load, ms']);
print(['---', '---', '---', '---', '---', '---']);
for (const [name, ...n] of sizes) print([name].concat(n.map(number)));
console.log('\nMicroseconds: median / 99th percentile / the same of each query’s fastest of ' + (rounds - 1) + ' (by themselves, of ' + (roundsAlone - 1) + '); and how many answers are right\n');
print(['query'].concat(sizes.flatMap(([name]) => [name, 'right'])));
print(['---'].concat(sizes.flatMap(() => ['---', '---'])));
for (const kind of Object.keys(times)) print([kind].concat(sizes.flatMap(([name]) => times[kind][name] || ['', ''])));
