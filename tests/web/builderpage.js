// Builds rules as a reader would: what it finds is read by builderpage_test.go.
//
//   node builderpage.js CONFIG.json
//
// Each fault is one line of JSON, and the last line names the steps that were done.
'use strict';
const { spawnSync } = require('child_process');
const fs = require('fs');
const { config, expect, audit, run } = require('./steps');

const rules = 'rules/index.html';
const pre = '.builder-file pre.rules >> nth=0';

const field = (page, id) => page.locator('[id="' + id + '"]');
const text = (page) => page.locator(pre).evaluate((e) => e.textContent);
const hash = (page) => page.evaluate(() => location.hash);
const made = (page) => page.waitForFunction(() => {
  const file = document.querySelector('.builder-file:not(.stale) pre.rules');
  return file && file.textContent.length > 100;
}, null, { timeout: 20000 });
const holds = (page, what) => page.waitForFunction((s) => document.querySelector('.builder-file pre.rules').textContent.includes(s), what, { timeout: 5000 });
const kept = (page, what) => page.waitForFunction((s) => location.hash.includes(s), what, { timeout: 5000 });

run({ viewport: { width: 1280, height: 900 } }, async (browser, take) => {
  const step = (base, name, start, f, options) => take(name + ' (' + base.split(':')[0] + ')', base + start, async (page, context, asked) => {
    if (start.includes('#')) await made(page);
    await f(page, context, asked);
    const foreign = asked.find((u) => !u.startsWith(base) && !/^(data|blob):/.test(u));
    expect(!foreign, 'asks for ' + foreign);
  }, options);

  for (const base of config.bases) {
    for (const [i, c] of config.same.entries()) {
      await step(base, 'same ' + i, rules + c.Hash, async (page) => {
        const got = await text(page);
        const at = c.Text.split('').findIndex((x, j) => got[j] !== x);
        expect(got === c.Text, 'another file at ' + at + ': ' + got.slice(at - 40, at + 40));
        expect(await hash(page) === c.Hash, 'the address became ' + await hash(page));
        const command = (await page.locator('.builder-file > details:last-child > pre').evaluate((e) => e.textContent)).replace(/^portolan rules/, config.program);
        const ran = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
        expect(ran.stdout === got, 'the command shown prints something else: ' + command + ': ' + ran.stderr);
      });
    }
    await step(base, 'nothing before it is used', rules, async (page, context, asked) => {
      const before = asked.length;
      expect(!(await page.locator('.builder-got').isVisible()), 'there is output');
      await page.selectOption('.builder select', 'liquidfiles');
      await page.click('[data-part=add]');
      await made(page);
      expect(asked.length > before, 'nothing was loaded for it');
      expect(/^#platform=[a-z]+&of=liquidfiles$/.test(await hash(page).then(() => kept(page, 'of=liquidfiles')).then(() => hash(page))), 'the address is ' + await hash(page));
    });
    await step(base, 'typing', rules + '#platform=nftables&of=liquidfiles', async (page) => {
      const before = await page.locator('[data-part=status]').innerText();
      await field(page, 'liquidfiles.set.admins').pressSequentially('10.0.1.0/24 2001:db8:77::/48', { delay: 5 });
      await holds(page, '2001:db8:77::/48');
      await kept(page, 'set.admins=10.0.1.0/24,2001:db8:77::/48');
      expect((await text(page)).includes('10.0.1.0/24'), 'the IPv4 prefix is not in the file');
      const after = await page.locator('[data-part=status]').innerText();
      expect(+before.match(/(\d+) roles? to fill/)[1] === +(after.match(/(\d+) roles? to fill/) || [0, 0])[1] + 1, 'the status was ' + before + ', is ' + after);
      expect(await page.evaluate(() => document.activeElement.id === 'liquidfiles.set.admins'), 'the focus went away');
    });
    await step(base, 'pasting lines', rules + '#platform=nftables&of=liquidfiles', async (page) => {
      await field(page, 'liquidfiles.set.admins').evaluate((e) => {
        e.focus();
        const data = new DataTransfer();
        data.setData('text/plain', '10.0.1.5\r\n10.0.1.6\n');
        e.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
      });
      await holds(page, '10.0.1.6');
      await kept(page, 'set.admins=10.0.1.5,10.0.1.6');
    });
    await step(base, 'a wrong address', rules + '#platform=nftables&of=liquidfiles&set.users=any', async (page) => {
      const admins = field(page, 'liquidfiles.set.admins');
      await admins.fill('10.0.0.300');
      await page.waitForFunction(() => document.querySelector('[id="liquidfiles.set.admins"]').getAttribute('aria-invalid') === 'true');
      const why = await admins.evaluate((e) => e.getAttribute('aria-describedby').split(' ').map((id) => document.getElementById(id).textContent).join(' '));
      expect(why.includes('10.0.0.300'), 'at the field stands ' + why);
      expect(await page.locator('button[aria-label^="Download the rules"]').isDisabled(), 'a file that is not as chosen can be taken');
      expect(await page.locator('[aria-invalid]').count() === 1, 'other fields are blamed');
      await page.click('.builder-file .left button');
      expect(await page.evaluate(() => document.activeElement.id === 'liquidfiles.set.admins'), 'the file does not lead to the field');
      await admins.fill('10.0.0.30');
      await holds(page, '10.0.0.30');
      expect(await page.locator('[aria-invalid]').count() === 0, 'it stays blamed');
    });
    await step(base, 'a link for a colleague', rules + '#platform=nftables&of=moveit-transfer', async (page, context) => {
      await page.check('.builder-feature:has-text("LDAP") input');
      await page.locator('.builder-flows summary').click();
      await field(page, 'moveit-transfer.set.ldap-server').fill('dc.example.org, 10.0.2.25 2001:db8:9::25');
      await page.locator('.builder-flows tr:has-text("ldaps") input[type=checkbox]').uncheck();
      await page.locator('.builder-flows input[aria-label^="Ports"]:visible').first().fill('tcp/41000-41100');
      await page.click('.builder-platforms summary');
      await page.fill('input[name=find]', 'forti');
      await page.locator('.builder-platforms label:visible', { hasText: 'FortiGate' }).locator('input').check();
      await page.check('input[name=deny]');
      await kept(page, 'deny');
      await holds(page, '41000');
      const url = page.url(), want = await text(page);
      expect(/flow=-ldaps/.test(url) && /feature=ldap/.test(url) && /platform=fortigate/.test(url), 'the address is ' + url);
      const other = await (await browser.newContext()).newPage();
      await other.goto(url);
      await made(other);
      const got = await text(other);
      await other.context().close();
      expect(got === want, 'the colleague sees another file');
    });
    await step(base, 'a link that does not know this site', rules + '#platform=windowz&of=liquidfiles&feature=teleport&set.nobody=10.0.0.1&flow=-nothing&of=no-such&at=host', async (page) => {
      const said = await page.locator('[data-part=notes]').innerText();
      for (const word of ['windowz', 'teleport', 'nobody', 'nothing', 'no-such']) expect(said.includes(word), 'it does not tell of ' + word + ': ' + said);
    });
    await step(base, 'another link in the same page', rules + '#platform=nftables&of=liquidfiles&set.admins=10.1.1.1', async (page) => {
      await page.evaluate(() => { location.hash = '#platform=pf&of=globalscape-eft'; });
      await page.waitForFunction(() => document.querySelectorAll('.builder-of').length === 1 && document.querySelector('.builder-of h2').textContent === 'Globalscape EFT');
      await made(page);
      expect((await text(page)).includes('Globalscape EFT'), 'the old file stays');
      await page.keyboard.press('Tab');
      await page.evaluate(() => document.querySelector('a.skip').click());
      await kept(page, 'globalscape-eft');
      expect(await page.locator('.builder-of').count() === 1, 'a link inside the page takes the choices away');
    });
    await step(base, 'several, and all platforms', rules + '#platform=nftables&of=liquidfiles&set.users=10.9.8.7,2001:db8:77::7&of=globalscape-eft', async (page) => {
      expect(await page.locator('.builder-file').count() === 2, 'not a file for each');
      const [file] = await Promise.all([page.waitForEvent('download'), page.click('[data-part=zip]')]);
      await file.saveAs(config.archive);
      const [one] = await Promise.all([page.waitForEvent('download'), page.click('button[aria-label="Download the rules of Globalscape EFT"]')]);
      expect(fs.readFileSync(await one.path(), 'utf8').includes('Globalscape EFT'), 'the download is of another');
      await page.click('.builder-file >> nth=1 >> summary >> text=Connection tests and');
      await page.click('.builder-file >> nth=1 >> summary >> text=Bash');
      await page.waitForFunction(() => /^#!/.test(document.querySelectorAll('.builder-file')[1].querySelector('details details[open] pre').textContent));
      await page.click('.builder-of >> nth=0 >> button >> text=Remove');
      await page.waitForFunction(() => document.querySelectorAll('.builder-file').length === 1);
      await page.waitForFunction(() => !location.hash.includes('liquidfiles'));
      await page.click('[data-part=again]');
      await page.waitForFunction(() => location.hash === '' && !document.querySelector('.builder-of'));
      await page.goBack();
      await made(page);
      expect((await hash(page)).includes('globalscape-eft'), '"back" does not bring it back');
    });
    await step(base, 'copying', rules + '#platform=nftables&of=liquidfiles', async (page) => {
      const got = (button) => page.evaluate((b) => new Promise((resolve) => {
        const data = DataTransfer.prototype.setData;
        DataTransfer.prototype.setData = function (type, s) {
          DataTransfer.prototype.setData = data;
          resolve(s);
          return data.call(this, type, s);
        };
        document.querySelector(b).click();
      }), button);
      expect(await got('.builder-file .actions button') === await text(page), 'another text is copied');
      expect(await got('[data-part=link]') === page.url(), 'another address is copied');
    });
    await step(base, 'keyboard', rules, async (page) => {
      const to = async (test, what) => {
        for (let i = 0; i < 150; i++) {
          if (await page.evaluate(test)) return;
          await page.keyboard.press('Tab');
        }
        throw new Error('the keyboard does not reach ' + what);
      };
      await to(() => document.activeElement.name === 'of', 'the products');
      await page.keyboard.type('Liq');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await made(page);
      await to(() => !!document.activeElement.closest('summary') && !!document.activeElement.closest('.builder-platforms'), 'the platforms');
      await page.evaluate(() => { document.querySelector('.builder-platforms').open = false; });
      await page.keyboard.press('Enter');
      await to(() => document.activeElement.name === 'platform', 'a platform');
      await page.keyboard.press('ArrowDown');
      await kept(page, 'platform=iptables');
      await to(() => document.activeElement.id === 'liquidfiles.set.admins', 'an address');
      await page.keyboard.type('10.7.7.7');
      await holds(page, '10.7.7.7');
      await to(() => document.activeElement.matches('pre.rules'), 'the file');
      await page.keyboard.press('Shift+Tab');
      const [file] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
      expect(fs.readFileSync(await file.path(), 'utf8') === await text(page), 'the download is another');
    });
    for (const width of [360, 1280]) {
      await step(base, 'the focus is seen ' + width, rules + '#platform=nftables&of=liquidfiles', async (page) => {
        await page.evaluate(() => document.querySelector('[name=of]').focus());
        const seen = new Set();
        for (let i = 0; i < 120; i++) {
          await page.keyboard.press('Tab');
          const at = await page.evaluate(() => {
            const e = document.activeElement, box = e.getBoundingClientRect();
            const top = document.elementFromPoint((Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2, (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2);
            return { inside: !!e.closest('.builder'), html: e.outerHTML.slice(0, 100), covered: !top || !e.contains(top) && !top.contains(e) ? String(top && top.outerHTML).slice(0, 100) : '' };
          });
          if (!at.inside) break;
          expect(!at.covered, 'covered: ' + at.html + ' by ' + at.covered);
          seen.add(at.html);
        }
        expect(seen.size > 25, 'only ' + seen.size + ' stops');
      }, { viewport: { width, height: 700 } });
    }
    for (const [colorScheme, width] of [['light', 360], ['dark', 1280]]) {
      await step(base, 'axe ' + width, rules + '#platform=nftables&deny&of=moveit-transfer&feature=ldap&set.ldap-server=10.0.0.300&of=eft-dmz', async (page) => {
        await page.locator('.builder-of').first().waitFor();
        await page.evaluate(() => document.querySelectorAll('.builder details').forEach((d) => { d.open = true; }));
        await page.locator('.builder button >> text=What they mean').click();
        await audit(page, 'the builder');
      }, { colorScheme, viewport: { width, height: 900 } });
    }
  }
  const base = config.bases[0];
  await step(base, '320 px', rules + '#platform=aws-terraform&of=moveit-transfer&all', async (page) => {
    await page.evaluate(() => document.querySelectorAll('.builder details').forEach((d) => { d.open = true; }));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide <= 320, 'the page is ' + wide + ' px wide');
    await page.click('.builder-jump button');
    expect(await page.evaluate(() => document.activeElement.matches('.builder-got')), 'the bar does not lead to the rules');
  }, { viewport: { width: 320, height: 700 } });
  await step(base, 'from a product', 'products/moveit-transfer/index.html', async (page) => {
    await page.locator('a', { hasText: 'Build rules with your addresses' }).first().click();
    await made(page);
    expect((await text(page)).includes('MOVEit Transfer'), 'it opens something else');
  });
  await step(base, 'without JavaScript', rules, async (page) => {
    expect(await page.locator('main :is(button, select, input):visible').count() === 0, 'a control that does nothing');
    const subjects = await page.locator('select[name=of] option[data-kind]').count();
    const ready = page.locator('#page\\.ready ~ ul li');
    expect(subjects > 3 && await ready.locator('a[href$="#page.rules"]:visible').count() === subjects, 'a product or network has no ready files');
    expect(await ready.locator('a[download][href$="rules.zip"]:visible').count() === subjects, 'a product or network has not all files at once');
    await ready.locator('a[href*="moveit-transfer"][href$="#page.rules"]').click();
    expect(await page.locator('[id="page.rules"] ~ .picker a[href*="rules/nftables/"]').isVisible(), 'a link leads to no ready files');
  }, { javaScriptEnabled: false });
  await step(base, 'without WebAssembly', rules, async (page) => {
    await page.evaluate(() => { location.hash = '#of=liquidfiles'; });
    await page.locator('[data-part=notes]').waitFor();
    expect((await page.locator('[data-part=notes]').innerText()).includes('ready-made files below'), 'it does not lead to the ready files');
  }, { init: 'delete window.WebAssembly' });
});
