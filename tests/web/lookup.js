// Asks the lookup as a reader would, of the site and of its files: what it
// finds is read by lookup_test.go.
//
//   node lookup.js CONFIG.json
//
// Each fault is one line of JSON, and the last line names the steps that were done.
'use strict';
const { config, expect, audit, run } = require('./steps');

const field = 'form.lookup input[name=q]';
const panel = '.lookup-panel';
const row = '.lookup-hit a';

const focused = (page, what) => page.evaluate((s) => document.activeElement.matches(s), what);
const shown = (page, what) => page.locator(what).first().waitFor();
const status = (page) => page.locator('.lookup-status').innerText();

async function ask(page, text) {
  await page.keyboard.press('/');
  await page.keyboard.type(text);
}

async function paste(page, text) {
  await page.keyboard.press('/');
  await page.evaluate((t) => {
    const data = new DataTransfer();
    data.setData('text/plain', t);
    document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, text);
}

run({ viewport: { width: 1280, height: 900 }, patience: 20000 }, async (browser, take) => {
  for (const base of config.bases) {
    const step = (name, start, f, options) => take(name + ' (' + base.split(':')[0] + ')', base + start, f, options);

    await step('nothing is loaded before the field is used', config.product, async (page, context, asked) => {
      await page.waitForTimeout(300);
      const ofLookup = () => asked.filter((u) => u.includes('lookup'));
      expect(!ofLookup().length, 'loads ' + ofLookup()[0]);
      await page.keyboard.press('/');
      await page.waitForFunction(() => window.portolanLookup && window.portolanRegistry && window.portolanAnswers);
      expect(ofLookup().length === 3, 'loads ' + ofLookup().length + ' files');
      await page.keyboard.type(config.inside);
      await shown(page, row);
      await page.keyboard.press('Escape');
      await ask(page, '443');
      await shown(page, row);
      expect(ofLookup().length === 3, 'loads them again');
    });

    for (const start of config.pages) {
      await step('"/" answers on ' + start, start, async (page) => {
        await ask(page, config.inside);
        await shown(page, row + '[href*="' + config.row + '"]');
        expect(/^[0-9]+ rows? found: [0-9]+ .*inside a range/.test(await status(page)), 'the status says ' + await status(page));
        const inPage = await page.locator('main .lookup-results').count() === 1;
        expect(inPage === (start === 'index.html' || start === 'ports/index.html'), 'the answers are in another place');
        await page.waitForTimeout(600);
        expect(new URL(page.url()).search === (inPage ? '?q=' + config.inside : ''), 'the address is ' + page.url());
      });
    }

    await step('a panel by keyboard', config.product, async (page) => {
      const link = page.locator('main a[href]').first();
      await page.evaluate(() => window.scrollTo(0, 500));
      await link.evaluate((a) => a.focus({ preventScroll: true }));
      const heights = () => page.evaluate(() => [document.documentElement.scrollHeight, document.querySelector('h1').offsetTop].join());
      const height = await heights();
      await ask(page, config.inside);
      await shown(page, row);
      expect(await heights() === height, 'the page moves');
      await page.keyboard.press('ArrowDown');
      expect(await focused(page, '.lookup-hit:first-child a'), 'the arrow does not lead to the first row');
      await page.keyboard.press('ArrowDown');
      expect(await focused(page, '.lookup-hit:nth-child(2) a'), 'nor to the second');
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('ArrowUp');
      expect(await focused(page, field), 'nor back');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Escape');
      expect(await page.locator(panel).isHidden(), 'Escape does not close');
      expect(await link.evaluate((a) => a === document.activeElement), 'Escape does not give the focus back');
      expect(await page.evaluate(() => window.scrollY) === 500, 'nor the place');
      await page.keyboard.press('/');
      await shown(page, panel + ' ' + row);
      await page.mouse.click(5, 850);
      expect(await page.locator(panel).isHidden(), 'a click beside it does not close it');
    });

    await step('Enter opens the best row', config.product, async (page) => {
      await ask(page, config.inside + ' ' + config.word);
      await page.keyboard.press('Enter'); // before there is an answer
      await page.waitForURL((u) => u.hash !== '');
      const row = page.locator('tr:target');
      expect(await row.isVisible() && (await row.innerText()).includes(config.range), 'leads to ' + page.url());
    });

    await step('a row of the page itself', config.row.split('#')[0], async (page) => {
      await ask(page, config.inside + ' ' + config.word);
      await page.locator(panel + ' a[href$="' + config.row + '"]').first().click();
      await page.waitForURL((u) => u.hash !== '');
      expect(await page.locator(panel).isHidden(), 'the panel covers the row');
      expect(await page.locator('tr:target').isVisible(), 'the row is not there');
    });

    await step('"/" is a letter in a field, and a key with modifiers is another', 'index.html', async (page) => {
      await page.keyboard.press('Control+/');
      await page.keyboard.press('Alt+/');
      expect(!await focused(page, field), 'leads to the field');
      await ask(page, 'tcp/22');
      expect(await page.inputValue(field) === 'tcp/22', 'types ' + await page.inputValue(field));
    });

    await step('all rows are shown', 'index.html', async (page) => {
      await ask(page, config.common);
      await shown(page, row);
      const section = page.locator('.lookup-section').nth(await page.locator('.lookup-section').evaluateAll((all) => all.findIndex((e) => e.querySelector('button'))));
      const want = Number((await section.locator('.lookup-count').innerText()).replace(/\D/g, ''));
      expect(await section.locator(row).count() < want, 'all are shown at once');
      await section.locator('button').click();
      expect(await section.locator(row).count() === want, await section.locator(row).count() + ' of ' + want);
      expect(await focused(page, row), 'the focus is lost');
    });

    await step('nothing is documented', 'index.html', async (page) => {
      await ask(page, 'tcp/' + config.nothing);
      await shown(page, '.lookup-nothing');
      const text = await page.locator('.lookup-nothing').innerText();
      expect(text.includes('No documented requirement for tcp/' + config.nothing + ' in ' + config.products + ' products'), text);
      expect(text.includes('does not mean that it is unused'), text);
      await page.locator('.lookup-nothing a').first().click();
      await page.waitForURL((u) => u.pathname.includes('/ports/tcp/'));
      expect((await page.locator('h1').innerText()).startsWith('TCP '), 'leads nowhere');
    });

    for (const log of config.pastes) {
      await step('pasted: ' + log.name, log.start, async (page) => {
        await paste(page, log.text);
        await shown(page, '.lookup-may');
        const lines = await page.locator('.lookup-table tbody tr').evaluateAll((all) => all.map((tr) =>
          Array.from(tr.cells).slice(0, -1).map((c) => c.innerText).join(' ').trim() + (tr.querySelector('.lookup-may a') ? '' : ' nothing')));
        expect(lines.join('; ') === log.rows, 'reads ' + lines.join('; '));
        expect((await page.locator('.lookup-paste summary').innerText()).includes(log.text.split('\n').length + ' lines'), 'the lines are not counted');
        expect(/Nothing of them leaves this page/.test(await status(page)), 'the status says ' + await status(page));
        await page.waitForTimeout(600);
        expect(new URL(page.url()).search === '', 'the address is ' + page.url());
        await page.locator('.lookup-paste summary').click();
        await page.fill('.lookup-paste textarea', log.text.split('\n').slice(0, 1).join('\n') + '\ntcp LISTEN 0 1 0.0.0.0:22 0.0.0.0:*');
        await page.locator('.lookup-table th', { hasText: 'tcp/22' }).waitFor();
        await page.locator('.lookup-paste button').click();
        expect(await page.locator('.lookup-table').count() === 0 && await focused(page, field), 'the lines stay');
      });
    }

    if (base.startsWith('file:')) continue;
    for (const colorScheme of ['light', 'dark']) {
      for (const width of [320, 360, 1280]) {
        await step('audit at ' + width + ' ' + colorScheme, config.product, async (page) => {
          await ask(page, config.inside);
          await shown(page, panel + ' ' + row);
          await audit(page, 'an answer');
          if (width < 400) {
            const box = await page.locator(panel).boundingBox();
            expect(Math.round(box.x) === 0 && Math.round(box.width) === width, 'the panel is ' + box.width + ' px wide');
          }
          await page.fill(field, 'tcp/' + config.nothing);
          await shown(page, '.lookup-nothing');
          await audit(page, 'a negative answer');
          await paste(page, config.pastes[0].text);
          await shown(page, '.lookup-may');
          await page.locator('.lookup-paste summary').click();
          await audit(page, 'a table of pasted lines');
        }, { viewport: { width, height: 800 }, colorScheme });
      }
    }
  }
});
