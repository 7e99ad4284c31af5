// What the scripts have in common that do as a reader would: each step has a
// page in a context of its own, and must leave the console silent.
'use strict';
const fs = require('fs');
const { chromium } = require('playwright-core');

// config is what the test in Go has written into the file that is named.
const config = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));

function expect(truth, text) {
  if (!truth) throw new Error(text);
}

// audit holds a page, or a part of it, against axe and the window's width.
async function audit(page, what, part) {
  await page.evaluate(fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
  const found = await page.evaluate((w) => window.axe.run(w || document, { resultTypes: ['violations'], preload: false }), part);
  expect(!found.violations.length, what + ': ' + found.violations.map((v) => v.id + ': ' + v.nodes[0].html.slice(0, 150) + ' ' + (v.nodes[0].any[0] || {}).message).join(', '));
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide <= 0, what + ' is ' + wide + ' px too wide');
}

// run starts a browser and calls main with it, with step and with the list
// of what was done. Settings are those
// of each step's context, and further: hosts, for Chromium's resolver; patience,
// milliseconds for what is waited for; noise, which messages are no fault.
//
// A step is step(name, url, f, options): f has the page, its context, the
// addresses that were asked for and what was said, and throws what is wrong.
// Options are the context's, and init is a script before the page's own. A step
// that fails is a line of JSON, and the last line names those that were done.
function run(settings, main) {
  const { hosts, patience, noise, ...common } = settings;
  const done = [];
  const whole = async () => {
    const browser = await chromium.launch({
      executablePath: config.chromium,
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'].concat(hosts ? ['--host-resolver-rules=' + hosts] : [])
    });
    await main(browser, async (name, url, f, options) => {
      const { init, ...own } = options || {};
      const context = await browser.newContext({ ...common, ...own });
      if (init) await context.addInitScript(init);
      const page = await context.newPage();
      if (patience) page.setDefaultTimeout(patience);
      const said = [], asked = [];
      page.on('console', (m) => { if (!noise || !noise(m)) said.push(m.text()); });
      page.on('pageerror', (e) => said.push(String(e)));
      page.on('request', (r) => asked.push(r.url()));
      try {
        await page.goto(url, { waitUntil: 'load' });
        await f(page, context, asked, said);
        expect(!said.length, 'on the console: ' + said[0]);
        done.push(name);
      } catch (e) {
        console.log(JSON.stringify({ where: name, text: String(e).split('\n').slice(0, 3).join(' ') + (said.length ? '; ' + said[0] : '') }));
      }
      await context.close();
    }, done);
    await browser.close();
    console.log(JSON.stringify({ done }));
  };
  whole().catch((e) => {
    console.error(e);
    process.exit(1);
  });
}

module.exports = { config, expect, audit, run };
