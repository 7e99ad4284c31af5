// Copies tables as a reader would: what it finds is read by dialog_test.go.
//
//   node dialog.js CONFIG.json
//
// Each fault is one line of JSON, and the last line names the steps that were done.
'use strict';
const fs = require('fs');
const { config, expect, audit, run } = require('./steps');

const dialog = 'dialog.copy[open]';
const format = (page, name) => page.selectOption(dialog + ' select >> nth=0', name);
const all = (page) => page.locator('[data-picks] button');

async function openAll(page) {
  await all(page).click();
  await page.waitForSelector(dialog);
}

async function copy(page) {
  await page.click(dialog + ' .actions button >> nth=0');
  await page.waitForFunction(() => document.querySelector('dialog [role=status]').textContent === 'Copied', null, { timeout: 3000 });
}

run({ viewport: { width: 1000, height: 800 }, hosts: 'MAP intranet.example 127.0.0.1' }, async (browser, step) => {
  // clipboard is what another page gets that is pasted into.
  const clipboard = async (context) => {
    await context.grantPermissions(['clipboard-read'], { origin: config.host.replace(/\/$/, '') });
    const page = await context.newPage();
    await page.goto(config.host + 'paste.html');
    await page.bringToFront();
    const got = await page.evaluate(async () => {
      const out = {};
      for (const item of await navigator.clipboard.read()) {
        for (const type of item.types) out[type] = await (await item.getType(type)).text();
      }
      return out;
    });
    await page.close();
    return got;
  };

  // What is chosen of everything is the published file.
  for (const dir of config.subjects) {
    await step('whole ' + dir, config.site + dir + 'index.html', async (page) => {
      // Without a reader's gestures: these wait until a page is painted.
      const got = await page.evaluate(async (names) => {
        document.querySelector('[data-picks] button').click();
        while (!document.querySelector('dialog')) await new Promise((next) => setTimeout(next, 20));
        const select = document.querySelector('dialog select');
        return names.map((name) => {
          select.value = name;
          select.dispatchEvent(new Event('input', { bubbles: true }));
          return document.querySelector('dialog .preview pre').textContent;
        });
      }, ['md', 'csv', 'tsv', 'source']);
      ['table.md', 'table.csv', 'table.tsv', 'table.html'].forEach((file, i) => {
        const want = fs.readFileSync(config.dir + dir + file, 'utf8');
        const at = want.split('').findIndex((c, j) => got[i][j] !== c);
        expect(got[i] === want, file + ' is another at ' + at + ': ' + want.slice(at - 20, at + 20));
      });
    });
  }

  const product = config.product + 'index.html';
  for (const [where, base] of [['http', config.site], ['plain http', config.site.replace('127.0.0.1', 'intranet.example')], ['file', 'file://' + config.dir]]) {
    await step('clipboard ' + where, base + product, async (page, context) => {
      expect(where !== 'plain http' || await page.evaluate(() => !navigator.clipboard), 'it is a secure context');
      await openAll(page);
      await copy(page);
      const got = await clipboard(context);
      expect(/<table[^]*<tr[^>]*><th scope="col"/.test(got['text/html']), 'no header cells in ' + String(got['text/html']).slice(0, 200));
      expect(/<td style="[^"]*border/.test(got['text/html']), 'no style: ' + got['text/html'].slice(0, 400));
      expect(got['text/html'].includes('portolan data '), 'it does not say which data');
      expect(got['text/plain'] === fs.readFileSync(config.dir + config.product + 'table.tsv', 'utf8'), 'the text is not the TSV: ' + got['text/plain'].slice(0, 100));
    });
  }
  await step('clipboard Markdown', config.site + product, async (page, context) => {
    await openAll(page);
    await format(page, 'md');
    await copy(page);
    const got = await clipboard(context);
    expect(!got['text/html'] && got['text/plain'].startsWith('| '), 'it is ' + JSON.stringify(got).slice(0, 100));
  });
  await step('choosing', config.site + product, async (page) => {
    await page.locator('.scroll + .actions button').first().click(); // of the first direction
    await page.waitForSelector(dialog);
    await format(page, 'md');
    await page.locator(dialog + ' summary').first().click();
    const lines = async () => (await page.evaluate(() => document.querySelector('dialog .preview pre').textContent)).split('\n\n')[0].split('\n');
    const cells = (line) => line.split(' | ').length;
    const before = await lines();
    expect(before.length > 3 && before.slice(2).every((l) => l.startsWith('| Inbound |')), 'not the rows of its table: ' + before[2]);
    await page.locator(dialog + ' fieldset[data-choice="Columns"] label', { hasText: 'Notes' }).locator('input').uncheck();
    await page.locator(dialog + ' fieldset[data-choice="Columns"] label', { hasText: 'Direction' }).locator('input').uncheck();
    const fewer = await lines();
    expect(fewer.every((l) => cells(l) === cells(before[0]) - 2), 'columns stay: ' + fewer[0]);
    expect(!/Direction|Notes/.test(fewer[0]), 'the wrong columns went: ' + fewer[0]);
    await page.locator(dialog + ' fieldset[data-choice="Direction"] input').nth(1).check();
    expect((await lines()).length > fewer.length, 'no row of another direction comes in');
    const all = (await lines()).length;
    for (const box of await page.locator(dialog + ' fieldset[data-choice="Features in use"] input').all()) await box.uncheck();
    const without = (await lines()).length;
    expect(without < all, 'no row goes with its feature');
    const status = await page.locator(dialog + ' [role=status]').innerText();
    expect(status.startsWith((without - 2) + ' of '), 'the status says ' + status);
    await format(page, 'html');
    expect(await page.locator(dialog + ' .preview tbody tr').count() === without - 1, 'the table shows other rows');
    expect(await page.locator(dialog + ' .preview th').count() === cells(fewer[0]), 'the table shows other columns');
    const [file] = await Promise.all([page.waitForEvent('download'), page.click(dialog + ' a[download^="' + config.product.split('/')[1] + '"]')]);
    const text = fs.readFileSync(await file.path(), 'utf8');
    expect(text.startsWith('<table') && text.match(/<tr>/g).length === without - 1, 'the download is ' + text.slice(0, 80));
  });
  await step('keyboard', config.site + product, async (page) => {
    await all(page).focus();
    await page.keyboard.press('Enter');
    await page.waitForSelector(dialog);
    for (let i = 0; i < 12; i++) {
      expect(await page.evaluate(() => document.activeElement === document.body || !!document.activeElement.closest('dialog')), 'the focus leaves the dialog');
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => !document.querySelector('dialog'));
    expect(await page.evaluate(() => !!document.activeElement.closest('[data-picks]')), 'the focus does not come back');
  });
  for (const [colorScheme, width] of [['light', 360], ['dark', 1000]]) {
    await step('axe ' + colorScheme, config.site + product, async (page) => {
      await openAll(page);
      for (const s of await page.locator(dialog + ' summary').all()) await s.click();
      await audit(page, 'the dialog', 'dialog');
      expect(await page.evaluate(() => document.querySelector('dialog').scrollWidth <= document.querySelector('dialog').clientWidth), 'it is wider than its window');
    }, { colorScheme, viewport: { width, height: 800 } });
  }
  await step('files and frames', config.site + product, async (page) => {
    await openAll(page);
    await page.locator(dialog + ' summary').last().click();
    const values = await page.locator(dialog + ' input[readonly]').evaluateAll((list) => list.map((i) => i.value));
    expect(/^http.*\/table\.[a-z.]+$/.test(values[0]), 'the address is ' + values[0]);
    const status = await page.evaluate((u) => fetch(u).then((r) => r.status), values[0]);
    expect(status === 200, 'the address answers ' + status);
    expect(/^<iframe src="http[^"]*embed\/index\.html" title="[^"]+"/.test(values[1]), 'the frame is ' + values[1]);
  });
  await step('another table', config.site + product, async (page, context) => {
    await page.click('button[aria-label^="Copy: The parties"]');
    await page.waitForSelector(dialog);
    await copy(page);
    const got = await clipboard(context);
    expect(got['text/html'].includes('<th scope="col"') && got['text/html'].includes('portolan data '), 'it is ' + got['text/html'].slice(0, 200));
    const rows = await page.locator('[id="table.endpoints"]').locator('xpath=../tbody/tr').count();
    expect(got['text/plain'].trim().split('\n').length === rows + 1, 'rows are missing');
  });
  await step('without JavaScript', config.site + product, async (page) => {
    expect(await page.locator('main button:visible, dialog').count() === 0, 'a button that does nothing');
  }, { javaScriptEnabled: false });
});
