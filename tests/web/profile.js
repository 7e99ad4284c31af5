// Chooses a set-up as a reader would: what it finds is read by profile_test.go.
//
//   node profile.js CONFIG.json
//
// Each fault is one line of JSON, and the last line names the steps that were
// done and the command lines that pages offer.
'use strict';
const { config, expect, audit, run } = require('./steps');

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

// shown is all that a choice decides of a page.
function shown(page) {
  return page.evaluate(() => {
    const list = (selector, f) => Array.from(document.querySelectorAll(selector)).filter((e) => e.getClientRects().length).map(f);
    const edges = Array.from(document.querySelectorAll('svg.diagram g.edge a'));
    return {
      rows: list('table.flows tbody tr', (r) => r.id).sort(),
      groups: list('.strip dt', (dt) => dt.textContent),
      chips: list('.strip a.chip', (a) => a.textContent),
      faded: edges.filter((a) => a.classList.contains('out') || a.parentNode.classList.contains('out')).map((a) => a.querySelector('title').textContent),
      count: document.querySelector('.setup output').textContent,
      said: document.querySelector('.setup summary').textContent,
      hash: location.hash,
      builder: document.querySelector('.yours a').getAttribute('href'),
      ready: document.querySelector('[id="page.rules"] ~ .picker a').getAttribute('href'),
      frame: document.querySelector('[id="page.copies"] ~ p a[href*="embed/"]').getAttribute('href'),
      command: document.querySelector('.yours code').textContent
    };
  });
}

// hashed waits until the page has handled its address.
async function hashed(page, hash) {
  await page.waitForFunction((h) => location.hash === h, hash, { timeout: 3000 });
  await page.waitForTimeout(50);
}

const target = (page) => page.evaluate(() => {
  const e = document.querySelector(':target'), box = e && e.getBoundingClientRect();
  return e ? { id: e.id, seen: box.height > 0 && box.top >= -1 && box.top < innerHeight } : {};
});

run({ viewport: { width: 1280, height: 900 } }, async (browser, step, done) => {
  const fresh = async (url) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    await page.goto(url, { waitUntil: 'load' });
    await page.waitForTimeout(50);
    const got = await shown(page);
    await context.close();
    return got;
  };
  const open = (page) => page.click('.setup summary');
  const feature = (page, id) => page.locator('.setup input[value="' + id + '"]');

  for (const base of config.bases) {
    const kind = ', ' + base.split(':')[0];
    const moveit = base + 'products/moveit-transfer/index.html';

    await step('a feature' + kind, moveit, async (page) => {
      const before = await shown(page);
      expect(before.rows.length === 32 && !before.faded.length && before.hash === '', 'something is left out before any choice');
      expect(before.count.startsWith(config.want.nothing.length + ' of 32 '), 'it counts ' + before.count);
      expect(before.ready.includes('rules/nftables/index.html') && !await page.isVisible('.yours'), 'the rules are not those of the default');
      await open(page);
      await feature(page, 'ldap').check();
      const after = await shown(page);
      expect(after.hash === '#feature=ldap', 'the address is ' + after.hash);
      expect(same(after.rows, config.want.ldap.slice().sort()), 'the rows are ' + after.rows);
      expect(after.count.startsWith(config.want.ldap.length + ' of 32 connections in this set-up'), 'it counts ' + after.count);
      expect(after.said.includes('with LDAP'), 'it says ' + after.said);
      expect(after.chips.some((c) => c.includes('tcp/389')) && !after.chips.some((c) => c.includes('udp/1645')), 'the chips are ' + after.chips);
      expect(after.groups.length < before.groups.length, 'a group without chips is shown');
      expect(after.faded.some((l) => l.startsWith('udp/1645')) && after.faded.every((l) => l.endsWith(', not in as chosen')) && !after.faded.some((l) => l.startsWith('tcp/389')), 'the diagram fades ' + after.faded);
      expect(/rules\/index\.html#platform=nftables&of=moveit-transfer&feature=ldap$/.test(after.builder), 'the rules are made at ' + after.builder);
      expect(after.ready === after.builder, 'a platform leads to ' + after.ready);
      expect(after.frame.endsWith('embed/index.html#feature=ldap'), 'the frame is ' + after.frame);
      expect(await page.evaluate(() => document.activeElement.value === 'ldap'), 'the focus is gone');
      expect(same(await fresh(await page.evaluate(() => location.href)), after), 'the link shows another page');
      await page.goBack();
      await hashed(page, '');
      expect(same(await shown(page), before), 'a step back shows another page');
      expect(!await feature(page, 'ldap').isChecked(), 'a step back leaves the feature on');
      await page.goForward();
      await hashed(page, '#feature=ldap');
      expect(same(await shown(page), after), 'a step on shows another page');
      await page.check('.setup [name=rest]');
      expect((await shown(page)).rows.length === 32 && await page.locator('tr.out').count() === 32 - config.want.ldap.length, 'what is not needed is not shown');
      await page.click('.setup [type=reset]');
      expect(same(await shown(page), before), 'nothing is put back');
    });

    await step('a row and choices' + kind, moveit + '#ldap&feature=ldap', async (page) => {
      await hashed(page, '#ldap&feature=ldap');
      let at = await target(page);
      expect(at.id === 'ldap' && at.seen, 'at the row is ' + JSON.stringify(at));
      await page.locator('.strip a.chip').first().click();
      await hashed(page, '#https&feature=ldap');
      at = await target(page);
      expect(at.id === 'https' && at.seen, 'a chip leads to ' + JSON.stringify(at));
      await page.evaluate(() => scrollTo(0, 0));
      await page.locator('.strip a.chip').first().click();
      at = await target(page);
      expect(at.id === 'https' && at.seen, 'the second time it leads to ' + JSON.stringify(at));
      await page.evaluate(() => document.querySelector('svg.diagram a[href^="#radius"]').dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true })));
      await hashed(page, '#radius&feature=ldap');
      at = await target(page);
      expect(at.id === 'radius' && at.seen, 'a row that is out is not shown: ' + JSON.stringify(at));
      await page.goBack();
      await hashed(page, '#https&feature=ldap');
      expect((await target(page)).id === 'https' && (await shown(page)).rows.includes('ldap'), 'a step back is not at its row');
      await page.locator('tr[id="ldap"] a.anchor').click();
      await hashed(page, '#ldap&feature=ldap');
      expect((await page.locator('tr[id="ldap"] a.anchor').getAttribute('href')) === '#ldap&feature=ldap', 'the link of a row loses the choices');
      await page.evaluate(() => { location.hash = '#https'; });
      await hashed(page, '#https');
      expect((await shown(page)).rows.length === 32, 'a plain address keeps choices');
    });

    await step('rows asked for' + kind, moveit, async (page) => {
      expect(await page.locator('button.asks').count() === 0, 'buttons before anybody chooses');
      await open(page);
      const button = (id) => page.locator('tr[id="' + id + '"] button.asks');
      await button('radius').press('Enter');
      let now = await shown(page);
      expect(now.hash === '#flow=radius' && now.rows.includes('radius') && now.said.includes('1 row asked for'), 'asked for: ' + now.hash);
      await button('https').click();
      now = await shown(page);
      expect(now.hash === '#flow=radius&flow=-https' && await page.locator('tr[id="https"]').evaluate((r) => r.className.includes('out')), 'left out: ' + now.hash);
      expect(await page.evaluate(() => document.activeElement.closest('tr').id === 'https'), 'the focus is lost with the row');
      await button('https').click();
      await button('radius').click();
      now = await shown(page);
      expect(now.hash === '', 'asking back leaves ' + now.hash);
      expect(await page.locator('tr[id="deny-inbound"] button.asks').count() === 0, 'what must stay closed may be asked for');
    });

    await step('addresses and ports' + kind, moveit + '#feature=ldap&port.ldap=tcp/3389', async (page) => {
      expect((await page.locator('tr[id="ldap"] th').innerText()).replace(/\s+/g, ' ').includes('tcp/3389 changed from tcp 389'), 'no changed port: ' + await page.locator('tr[id="ldap"] th').innerText());
      expect((await shown(page)).chips.some((c) => c.includes('tcp/3389')), 'the chip has the old port');
      await open(page);
      const field = page.getByLabel('MOVEit Transfer server', { exact: true });
      await field.fill('192.0.2.10, 2001:db8::10');
      await field.press('Tab');
      const now = await shown(page);
      expect(now.hash === '#feature=ldap&set.server=192.0.2.10,2001:db8::10&port.ldap=tcp/3389', 'the address is ' + now.hash);
      expect((await page.locator('tr[id="https"] td').nth(1).innerText()).includes('MOVEit Transfer server 192.0.2.10, 2001:db8::10'), 'no address in the row');
      expect((await page.locator('tr[id="endpoint.server"]').innerText()).includes('192.0.2.10'), 'no address with the party');
      expect(await page.evaluate(() => document.activeElement.name !== 'set.server' && !!document.activeElement.closest('.setup')), 'the focus is gone');
      for (const [text, message] of [['300.1.1.1', 'is no IPv4 address'], ['10.0.0.1/8', 'bits set'], ['10.0.0.0/33', 'prefix'], ['2001:db8:::1', 'is no IPv6 address'], ['two words!', 'is no address']]) {
        await field.fill(text);
        expect(await field.getAttribute('aria-invalid') === 'true' && (await page.locator('[id="setup.server.wrong"]').innerText()).includes(message), text + ' is let through');
      }
      for (const text of ['10.0.0.0/8', '2001:db8::/32', 'ftp.example.com', '*.example.com', 'any', '']) {
        await field.fill(text);
        expect(await field.getAttribute('aria-invalid') === null, text + ' is refused');
      }
      await field.fill('192.0.2.10');
      await field.press('Enter');
      done.push('command: ' + (await shown(page)).command);
      await page.selectOption('.yours select', 'cisco-asa');
      done.push('command: ' + (await shown(page)).command);
      expect((await shown(page)).hash.includes('platform=cisco-asa'), 'the platform is not in the address');
    });

    await step('a port' + kind, moveit, async (page) => {
      await open(page);
      await page.click('.setup .own summary');
      expect(await page.locator('.setup .own input').count() > 5 && !await page.isVisible('[id="setup.port.radius"]'), 'a field for what is not in');
      const field = page.locator('[id="setup.port.ftps-passive"]'), message = page.locator('[id="setup.port.ftps-passive.wrong"]');
      for (const [text, told] of [['tcp/0', 'port 0 is not between 1 and 65535'], ['tcp/9-2', 'did you mean 2-9?'], ['tpc/1', 'unknown transport'], ['tcp/*', 'the product allows']]) {
        await field.fill(text);
        expect((await message.innerText()).includes(told), text + ': ' + await message.innerText());
        expect((await field.getAttribute('aria-invalid') === 'true') === (text !== 'tcp/*'), text + ' is let through, or refused');
      }
      await field.fill('50000 - 50100');
      await field.press('Tab');
      let now = await shown(page);
      expect(now.hash === '#port.ftps-passive=tcp/50000-50100', 'the address is ' + now.hash);
      expect(await field.inputValue() === 'tcp/50000-50100' && now.said.includes('1 port changed'), 'it says ' + now.said);
      expect((await page.locator('tr[id="ftps-passive"] th').innerText()).replace(/\s+/g, ' ').startsWith('tcp/50000-50100 changed from tcp'), 'the row has ' + await page.locator('tr[id="ftps-passive"] th').innerText());
      expect(now.chips.some((c) => c.includes('tcp/50000-50100')), 'the chips are ' + now.chips);
      expect(await page.evaluate(() => Array.from(document.querySelectorAll('svg.diagram text.changed')).some((t) => t.textContent === 'tcp/50000-50100')), 'the diagram has another label');
      expect(now.command.endsWith('--port ftps-passive=tcp/50000-50100') && now.builder.endsWith('of=moveit-transfer&port.ftps-passive=tcp/50000-50100'), 'the rules are made by ' + now.command + ', ' + now.builder);
      expect(now.frame.endsWith('embed/index.html#port.ftps-passive=tcp/50000-50100'), 'the frame is ' + now.frame);
      expect(same(await fresh(await page.evaluate(() => location.href)), now), 'the link shows another page');
      await field.fill('tcp/70000');
      await field.press('Tab');
      now = await shown(page);
      expect(now.hash === '#port.ftps-passive=tcp/70000' && now.said.includes('1 wrong port not applied') && !now.command.includes('70000') && !now.frame.includes('70000'), 'a wrong port is applied: ' + now.said);
      expect(!await page.locator('svg.diagram text.changed').count() && !await page.locator('tr[id="ftps-passive"] .was').count(), 'a wrong port is shown');
      await field.fill((await page.locator('[id="setup.port.ftps-passive"]').getAttribute('placeholder')));
      await field.press('Tab');
      expect((await shown(page)).hash === '', 'what is documented is in the address: ' + (await shown(page)).hash);
    });

    await step('copies' + kind, moveit + '#feature=ldap', async (page) => {
      await page.locator('[data-picks] button').click();
      await page.waitForSelector('dialog[open]');
      await page.selectOption('dialog select >> nth=0', 'md');
      const lines = (await page.evaluate(() => document.querySelector('dialog .preview pre').textContent)).split('\n\n')[0].split('\n');
      expect(lines.length - 2 === config.want.ldap.length, lines.length - 2 + ' rows are copied');
      await page.locator('dialog summary').first().click();
      await page.locator('dialog fieldset[data-choice="Your set-up"] input').uncheck();
      expect((await page.evaluate(() => document.querySelector('dialog .preview pre').textContent)).split('\n\n')[0].split('\n').length - 2 === 32, 'the whole table cannot be had');
      const values = await page.locator('dialog input[readonly]').evaluateAll((list) => list.map((i) => i.value));
      expect(/embed\/index\.html#feature=ldap"/.test(values[1]), 'the frame is ' + values[1]);
      expect(/<portolan-table product="moveit-transfer" choices="feature=ldap"><\/portolan-table>$/.test(values[2]), 'the element is ' + values[2]);
    });

    await step('copies with addresses and ports' + kind, moveit + '#feature=ldap&set.server=192.0.2.10,2001:db8::10,*.a_b.example&set.browsers=10.0.0.0/8,x!&port.ldap=tcp/3389&port.ldaps=tcp/0', async (page) => {
      await page.locator('[data-picks] button').click();
      await page.waitForSelector('dialog[open]');
      const cells = async (name, split) => {
        await page.selectOption('dialog select >> nth=0', name);
        const text = await page.evaluate(() => document.querySelector('dialog .preview pre').textContent);
        return (row, column) => split(text, row)[column];
      };
      const server = 'MOVEit Transfer server (DMZ): 192.0.2.10, 2001:db8::10, ';
      for (const [name, split, star, changed] of [
        ['md', (text, row) => text.split('\n')[row + 1].slice(2, -2).split(' | '), '\\*.a\\_b.example', 'tcp/3389 (changed from tcp/389)'],
        ['tsv', (text, row) => text.split('\n')[row].split('\t'), '*.a_b.example', 'tcp/3389 (changed from tcp/389)'],
        ['csv', (text, row) => text.split('\r\n')[row].slice(1, -1).split('","'), '*.a_b.example', 'tcp/3389 (changed from tcp/389)'],
        ['source', (text, row) => text.split('<tr>')[row + 1].split(/<\/t[dh]><t[dh][^>]*>/), '*.a_b.example', 'tcp/3389 (changed from tcp/389)']
      ]) {
        const cell = await cells(name, split);
        expect(cell(1, 3) === server + star, name + ' has ' + cell(1, 3));
        expect(cell(1, 2).startsWith('Remote web browsers (any zone): 10.0.0.0/8; MOVEit Wizard (any zone); '), name + ' has ' + cell(1, 2));
        const row = config.want.ldap.filter((id) => id !== 'https').length; // at most so many further
        const ports = Array.from({ length: row }, (_, i) => cell(i + 1, 4));
        expect(ports.includes(changed) && ports.filter((p) => p.includes('changed')).length === 1, name + ' has the ports ' + ports);
      }
      await page.locator('dialog summary').first().click();
      await page.locator('dialog fieldset[data-choice="Your set-up"] input').uncheck();
      expect(!/192\.0\.2\.10|3389/.test(await page.evaluate(() => document.querySelector('dialog .preview pre').textContent)), 'the published table has addresses');
      const values = await page.locator('dialog input[readonly]').evaluateAll((list) => list.map((i) => i.value));
      expect(values[1].includes('&amp;port.ldap=tcp/3389"') && !values[1].includes('ldaps'), 'the frame is ' + values[1]);
    });

    await step('in a frame' + kind, base + 'products/moveit-transfer/embed/index.html#mine&feature=ldap&set.server=192.0.2.10&port.ldap=tcp/3389', async (page) => {
      const rows = () => page.evaluate(() => Array.from(document.querySelectorAll('tbody[data-flow]')).filter((b) => b.getClientRects().length).map((b) => b.dataset.flow).sort());
      expect(same(await rows(), config.want.ldap.slice().sort()), 'the rows are ' + await rows());
      expect((await page.locator('main').innerText()).includes('with LDAP authentication; MOVEit Transfer server 192.0.2.10'), 'it does not say what was chosen');
      expect((await page.locator('tbody[data-flow="ldap"] .ports').innerText()).includes('tcp/3389'), 'the changed port is missing');
      await page.evaluate(() => { location.hash = ''; });
      await page.waitForFunction(() => !document.querySelector('tbody[data-flow][hidden], [data-said]'));
      expect((await rows()).length === 32 && !(await page.locator('main').innerText()).includes('3389'), 'the whole table does not come back');
    });

    await step('a version' + kind, base + 'products/active-directory/index.html', async (page) => {
      await open(page);
      await page.selectOption('.setup [name=version]', config.want.versions[0]);
      const now = await shown(page);
      expect(same(now.rows, config.want.oldest.slice().sort()), 'the rows are ' + now.rows);
      expect(now.said.includes('version ' + config.want.versions[0]) && now.command.includes('--version'), 'it says ' + now.said + ', ' + now.command);
    });
  }

  const moveit = config.bases[0] + 'products/moveit-transfer/index.html';
  const hostile = '#feature=ldap&feature=nothing&flow=__proto__&set.server=' + encodeURIComponent('<img src=x onerror=document.title=1>\n\'; touch x; $(touch y) `touch z`') + '&port.ldap=' + encodeURIComponent('<b id=evil>') + '&set.constructor=1';
  await step('a hostile link', moveit + hostile, async (page) => {
    await open(page);
    expect(await page.evaluate(() => !document.querySelector('#evil, main img') && document.title !== '1'), 'it makes elements');
    expect((await shown(page)).count.includes('not known here: nothing'), 'what is unknown is not told');
    await page.evaluate(() => { location.hash = location.hash.replace(/&port[^&]*/, ''); });
    await page.waitForFunction(() => !document.querySelector('.yours code').textContent.includes('evil'));
    done.push('command: ' + (await shown(page)).command.replace('--feature ldap ', ''));
  });
  await step('an element in another page', 'about:blank', async (page) => {
    const host = new URL('/wiki', config.bases[0]).href;
    await page.route(host, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>x</title><link rel="icon" href="data:,"><portolan-table product="moveit-transfer" choices="feature=ldap"></portolan-table><script src="' + config.bases[0] + 'embed.js"></script>' }));
    await page.goto(host);
    await page.waitForSelector('iframe');
    const frame = await (await page.$('iframe')).contentFrame();
    await frame.waitForSelector('[data-said]');
    expect(await frame.locator('tbody[data-flow]:not([hidden])').count() === config.want.ldap.length, 'the frame has other rows');
    await page.waitForFunction(() => document.querySelector('iframe').getBoundingClientRect().height !== 360);
  });
  await step('keyboard', moveit, async (page) => {
    await page.focus('.setup summary');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.setup fieldset');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowRight');
    expect((await shown(page)).hash.startsWith('#feature='), 'an arrow chooses nothing in a group');
    await page.focus('.setup [type=reset]');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => location.hash === '' && document.activeElement.tagName === 'SUMMARY'), 'the focus is lost with the button');
  });
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [360, 1280]) {
      for (const opened of [false, true]) {
        await step('axe ' + colorScheme + ' ' + width + (opened ? ' open' : ''), moveit + '#feature=ldap&set.server=192.0.2.10,x!&flow=radius&flow=-https&port.ldap=tcp/3389', async (page) => {
          if (opened) await open(page);
          await page.check('.setup [name=rest]');
          await audit(page, 'the page');
        }, { colorScheme, viewport: { width, height: 900 } });
      }
    }
  }
  for (const slug of ['moveit-transfer', 'nextcloud', 'globalscape-eft', 'active-directory']) {
    await step('320 pixels ' + slug, config.bases[0] + 'products/' + slug + '/index.html', async (page) => {
      await open(page);
      await page.locator('.setup input[type=text]').first().fill('2001:db8:1234:5678:9abc:def0:1234:5678/128,a-long-name.of.a-server.example.com');
      await page.locator('.setup input[type=text]').first().press('Enter');
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'the page is wider than its window: ' + await page.evaluate(() => document.documentElement.scrollWidth));
    }, { viewport: { width: 320, height: 800 } });
  }
  await step('on paper', moveit + '#feature=ldap', async (page) => {
    await open(page);
    await page.emulateMedia({ media: 'print' });
    const text = await page.locator('.setup').innerText();
    expect(/^Your set-up: with LDAP[^\n]*\s+\d+ of 32 connections in this set-up\s*$/.test(text), 'it prints ' + text);
    await page.goto(moveit);
    await page.emulateMedia({ media: 'print' });
    expect(!await page.isVisible('.setup'), 'it prints a set-up that nobody chose');
  });
  await step('nothing moves', moveit, async (page) => {
    const moved = await page.evaluate(() => new Promise((resolve) => {
      let sum = 0;
      new PerformanceObserver((list) => list.getEntries().forEach((e) => { sum += e.value; })).observe({ type: 'layout-shift', buffered: true });
      setTimeout(() => resolve(sum), 300);
    }));
    expect(moved < 0.01, 'the page moves by ' + moved);
    expect(await page.evaluate(() => Object.keys(localStorage).length + Object.keys(sessionStorage).length === 0 && !document.cookie), 'something is stored');
  });
  await step('without JavaScript', moveit + '#ldap&feature=ldap', async (page) => {
    expect(!await page.isVisible('.setup summary') && !await page.isVisible('.yours') && await page.locator('table.flows tbody tr:visible').count() === 32, 'rows are missing, or a control does nothing');
  }, { javaScriptEnabled: false });
});
