// Shows tables in pages of another origin: what it finds is read by
// embed_test.go.
//
//   node embed.js CONFIG.json
//
// Each fault is one line of JSON, and the last line names the steps that were done.
'use strict';
const { config, expect, run } = require('./steps');

const heights = (page) => page.evaluate(() => Array.from(document.querySelectorAll('iframe')).map((f) => f.getBoundingClientRect().height));

// inside is the height of the matter of a page's frames, by their addresses.
async function inside(page, part) {
  const frame = page.frames().find((f) => f.url().includes(part));
  expect(frame, 'no frame shows ' + part);
  return frame.evaluate(() => Math.ceil(document.documentElement.getBoundingClientRect().height));
}

async function fitted(page, part) {
  const at = await page.evaluate((p) => Array.from(document.querySelectorAll('iframe')).findIndex((f) => f.src.includes(p)), part);
  let want = 0, got = 0;
  for (let i = 0; i < 50; i++) {
    await page.locator('iframe').nth(at).scrollIntoViewIfNeeded(); // frames far below are not loaded
    want = await inside(page, part);
    got = (await heights(page))[at];
    if (want > 100 && got === want) return want;
    await page.waitForTimeout(100);
  }
  throw new Error(part + ' is ' + want + ' high and its frame ' + got);
}

run({ viewport: { width: 900, height: 700 }, noise: (m) => m.type() !== 'error' }, async (browser, step) => {

  for (const kind of ['http', 'file']) {
    const host = config[kind];
    await step('two tables of different height, ' + kind, host + 'two.html', async (page) => {
      const first = await fitted(page, config.first), second = await fitted(page, config.second);
      expect(first !== second, 'both are ' + first + ' high');
      await page.setViewportSize({ width: 420, height: 700 });
      const narrow = await fitted(page, config.first);
      expect(narrow > first, 'in less width it is ' + narrow + ' instead of ' + first);
      await page.setViewportSize({ width: 900, height: 700 });
      await page.waitForTimeout(300);
      expect(await fitted(page, config.first) === first, 'it does not shrink again');
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'the page is wider than its window');
      expect(await page.evaluate(() => Array.from(document.querySelectorAll('iframe')).every((f) => f.title && (f.src.startsWith('file') || f.sandbox.contains('allow-scripts')))), 'a frame without title or sandbox');
    });
    await step('a bound, ' + kind, host + 'bound.html', async (page) => {
      for (let i = 0; i < 50 && (await heights(page))[0] !== 300; i++) await page.waitForTimeout(100);
      expect((await heights(page))[0] === 300, 'max-height is not held: ' + await heights(page));
    });
    await step('bare frames, ' + kind, host + 'bare.html', async (page) => {
      await page.waitForFunction(() => window.heard.length >= 2, null, { timeout: 5000 });
      const heard = await page.evaluate(() => window.heard);
      for (const [id, part] of [['by-name', config.first], ['by-fragment', config.second]]) {
        const m = heard.filter((h) => h.id === id).pop();
        expect(m && m.height === await inside(page, part), id + ' said ' + JSON.stringify(m));
        expect(m.own, id + ' did not come from its own frame');
      }
    });
    await step('a forged message, ' + kind, host + 'forged.html', async (page) => {
      const height = await fitted(page, config.first);
      await page.frames().find((f) => f.url().includes('forger.html')).evaluate(() => parent.postMessage({ portolan: 1, id: 'portolan-1', height: 123 }, '*'));
      await page.evaluate(() => window.postMessage({ portolan: 1, id: 'portolan-1', height: 124 }, '*'));
      await page.waitForFunction(() => window.heard.includes(123) && window.heard.includes(124), null, { timeout: 5000 });
      expect((await heights(page))[0] === height, 'it is obeyed');
      // The right window with another frame's name, or with no number, is not heard either.
      const frame = page.frames().find((f) => f.url().includes(config.first));
      await frame.evaluate(() => { parent.postMessage({ portolan: 1, id: 'other', height: 125 }, '*'); parent.postMessage({ portolan: 1, id: name, height: '99em' }, '*'); });
      await page.waitForFunction(() => window.heard.includes(125) && window.heard.includes('99em'), null, { timeout: 5000 });
      expect((await heights(page))[0] === height, 'a wrong message is obeyed');
    });
  }
  await step('a link leaves the frame', config.http + 'two.html', async (page) => {
    await fitted(page, config.first);
    await page.frames().find((f) => f.url().includes(config.first)).click('p.meta a');
    await page.waitForURL((u) => u.href.includes(config.first.replace('embed/', '')), { timeout: 5000 });
  });
  await step('a host that allows frames and no scripts of ours', config.http + 'strict.html', async (page) => {
    const text = await page.frames().find((f) => f.url().includes(config.first)).evaluate(() => document.querySelectorAll('table.whole tbody tr').length);
    expect(text > 3, 'only ' + text + ' rows');
  });
  for (const { page: name, file } of config.print) {
    await step('print ' + name, config.site + name, async (page) => { await page.pdf({ path: file, format: 'A4' }); });
  }
});
