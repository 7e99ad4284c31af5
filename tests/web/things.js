// Sorts, filters, copies links and presses keys as a reader would: what it
// finds is read by things_test.go.
//
//   node things.js CONFIG.json
//
// Each fault is one line of JSON, and the last line names the steps that were done.
'use strict';
const { config, expect, audit, run } = require('./steps');

function same(got, want, text) {
  expect(JSON.stringify(got) === JSON.stringify(want), text + ': ' + JSON.stringify(got) + ', not ' + JSON.stringify(want));
}

const product = 'products/moveit-transfer/index.html';
const names = (page) => page.locator('main tbody tr:visible th a:first-child').evaluateAll((list) => list.map((a) => a.textContent));
const collated = (list) => list.slice().sort(new Intl.Collator('en', { numeric: true, sensitivity: 'base' }).compare);

run({ viewport: { width: 1000, height: 800 }, hosts: 'MAP intranet.example 127.0.0.1', patience: 8000 }, async (browser, step) => {
  const file = 'file://' + config.dir, plain = config.site.replace('127.0.0.1', 'intranet.example');

  for (const [where, base] of [['http', config.site], ['file', file]]) {
    await step('sorting ' + where, base + 'products/index.html', async (page) => {
      const head = (text) => page.locator('thead th', { hasText: text });
      const sorted = (text) => head(text).getAttribute('aria-sort');
      const original = await names(page);
      const press = async (text, want, order) => {
        await head(text).getByRole('button').press('Enter');
        same(await sorted(text), want, text + ' says');
        if (order) same(await names(page), order, text + ' ' + want);
        same(await page.locator('th[aria-sort]').count(), want ? 1 : 0, 'columns that say they are sorted');
      };
      const up = collated(original);
      await press('Product', 'ascending', up);
      await press('Product', 'descending', up.slice().reverse());
      await press('Product', null, original);
      await press('Product', 'ascending', up);
      await press('Connections', 'ascending');
      const counts = await page.locator('main tbody tr td:nth-child(5)').allInnerTexts();
      same(counts.map(Number), counts.map(Number).sort((a, b) => a - b), 'numbers');
      await press('Listens on', 'ascending');
      const first = () => page.locator('main tbody tr').evaluateAll((rows) => rows.map((r) => {
        const port = r.cells[2].querySelector('a.port');
        return port ? parseInt(port.textContent, 10) : Infinity;
      }));
      const ports = await first();
      expect(ports.some(isFinite) && !isFinite(ports[ports.length - 1]), 'no product without a numbered port: ' + ports);
      same(ports, ports.slice().sort((a, b) => a - b), 'ports');
      await press('Listens on', 'descending');
      const down = await first();
      expect(isFinite(down[0]) && !isFinite(down[down.length - 1]), 'what has no port is not last: ' + down);
      await press('Listens on', null, original);
    });
  }
  await step('rows keep their ids and places', config.site + product, async (page) => {
    const ids = () => page.locator('table.flows').first().locator('tbody tr').evaluateAll((rows) => rows.map((r) => r.id));
    const before = await ids();
    const need = page.locator('table.flows').first().locator('thead th', { hasText: 'Need' }).getByRole('button');
    await need.click();
    const sorted = await ids();
    same(sorted.slice().sort(), before.slice().sort(), 'the rows');
    const ranks = await page.locator('table.flows').first().locator('tbody tr').evaluateAll((rows) => rows.map((r) => ['required', 'conditional', 'optional', 'forbidden'].indexOf(r.dataset.need)));
    same(ranks, ranks.slice().sort(), 'needs');
    await page.evaluate((id) => { location.hash = id; }, sorted[1]);
    expect(await page.locator('tr:target').isVisible(), 'a row of a sorted table is no target');
    await need.click();
    await need.click();
    same(await ids(), before, 'the document’s order');
  });
  await step('sorting on a phone', config.site + 'products/index.html', async (page) => {
    const field = page.getByLabel('Sort by');
    expect(!await field.isVisible(), 'there is a field beside heads that sort');
    await page.setViewportSize({ width: 360, height: 800 });
    expect(await field.isVisible() && !await page.locator('thead').isVisible(), 'there is no field, or there are heads');
    const original = await names(page), up = collated(original);
    await field.selectOption({ label: 'Product ↓' });
    same(await names(page), up.slice().reverse(), 'down');
    await field.selectOption({ label: 'Product ↑' });
    same(await names(page), up, 'up');
    await page.setViewportSize({ width: 1280, height: 800 });
    const head = page.locator('thead th', { hasText: 'Product' });
    same(await head.getAttribute('aria-sort'), 'ascending', 'the head says');
    await head.getByRole('button').click();
    same(await field.locator('option:checked').innerText(), 'Product ↓', 'the field says');
    await field.evaluate((e) => { e.selectedIndex = 0; e.dispatchEvent(new Event('change')); });
    same(await names(page), original, 'as listed');
    // One field for all tables that one form filters, and for a table without a form.
    await page.goto(config.site + product);
    same(await page.getByLabel('Sort by').count(), 1, 'fields of a product');
    await page.setViewportSize({ width: 360, height: 800 });
    await page.getByLabel('Sort by').selectOption({ label: 'Need ↓' });
    for (const table of await page.locator('table.flows').all()) {
      const ranks = await table.locator('tbody tr').evaluateAll((rows) => rows.map((r) => ['required', 'conditional', 'optional', 'forbidden'].indexOf(r.dataset.need)));
      same(ranks, ranks.slice().sort().reverse(), 'needs');
    }
    await page.goto(config.site + 'ports/tcp/443/index.html');
    await page.getByLabel('Sort by').first().selectOption({ label: 'Service ↑' });
    const services = await page.locator('table.uses').first().locator('tbody td:nth-child(4)').allInnerTexts();
    same(services, collated(services), 'services');
  });
  await step('printed heads', config.site + product, async (page) => {
    await page.emulateMedia({ media: 'print' });
    const shown = await page.locator('table.flows thead th button').evaluateAll((list) => list.map((b) => getComputedStyle(b).display));
    expect(shown.length > 2 && shown.every((d) => d === 'contents'), 'buttons in heads are ' + shown);
  });
  await step('filtering products', config.site + 'products/index.html', async (page) => {
    const words = page.locator('form.rows input[type=search]'), output = page.locator('form.rows output');
    const all = await names(page);
    same(await output.innerText(), '', 'the count before');
    await words.fill('globalscape');
    const few = await names(page);
    expect(few.length > 1 && few.length < all.length, 'a vendor leaves ' + few);
    same(await output.innerText(), few.length + ' of ' + all.length + ' products', 'the count');
    await words.fill('globalscape GATEWAY');
    same(await names(page), ['Globalscape DMZ Gateway'], 'two words leave');
    await words.fill('28500');
    const range = await names(page);
    expect(range.includes('Globalscape EFT') && range.length < all.length, 'a port in a range leaves ' + range);
    await words.fill('udp/28500');
    expect(!(await names(page)).includes('Globalscape EFT'), 'a port of another transport leaves a product');
    await words.fill('no such word');
    same(await names(page), [], 'nothing');
    await words.fill('');
    await page.locator('form.rows input[name=kind][value=server]').uncheck();
    const kinds = await page.locator('main tbody tr:visible td:nth-child(2)').allInnerTexts();
    expect(kinds.length && !kinds.includes('server'), 'kinds that are left: ' + kinds);
    same(await output.innerText(), kinds.length + ' of ' + all.length + ' products', 'the count of kinds');
  });
  await step('filtering ports', config.site + 'ports/index.html', async (page) => {
    await page.fill('form.rows input', 'tcp/28500');
    const left = await page.locator('.portlist li:visible a').allInnerTexts();
    expect(left.includes('28000-30000') && !left.includes('443'), 'what holds 28500: ' + left);
    expect(await page.locator('h2[id="page.udp"]').isHidden(), 'a list without a line keeps its heading');
    await page.fill('form.rows input', '');
    expect(await page.locator('h2[id="page.udp"]').isVisible(), 'the heading does not come back');
  });
  await step('filtering connections', config.site + product, async (page) => {
    const rows = page.locator('table.flows tbody tr'), output = page.locator('form.rows output');
    const all = await rows.count();
    await page.fill('form.rows input', '443');
    const few = await page.locator('table.flows tbody tr:visible').count();
    expect(few > 0 && few < all, few + ' rows of ' + all);
    expect((await output.innerText()).startsWith(few + ' of ' + all + ' '), 'the count says ' + await output.innerText());
    expect(await rows.evaluateAll((list) => list.every((r) => !r.hidden)), 'rows are hidden by another’s means');
    // A link to a row that is filtered out shows it.
    const id = await page.locator('tr[data-filtered]').first().getAttribute('id');
    await page.evaluate((i) => { location.hash = i; }, id);
    await page.waitForFunction((i) => !document.getElementById(i).hasAttribute('data-filtered'), id);
    same(await page.locator('table.flows tbody tr:visible').count(), all, 'rows after a link');
  });
  await step('kinds in the matrix', config.site + 'matrix/index.html', async (page) => {
    const columns = () => page.locator('table.matrix thead th[data-product]:visible').count();
    const all = await columns();
    await page.locator('form.filters summary').first().click();
    await page.locator('form.filters input[name=kind][value=client]').uncheck();
    const clients = await page.locator('table.matrix th[data-kind=client]').count();
    expect(clients > 0, 'no client');
    same(await columns(), all - clients, 'columns without clients');
    await page.locator('form.filters input[name=kind][value=client]').check();
    same(await columns(), all, 'columns with them again');
  });
  await step('filters of the matrix in its address', config.site + 'matrix/index.html', async (page) => {
    const heads = (p) => p.locator('table.matrix thead th[data-product]:visible').evaluateAll((list) => list.map((th) => th.dataset.product));
    const all = await heads(page);
    await page.locator('form.filters summary').first().click();
    const group = page.locator('fieldset', { has: page.locator('legend', { hasText: /^Category$/ }) });
    await group.getByRole('button', { name: 'None' }).press('Enter');
    same(await heads(page), [], 'products without a category');
    await group.locator('input[value=gateway]').check();
    await group.locator('input[value=storage]').check();
    const few = await heads(page);
    expect(few.length > 2 && few.length < all.length, 'two categories leave ' + few);
    same(await page.locator('table.matrix [scope=colgroup]:visible').evaluateAll((list) => list.map((th) => th.colSpan).reduce((a, b) => a + b)), few.length, 'columns of the groups');
    await page.locator('input[name=words]').fill('S3');
    await page.locator('input[name=used]').check();
    const used = await heads(page);
    expect(used.length && used.length < few.length, 'products with S3 are ' + used);
    await page.locator('.choose-products summary').click();
    await page.locator('input[name=product][value=' + used[0] + ']').uncheck();
    same(await heads(page), used.slice(1), 'products without the first');
    const hash = await page.evaluate(() => location.hash);
    expect(/^#words=S3&category=gateway,storage|^#words=S3&category=storage,gateway/.test(hash) && hash.includes('used=1'), 'the address is ' + hash);
    const other = await page.context().newPage();
    await other.goto(page.url());
    same(await heads(other), used.slice(1), 'the link shows');
    expect(await other.isVisible('.choose-products input'), 'what the link chose is folded away');
    await other.evaluate(() => { location.hash = '#page.copies'; });
    await other.waitForFunction((h) => location.hash === '#page.copies&' + h, hash.slice(1));
    same(await heads(other), used.slice(1), 'after a link to a place');
    await other.evaluate(() => { location.hash = ''; });
    await other.waitForFunction((n) => document.querySelectorAll('table.matrix thead th[data-product]:not([hidden])').length === n, all.length);
    await other.close();
  });
  await step('filters of products in the address', config.site + 'products/index.html', async (page) => {
    const all = await names(page);
    await page.locator('form.rows summary').click();
    const tag = (value) => page.locator('input[name=tag][value=' + value + ']');
    for (const box of await page.locator('input[name=tag]').all()) await box.uncheck();
    same(await names(page), [], 'without a tag');
    await tag('windows').check();
    const few = await names(page);
    expect(few.length > 1 && few.length < all.length, 'a tag leaves ' + few);
    same(await page.locator('main tbody tr:visible').evaluateAll((rows) => rows.every((r) => r.dataset.tag.split(' ').includes('windows'))), true, 'each has the tag');
    await page.locator('form.rows input[type=search]').fill('tcp/990');
    const both = await names(page);
    expect(both.length && both.length < few.length, 'a word and a tag leave ' + both);
    same(await page.evaluate(() => location.hash), '#words=tcp/990&tag=windows', 'the address');
    const other = await page.context().newPage();
    await other.goto(page.url());
    same(await names(other), both, 'the link shows');
    await other.close();
    await audit(page, 'the list with its filters');
    await page.setViewportSize({ width: 320, height: 700 });
    await audit(page, 'the list with its filters, narrow');
  });
  await step('needs and directions of connections', config.site + product + '#feature=ldap', async (page) => {
    const rows = () => page.locator('table.flows tbody tr:visible').evaluateAll((list) => list.map((r) => r.closest('table').dataset.direction + ' ' + r.dataset.need));
    const all = await rows();
    expect(new Set(all).size > 3, 'few sorts of rows: ' + all);
    await page.locator('form.rows input[name=direction][value=outbound]').uncheck();
    await page.locator('form.rows input[name=need][value=required]').uncheck();
    same(await rows(), all.filter((r) => !r.startsWith('outbound ') && !r.endsWith(' required')), 'rows that are left');
    const hash = await page.evaluate(() => location.hash);
    expect(hash.startsWith('#feature=ldap&direction=inbound,') && hash.includes('&need=conditional,'), 'the address is ' + hash);
    await page.click('.setup summary');
    await page.locator('.setup input[value=radius]').check();
    await page.waitForFunction(() => location.hash.startsWith('#feature=radius&feature=ldap&direction=inbound,'));
    expect((await rows()).every((r) => !r.startsWith('outbound ')), 'a choice loses the filters');
    expect(!(await page.locator('[id="page.copies"] ~ p a[href*="embed/"]').getAttribute('href')).includes('direction'), 'a frame is filtered');
    await page.locator('.strip a.chip:visible', { hasText: 'SMTP' }).first().click();
    await page.waitForFunction(() => document.querySelector(':target') && document.querySelector(':target').getClientRects().length);
    expect(!(await page.evaluate(() => location.hash)).includes('direction'), 'a row that is shown again is filtered in the address');
  });

  for (const [where, base] of [['http', config.site], ['plain http', plain], ['file', file]]) {
    await step('copying a link ' + where, base + product, async (page) => {
      expect(where !== 'plain http' || await page.evaluate(() => !navigator.clipboard), 'it is a secure context');
      await page.evaluate(() => { document.addEventListener('copy', (e) => { window.copied = e.clipboardData.getData('text/plain'); }, true); });
      await page.evaluate(() => {
        const set = DataTransfer.prototype.setData;
        DataTransfer.prototype.setData = function (type, text) {
          window.copied = text;
          return set.call(this, type, text);
        };
      });
      for (const target of ['h2[id="page.sources"]', 'li[id^="feature."]', 'li[id^="source."]', 'tr[id^="endpoint."]', 'table.flows tbody tr']) {
        const place = page.locator(target).first(), link = place.locator('a.anchor').first();
        const id = await place.getAttribute('id'), box = await place.boundingBox();
        await link.focus();
        expect(+(await link.evaluate((a) => getComputedStyle(a).opacity)) > 0.5, 'the link of ' + target + ' is not seen with the focus');
        await link.press('Enter');
        await page.locator('.told', { hasText: 'Link copied' }).waitFor();
        expect(await page.evaluate(() => window.copied) === new URL('#' + id, page.url()).href, target + ' copies ' + await page.evaluate(() => window.copied));
        same((await place.boundingBox()).height, box.height, 'the height of ' + target);
        same(await page.locator('.told').getAttribute('role'), 'status', 'the role');
      }
    });
  }

  const open = 'dialog.keys[open]';
  await step('the list of keys', config.site + product, async (page) => {
    await page.keyboard.press('?');
    await page.waitForSelector(open);
    const text = await page.locator(open).innerText();
    for (const word of ['Look something up', 'Matrix', 'Home', 'Next row', 'Light or dark']) expect(text.includes(word), 'no ' + word + ' in ' + text);
    await page.keyboard.press('t');
    expect(await page.getAttribute('button.theme', 'aria-pressed') === 'false', 'a key acts behind the list');
    await page.keyboard.press('Escape');
    await page.waitForSelector(open, { state: 'detached' });
    await page.locator('.keys button', { hasText: 'Keyboard shortcuts' }).press('Enter');
    await page.waitForSelector(open);
    await page.locator(open + ' button').click();
    expect(await page.evaluate(() => document.activeElement.closest('.foot') !== null), 'the focus does not come back');
  });
  await step('keys that lead on', config.site + product, async (page) => {
    await page.keyboard.press('j');
    const first = await page.evaluate(() => document.activeElement.closest('tr').id);
    await page.keyboard.press('j');
    const second = await page.evaluate(() => document.activeElement.closest('tr').id);
    expect(first && second && first !== second, 'j leads from ' + first + ' to ' + second);
    await page.keyboard.press('k');
    same(await page.evaluate(() => document.activeElement.closest('tr').id), first, 'k leads back');
    await page.keyboard.press('t');
    same(await page.getAttribute('button.theme', 'aria-pressed'), 'true', 't');
    await page.keyboard.press('g');
    await page.keyboard.press('m');
    await page.waitForURL((u) => u.pathname.endsWith('/matrix/'));
    await page.keyboard.press('g');
    await page.keyboard.press('h');
    await page.waitForURL((u) => u.pathname === '/');
    await page.keyboard.press('/');
    expect(await page.evaluate(() => document.activeElement.name === 'q'), '/ does not lead to the lookup');
    await page.keyboard.type('g?p');
    same(await page.inputValue('input[name=q]'), 'g?p', 'what is typed');
    expect(!await page.locator(open).count(), 'a key acts in a field');
  });
  await step('keys turned off', config.site + product, async (page) => {
    await page.keyboard.press('?');
    await page.locator(open + ' input[role=switch]').uncheck();
    await page.keyboard.press('Escape');
    const none = async () => {
      for (const key of ['?', 't', 'j', 'g', 'm', '/']) await page.keyboard.press(key);
      expect(!await page.locator(open).count() && new URL(page.url()).pathname === '/' + product.replace('index.html', ''), 'a key acts');
      same(await page.getAttribute('button.theme', 'aria-pressed'), 'false', 't');
      expect(await page.evaluate(() => document.activeElement.name !== 'q'), '/ leads to the lookup');
    };
    await none();
    await page.reload();
    await none();
    await page.locator('.keys button', { hasText: 'Keyboard shortcuts' }).click();
    await page.locator(open + ' input[role=switch]').check();
    await page.keyboard.press('Escape');
    await page.keyboard.press('t');
    same(await page.getAttribute('button.theme', 'aria-pressed'), 'true', 't, turned on again');
  });

  for (const [colorScheme, width] of [['light', 320], ['dark', 1000]]) {
    await step('axe ' + colorScheme, config.site + 'products/index.html', async (page) => {
      // On a phone rows are blocks without heads.
      if (width > 640) await page.locator('thead th button').first().click();
      await page.locator('form.rows input[type=search]').fill('tcp');
      await audit(page, 'a sorted and filtered table');
      await page.keyboard.press('Tab');
      await page.locator('.keys button', { hasText: 'Keyboard shortcuts' }).click();
      await page.waitForSelector(open);
      await audit(page, 'the list of keys', 'dialog');
      expect(await page.evaluate(() => document.querySelector('dialog').scrollWidth <= document.querySelector('dialog').clientWidth), 'it is wider than its window');
    }, { colorScheme, viewport: { width, height: 800 } });
  }
  for (const name of [product, 'products/index.html']) {
    await step('without JavaScript ' + name, config.site + name, async (page) => {
      expect(await page.locator('main :is(button, form.rows):visible, .keys button:visible').count() === 0, 'a control that does nothing');
    }, { javaScriptEnabled: false });
  }
  // Nothing comes or goes once the page is painted.
  for (const width of [360, 1000]) await step('nothing shifts at ' + width, config.site + product, async (page) => {
    const shift = await page.evaluate(() => new Promise((resolve) => {
      let sum = 0;
      new PerformanceObserver((list) => { list.getEntries().forEach((e) => { sum += e.value; }); }).observe({ type: 'layout-shift', buffered: true });
      setTimeout(() => resolve(sum), 500);
    }));
    expect(shift < 0.01, 'the page shifts by ' + shift);
  }, { viewport: { width, height: 800 } });
});
