// Runs the rule builder's engine in Chromium, under the page's own policy:
// what it says is read by builder_test.go.
//
//   node engine.js CONFIG.json
'use strict';
const { chromium } = require('playwright-core');
const config = JSON.parse(require('fs').readFileSync(process.argv[2], 'utf8'));

async function main() {
  const browser = await chromium.launch({ executablePath: config.chromium, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
  const done = [];
  for (const [where, url] of Object.entries(config.pages)) {
    const context = await browser.newContext();
    const page = await context.newPage();
    const said = [];
    const asked = [];
    page.on('console', (m) => said.push(m.type() + ': ' + m.text()));
    page.on('pageerror', (e) => said.push(e.message));
    page.on('request', (r) => asked.push(r.url()));
    if (where === 'without fetch') await page.route('**/*.wasm', (r) => r.abort());
    try {
      await page.goto(url);
      const got = await page.evaluate(async (request) => {
        const engine = window.portolanEngine;
        const times = {};
        let from = performance.now();
        const lap = (name) => {
          times[name] = Math.round(10 * (performance.now() - from)) / 10;
          from = performance.now();
        };
        await engine.load(document.getElementById('page.builder').dataset.root);
        lap('load');
        await engine.open(request.kind, request.slug);
        lap('open');
        engine.build(request);
        lap('first build');
        for (let i = 0; i < 50; i++) engine.build(request);
        lap('50 builds');
        return { text: engine.build(request).file.text, times };
      }, config.request);
      if (got.text !== config.text) throw new Error('other rules: ' + got.text.slice(0, 200));
      const wasm = asked.some((u) => u.endsWith('.wasm'));
      const script = asked.some((u) => /builder\.[0-9a-f]{8}\.js$/.test(u));
      if (wasm !== (where !== 'file') || script !== (where !== 'http')) throw new Error('it loads ' + asked.join(' '));
      const bad = said.filter((s) => where !== 'without fetch' || !/ERR_FAILED/.test(s));
      if (bad.length > 0) throw new Error('it says ' + bad.join('; '));
      done.push(where + ' ' + JSON.stringify(got.times));
    } catch (e) {
      console.log(JSON.stringify({ where, text: e.message + '; ' + said.join('; ') }));
    }
    await context.close();
  }
  await browser.close();
  console.log(JSON.stringify({ done }));
}

main().catch((e) => {
  console.error(e);
  process.exit(1);
});
