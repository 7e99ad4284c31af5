// Holds pages against a real browser: what it reports is read by browser_test.go.
//
//   node browser.js CONFIG.json
//
// Each fault is one line of JSON, and the last line says what was done. PROFILE
// in the environment tells on standard error how long each part took.
'use strict';
const fs = require('fs');
const path = require('path');
const { chromium } = require('playwright-core');
const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const config = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const done = { loads: 0, audits: 0, compared: 0, steps: [] };

function tick(what) {
  if (process.env.PROFILE) console.error(what + ' ' + Math.round(performance.now()));
}

function report(kind, where, text) {
  process.stdout.write(JSON.stringify({ kind, where, text }) + '\n');
}

// blank opens a page that reports what it says on the console and what it asks
// of others. The caller closes it.
async function blank(context, base) {
  const page = await context.newPage();
  page.on('console', (m) => report('console', page.where, m.text()));
  page.on('pageerror', (e) => report('console', page.where, String(e)));
  page.on('request', (r) => {
    if (!r.url().startsWith(base) && !r.url().startsWith('data:')) report('request', page.where, r.url());
  });
  page.on('requestfailed', (r) => { // what Chromium itself gave up, as the next page was asked for, is no fault
    if (r.failure().errorText !== 'net::ERR_ABORTED') report('request', page.where, r.url() + ' failed: ' + r.failure().errorText);
  });
  page.on('response', (r) => {
    if (r.status() >= 400) report('request', page.where, r.url() + ' ' + r.status());
  });
  return page;
}

async function load(page, url, where) {
  page.where = where;
  await page.goto(url, { waitUntil: 'load' });
  done.loads++;
}

async function open(context, base, name, where) {
  const page = await blank(context, base);
  await load(page, base + name, where);
  return page;
}

// wide reports a page that is wider than its window, and what makes it so.
async function wide(page, where) {
  const found = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return '';
    const guilty = Array.from(document.querySelectorAll('body *')).filter((e) => {
      if (e.getBoundingClientRect().right <= width + 1) return false;
      for (let up = e.parentElement; up; up = up.parentElement) {
        if (getComputedStyle(up).overflowX !== 'visible') return false;
      }
      return true;
    });
    return document.documentElement.scrollWidth + ' > ' + width + ': ' +
      guilty.slice(0, 3).map((e) => e.outerHTML.slice(0, 120)).join(' | ');
  });
  if (found) report('overflow', where, found);
}

// shifts reports what moves while a page loads; shifts.js loads more of them,
// and slower.
async function shifts(page, where) {
  const moved = await page.evaluate(() => new Promise((resolve) => {
    new PerformanceObserver((list) => resolve(list.getEntries().map((e) => ({
      value: e.value, what: e.sources.map((s) => s.node && (s.node.outerHTML || s.node.textContent).slice(0, 80)).join(' | '),
    })))).observe({ type: 'layout-shift', buffered: true });
    setTimeout(() => resolve([]), 100);
  }));
  const sum = moved.reduce((n, m) => n + m.value, 0);
  if (sum > 0.001) report('shift', where, sum.toFixed(4) + ': ' + moved[0].what);
}

// audit runs axe, on phones with the size of targets, and of the dark colours
// what depends on colours. Contrast is measured on the page laid flat as well,
// because axe gives up on cells that scroll or stick.
async function audit(page, where, dark = false) {
  await page.evaluate(axe);
  const run = async (options, note) => {
    const found = await page.evaluate((o) => window.axe.run(document, o), options);
    for (const v of found.violations) {
      for (const n of v.nodes.slice(0, 3)) report('axe', where + note, v.id + ': ' + v.help + ': ' + n.html.slice(0, 200) + ' ' + (n.any[0] ? n.any[0].message : ''));
    }
  };
  const contrast = { resultTypes: ['violations'], runOnly: ['color-contrast'], preload: false };
  await run(dark ? contrast : { resultTypes: ['violations'], preload: false, rules: { 'target-size': { enabled: page.viewportSize().width < 640 } } }, '');
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { position: static !important; overflow: visible !important; max-block-size: none !important; } .vh, .skip { display: none !important; }');
    document.adoptedStyleSheets = [sheet];
  });
  await run(contrast, ' laid flat');
  done.audits++;
}

// text is what a reader sees of a page's matter, without what only JavaScript
// can work. A row that waits until it is in sight is read as if it were.
async function text(page) {
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('tr { content-visibility: visible !important; }');
    document.adoptedStyleSheets = [sheet];
  });
  return page.evaluate(() => Array.from(document.querySelectorAll('main :is(h1, h2, h3, p, li, th, td, dt, dd)'))
    .filter((e) => !e.closest('.filters, .setup, .yours, .builder, noscript, .lookup-status, .lookup-results, nav'))
    .map((e) => e.innerText.trim()).filter(Boolean));
}

async function compare(browser, base, names, note) {
  const texts = new Map(names.map((name) => [name, []]));
  for (const javaScriptEnabled of [true, false]) {
    const context = await browser.newContext({ javaScriptEnabled, viewport: { width: 1280, height: 900 } });
    await loaded(context, base, names, note + (javaScriptEnabled ? '' : ' without JavaScript'), async (page, where, name) => {
      texts.get(name).push(await text(page));
    });
    await context.close();
  }
  for (const [name, [on, off]] of texts) {
    const where = name + note;
    if (on.join('\n') !== off.join('\n')) {
      const lost = on.find((line) => !off.includes(line)) || off.find((line) => !on.includes(line));
      report('script', where, 'the text is another without JavaScript: ' + lost);
    }
    if (on.join('\n').length < 40) report('script', where, 'has hardly any text: ' + on);
    done.compared++;
  }
}

// step does something as a reader would; what fails is a fault.
async function step(context, base, name, start, f) {
  const where = name + ' (' + base.split(':')[0] + ')';
  const page = await open(context, base, start, where);
  try {
    await f(page);
    done.steps.push(where);
    tick(where);
  } catch (e) {
    report('step', where, String(e).split('\n').slice(0, 3).join(' '));
  }
  await page.close();
}

function expect(truth, text) {
  if (!truth) throw new Error(text);
}

async function steps(context, base, want) {
  await step(context, base, 'lookup while typing', 'index.html', async (page) => {
    await page.fill('input[name=q]', want.query);
    const link = page.locator('.lookup-results a[href*="' + want.link + '"]').first();
    await link.waitFor({ timeout: 5000 });
    const status = await page.locator('.lookup-status').innerText();
    expect(/[0-9]+ rows? found/.test(status), 'status says ' + status);
    await wide(page, 'lookup with an answer');
    await link.click();
    await page.waitForURL((u) => u.hash === want.link.slice(want.link.indexOf('#')));
    const row = page.locator('tr:target');
    expect(await row.isVisible(), 'the row is not shown');
    expect((await row.innerText()).includes(want.shows), 'the row does not show ' + want.shows);
  });
  await step(context, base, 'the switch between light and dark', 'index.html', async (page) => {
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await paper();
    await page.click('button.theme');
    const dark = await paper();
    expect(light !== dark, 'the switch changes nothing');
    expect(await page.getAttribute('button.theme', 'aria-pressed') === 'true', 'the switch is not pressed');
    await page.reload();
    expect(await paper() === dark, 'the choice is forgotten');
    await page.emulateMedia({ media: 'print' });
    expect(await paper() !== dark, 'paper is dark');
    await page.emulateMedia({ media: 'screen' });
    await page.click('button.theme');
    expect(await paper() === light, 'there is no way back');
  });
  await step(context, base, 'lookup in the address', 'ports/index.html?q=' + want.query, async (page) => {
    await page.locator('.lookup-results a[href*="' + want.link + '"]').first().waitFor({ timeout: 5000 });
  });
  await step(context, base, 'lookup of nothing', 'index.html', async (page) => {
    await page.fill('input[name=q]', want.nothing);
    await page.locator('.lookup-status', { hasText: 'No documented requirement' }).waitFor({ timeout: 5000 });
  });
  await step(context, base, 'lookup by keyboard', 'index.html', async (page) => {
    await page.keyboard.press('/');
    await page.keyboard.type(want.query);
    await page.locator('.lookup-results a').first().waitFor({ timeout: 5000 });
    await page.keyboard.press('ArrowDown');
    expect(await page.evaluate(() => !!document.activeElement.closest('.lookup-results')), 'the arrow does not lead to the results');
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => document.activeElement.name === 'q' && document.activeElement.value === ''), 'escape does not lead back');
  });
  await step(context, base, 'audit of an answer', 'index.html', async (page) => {
    await page.fill('input[name=q]', want.query);
    await page.locator('.lookup-results a').first().waitFor({ timeout: 5000 });
    await audit(page, 'lookup with an answer');
  });
  await step(context, base, 'filters of the matrix', 'matrix/index.html', async (page) => {
    const shown = () => page.locator('table.matrix tbody tr:visible').count();
    const columns = () => page.locator('table.matrix thead th[data-product]:visible').count();
    const all = await shown();
    const wide = await columns();
    expect(all > 0, 'no row');
    for (const summary of await page.locator('form.filters summary').all()) await summary.click();
    await audit(page, 'matrix with open filters');
    await page.fill('form.filters input[name=words]', want.service);
    const few = await shown();
    expect(few > 0 && few < all || all === 1, 'a service name leaves ' + few + ' of ' + all + ' rows');
    const output = await page.locator('form.filters output').innerText();
    expect(output.startsWith(few + ' of ' + all), 'the count says ' + output);
    await page.fill('form.filters input[name=words]', '');
    await page.locator('form.filters input[name=product]').first().uncheck();
    expect(await columns() === wide - 1, 'a product without its tick keeps its column');
    await page.locator('form.filters input[name=product]').first().check();
    for (const box of await page.locator('form.filters input[name=need]').all()) await box.uncheck();
    expect(await shown() === 0, 'rows without any need');
    for (const box of await page.locator('form.filters input[name=need]').all()) await box.check();
    expect(await shown() === all, 'not all rows come back');
  });
  // compared is what a comparison says and leads to.
  const compared = (page) => page.evaluate(() => Array.from(document.querySelectorAll('.tally, table.compare'))
    .map((e) => e.innerText + Array.from(e.querySelectorAll('a')).map((a) => a.href).join('\n')).join('\n'));
  await step(context, base, 'chosen products are compared as on the ready pages', 'compare/index.html', async (page) => {
    await page.locator('form[data-compare]').waitFor({ timeout: 5000 });
    for (const pair of base.startsWith('file:') ? want.pairs.slice(0, 2) : want.pairs) {
      const texts = [];
      for (const name of ['compare/' + pair.join('-vs-') + '/index.html', 'compare/index.html?p=' + pair.join(',')]) {
        await load(page, base + name, name);
        await page.locator('table.compare').first().waitFor({ timeout: 5000 });
        texts.push(await compared(page));
      }
      const [ready, chosen] = texts;
      expect(ready.length > 500, pair.join(' and ') + ' are hardly compared');
      const lines = [ready.split('\n'), chosen.split('\n')];
      const at = lines[0].findIndex((line, i) => line !== lines[1][i]);
      expect(ready === chosen, pair.join(' and ') + ': ' + lines[0][at] + ' / ' + lines[1][at]);
    }
  });
  await step(context, base, 'choosing products', 'compare/index.html', async (page) => {
    const [a, b] = want.pairs[0];
    await page.locator('input[name=p][value=' + b + ']').check();
    expect(await page.locator('table.compare').count() === 0, 'one product is compared with itself');
    await page.locator('input[name=p][value=' + a + ']').check();
    await page.locator('table.compare').first().waitFor({ timeout: 5000 });
    expect(new URL(page.url()).search === '?p=' + b + ',' + a, 'the address is ' + page.url());
    await page.locator('input[name=p]:not(:checked)').first().check();
    await page.waitForFunction(() => document.querySelectorAll('table.compare thead th').length === 3 * 5, null, { timeout: 5000 });
    await wide(page, 'three products compared');
    await audit(page, 'three products compared');
    await page.reload();
    await page.waitForFunction(() => document.querySelectorAll('table.compare thead th').length === 3 * 5, null, { timeout: 5000 });
  });
  await step(context, base, 'skip link', want.page, async (page) => {
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement.classList.contains('skip')), 'the first stop is not the skip link');
    const box = await page.locator('a.skip').boundingBox();
    expect(box && box.x >= 0, 'the skip link is not seen');
  });
  await step(context, base, 'print', want.page, async (page) => {
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('form.lookup').isHidden(), 'the lookup is printed');
    const cut = await page.evaluate(() => Array.from(document.querySelectorAll('.scroll')).filter((e) => getComputedStyle(e).overflowX !== 'visible').length);
    expect(cut === 0, cut + ' tables are cut off');
  });
  await step(context, base, 'print of the matrix', 'matrix/index.html', async (page) => {
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: 718, height: 1000 }); // A4 without its margins
    const lost = await page.evaluate(() => Array.from(document.querySelectorAll('table.matrix li')).filter((li) => {
      const cell = li.closest('td'), head = document.querySelectorAll('table.matrix [data-product]')[cell.cellIndex - 1];
      const box = li.getBoundingClientRect();
      return !(box.width > 0 && box.left >= 0 && box.right <= innerWidth) || getComputedStyle(cell, '::before').content !== JSON.stringify(head.textContent);
    }).map((li) => li.closest('td').dataset.of + ' ' + li.textContent));
    expect(!lost.length, lost.length + ' entries are not on paper: ' + lost[0]);
  });
}

// each does something with every name, three at a time.
async function each(names, f) {
  const queue = names.slice();
  const work = async () => {
    while (queue.length) await f(queue.shift());
  };
  await Promise.all([work(), work(), work()]);
}

// loaded does something with every page, in three pages that load one after
// the other: a new one each time takes longer than most take to load.
async function loaded(context, base, names, note, f) {
  const free = await Promise.all([1, 2, 3].map(() => blank(context, base)));
  await each(names, async (name) => {
    const page = free.pop();
    const where = name + note;
    await load(page, base + name, where);
    await f(page, where, name);
    free.push(page);
  });
}

async function main() {
  const browser = await chromium.launch({ executablePath: config.chromium, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
  const context = (width, colorScheme) => browser.newContext({ viewport: { width, height: 900 }, colorScheme, reducedMotion: 'reduce' });
  for (const base of config.bases) {
    const scheme = base.split(':')[0];
    for (const colorScheme of ['light', 'dark']) {
      for (const width of [320, 360, 1280]) {
        const c = await context(width, colorScheme);
        await loaded(c, base, config.pages, [' ' + scheme, width, colorScheme].join(' '), async (page, where) => {
          await wide(page, where);
          if (width > 320) await shifts(page, where);
          if (scheme === 'http' && width > 320) await audit(page, where, colorScheme === 'dark');
        });
        await c.close();
        tick(scheme + ' ' + width + ' ' + colorScheme);
      }
    }
    await compare(browser, base, config.pages, ' ' + scheme);
    const c = await context(1280, 'light');
    tick('compared');
    await steps(c, base, config.want);
    tick('steps');
    await c.close();
  }
  // Every page of the site once: quiet, at home and narrow enough.
  const c = await context(320, 'light');
  await loaded(c, config.bases[0], config.every, ' at 320', wide);
  tick('every page');
  await browser.close();
  report('done', '', JSON.stringify(done));
}

main().catch((e) => {
  console.error(e);
  process.exit(1);
});
