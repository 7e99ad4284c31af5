// Runs the rule builder's engine as published, without a browser:
// builder_test.go holds what it makes against the command line.
//
//   node builder.js SITE/ < CONFIG.json
//
// CONFIG has requests, archives (lists of requests) and whether the sizes of
// the program are asked for, which takes a while. The answer is one JSON document.
'use strict';
const fs = require('fs');
const path = require('path');
const vm = require('vm');
const zlib = require('zlib');

const site = process.argv[2];
const config = JSON.parse(fs.readFileSync(0, 'utf8'));

// As much of a page as the engine needs: it is opened from a folder, so that
// the program comes as a script.
const tag = fs.readFileSync(path.join(site, 'rules/index.html'), 'utf8').match(/<script defer src="\.\.\/(assets\/engine\.[^"]+)"([^>]*)>/);
const dataset = {};
for (const m of tag[2].matchAll(/ data-(\w+)="([^"]*)"/g)) dataset[m[1]] = m[2];
globalThis.window = globalThis;
globalThis.document = {
  currentScript: { dataset },
  baseURI: 'file://' + site + 'rules/index.html',
  createElement: () => ({ remove() {} }),
  head: {
    append(script) {
      setImmediate(() => {
        let text;
        try {
          text = fs.readFileSync(new URL(script.src), 'utf8');
        } catch {
          script.onerror();
          return;
        }
        vm.runInThisContext(text);
        script.onload();
      });
    }
  }
};
vm.runInThisContext(fs.readFileSync(path.join(site, tag[1]), 'utf8'));

async function main() {
  const engine = globalThis.portolanEngine;
  await engine.load('../');
  const out = { platforms: engine.platforms(), opened: {}, results: [], archives: [], sizes: [], faults: [] };
  for (const r of config.requests) {
    const name = r.kind + 's/' + r.slug;
    out.opened[name] = out.opened[name] || await engine.open(r.kind, r.slug);
    const result = engine.build(r); // its lazy fields are written as well
    out.results.push(result);
  }
  for (const list of config.archives) {
    const bytes = Buffer.from(engine.archive(list));
    if (Buffer.compare(bytes, Buffer.from(engine.archive(list))) !== 0) out.faults.push('an archive is another the second time');
    out.archives.push(bytes.toString('base64'));
  }
  await engine.open('product', 'no-such').then(() => out.faults.push('a product that does not exist was opened'), (e) => { if (!/no-such/.test(e.message)) out.faults.push(e.message); });
  const quality = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11, [zlib.constants.BROTLI_PARAM_LGWIN]: 24 } };
  if (config.sizes) {
    const bytes = fs.readFileSync(path.join(site, dataset.wasm));
    out.sizes = [bytes.length, zlib.gzipSync(bytes, { level: 9 }).length, zlib.brotliCompressSync(bytes, quality).length];
  }
  process.stdout.write(JSON.stringify(out), () => process.exit(0));
}

main().catch((e) => {
  console.error(e);
  process.exit(1);
});
