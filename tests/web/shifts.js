// Loads pages that arrive in parts, as on a slow line, and reports what moves
// meanwhile: what it reports is read by browser_test.go.
//
//   node shifts.js CONFIG.json
//
// Each fault is one line of JSON, and the last line says what was done.
'use strict';
const fs = require('fs');
const { chromium } = require('playwright-core');

const config = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));

function report(kind, where, text) {
  process.stdout.write(JSON.stringify({ kind, where, text }) + '\n');
}

// moved sums what moved in the window since the page began, in parts of it,
// with what moved most and by how much.
function moved(page) {
  return page.evaluate(() => new Promise((resolve) => {
    const box = (r) => [r.x, r.y, r.width, r.height].map(Math.round).join();
    const done = (list) => resolve({
      sum: list.reduce((n, e) => n + e.value, 0),
      what: list.sort((a, b) => b.value - a.value).slice(0, 1).flatMap((e) => e.sources.slice(0, 3)).map((s) =>
        (s.node ? (s.node.outerHTML || s.node.textContent).slice(0, 90) : 'gone') + ' ' + box(s.previousRect) + ' to ' + box(s.currentRect)).join(' | '),
    });
    new PerformanceObserver((list) => done(list.getEntries())).observe({ type: 'layout-shift', buffered: true });
    setTimeout(() => done([]), 200);
  }));
}

async function main() {
  const browser = await chromium.launch({ executablePath: config.chromium, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
  const queue = config.widths.flatMap((width) => config.pages.map((name) => ({ width, name })));
  let loads = 0;
  const work = async () => {
    for (let next; (next = queue.shift());) {
      const where = next.name + ' at ' + next.width;
      const page = await browser.newPage({ viewport: { width: next.width, height: 900 } });
      const answer = await page.goto(config.base + next.name, { waitUntil: 'load' });
      if (!answer.ok()) report('shift', where, 'answers ' + answer.status());
      const { sum, what } = await moved(page);
      if (sum > config.most) report('shift', where, sum.toFixed(4) + ': ' + what);
      const hash = new URL(page.url()).hash;
      if (config.rows.includes(next.name)) {
        const top = await page.evaluate((id) => {
          const row = document.getElementById(id);
          return row ? row.getBoundingClientRect().top : NaN;
        }, decodeURIComponent(hash.slice(1)));
        if (!(top >= 0 && top < 400)) report('row', where, 'stands ' + Math.round(top) + ' pixels below the window’s edge: ' + page.url());
      }
      await page.close();
      loads++;
    }
  };
  await Promise.all([work(), work(), work()]);
  await browser.close();
  report('done', '', String(loads));
}

main().catch((e) => {
  console.error(e);
  process.exit(1);
});
