// Answers queries as the page does: node answer.js SCRIPT INDEX REGISTRY, with
// a JSON list of texts on standard input and one of answers on standard output.
'use strict';

const fs = require('fs');
const vm = require('vm');

const [script, index, registry] = process.argv.slice(2);
const lookup = require(script);

// The data are classic scripts for a window: run them as one does.
const window = {};
for (const file of [index, registry]) {
  vm.runInNewContext(fs.readFileSync(file, 'utf8'), { window: window, JSON: JSON });
}
const x = lookup.load(window.portolanLookup, window.portolanRegistry);
const queries = JSON.parse(fs.readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(queries.map(function (q) {
  const answer = lookup.query(x, q);
  // Whoever asks for fewer rows gets the first of them and the same counts.
  const few = lookup.query(x, q, 3);
  const first = JSON.stringify(answer, function (key, value) { return key === 'hits' ? value.slice(0, 3) : value; });
  if (JSON.stringify(few) !== first) throw new Error('three rows are not the first three: ' + JSON.stringify(q.slice(0, 300)));
  return answer;
})));
