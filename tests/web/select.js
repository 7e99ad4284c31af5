// Answers choices as a page does: node select.js, with a JSON list of
// {product, choices} on standard input, and a list of lists of what each comes
// to on standard output.
'use strict';
const fs = require('fs');
const { select } = require('../../templates/assets/profile.js');
const ports = require('../../templates/assets/ports.js');
const { format, parse } = require('../../templates/assets/fragment.js');

const subjects = JSON.parse(fs.readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(subjects.map((s) => s.choices.map((c) => {
  // Through an address, as a colleague gets it.
  const state = parse(format({ choices: [Object.assign({ set: {} }, c, { ports: c.ports || {} })] }));
  const got = select(s.product, state.choices[0] || { version: '', features: [], flows: [], all: false });
  const moved = ports.apply(s.product, state.choices[0] ? state.choices[0].ports : {});
  return { version: got.version, on: Object.fromEntries(got.on), flows: got.flows, ports: Object.fromEntries(moved.ports), faults: Object.fromEntries(moved.faults) };
}))));
