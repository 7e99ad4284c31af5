// Measures diagrams in a real browser: what it reports is read by
// diagrams_test.go.
//
//   node diagrams.js CONFIG.json
//
// Each fault is one line of JSON, and so is what was measured of each diagram.
'use strict';
const fs = require('fs');
const { chromium } = require('playwright-core');

const config = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));

function report(kind, where, text, measured) {
  process.stdout.write(JSON.stringify({ kind, where, text, measured: measured || 0 }) + '\n');
}

// measure returns the size of the drawing and what each text covers, in
// pixels of the drawing; the place of a text is its key.
function measure(page) {
  return page.evaluate(() => {
    const svg = document.querySelector('svg.diagram');
    const at = svg.getBoundingClientRect();
    const texts = {};
    svg.querySelectorAll('text[x], tspan[x]').forEach((e) => {
      const r = e.getBoundingClientRect();
      const key = e.getAttribute('x') + ' ' + e.getAttribute('y');
      (texts[key] = texts[key] || []).push({ text: e.textContent, family: getComputedStyle(e).fontFamily, size: getComputedStyle(e).fontSize,
        anchor: getComputedStyle(e).textAnchor, left: r.left - at.left, right: r.right - at.left, top: r.top - at.top, bottom: r.bottom - at.top });
    });
    return { width: at.width, height: at.height, texts };
  });
}

// A font's own line is higher than its letters: by so much may lines overlap.
const leading = 3;

// A letter that leans or hangs over is wider than its place by so much.
const overhang = 1;

function compare(where, want, got) {
  if (got.width !== want.size.X || got.height !== want.size.Y) report('size', where, got.width + ' x ' + got.height);
  let measured = 0;
  const labels = [];
  for (const t of want.texts) {
    const found = (got.texts[t.At.X + ' ' + t.At.Y] || []).find((f) => f.text === t.Text && f.anchor === 'start');
    if (!found) {
      report('missing', where, t.Text);
      continue;
    }
    measured++;
    const r = t.Rect;
    if (found.left < r.Min.X - overhang || found.right > r.Max.X + overhang) {
      report('wide', where, t.Text + ': ' + found.left.toFixed(1) + ' to ' + found.right.toFixed(1) + ', reckoned ' + r.Min.X + ' to ' + r.Max.X + ' in ' + found.size + ' ' + found.family);
    }
    if (found.left < 0 || found.right > want.size.X || found.top + leading < 0 || found.bottom - leading > want.size.Y) report('outside', where, t.Text);
    if (t.Label) labels.push(found);
  }
  labels.forEach((a, i) => {
    const near = (o) => a.left < o.right && o.left < a.right && a.top + leading < o.bottom - leading && o.top + leading < a.bottom - leading;
    for (const b of labels.slice(i + 1)) if (near(b)) report('overlap', where, a.text + ' and ' + b.text);
    for (const b of want.boxes) {
      if (near({ left: b.Min.X, right: b.Max.X, top: b.Min.Y - leading, bottom: b.Max.Y + leading })) report('overlap', where, a.text + ' and a box');
    }
  });
  report('done', where, '', measured);
}

// behave tries what a reader does with a diagram on its page.
async function behave(page, where) {
  const fault = await page.evaluate(() => {
    const svg = document.querySelector('svg.diagram');
    const edges = Array.from(svg.querySelectorAll('g.edge')).filter((e) => e.querySelector('a'));
    for (const e of edges) {
      const thick = () => parseFloat(getComputedStyle(e.querySelector('.way')).strokeWidth);
      const links = e.querySelectorAll('a');
      const before = thick();
      links[0].focus();
      if (document.activeElement !== links[0]) return 'a label takes no focus';
      if (thick() <= before) return 'an arrow does not light up with its label';
      for (const a of links) {
        const target = document.getElementById(decodeURIComponent(a.getAttribute('href').slice(1)));
        if (!target || !target.closest('tr')) return a.getAttribute('href') + ' is no row';
        if (!a.querySelector('title').textContent.startsWith(a.querySelector('text').textContent)) return 'a name without what is seen: ' + a.textContent;
      }
    }
    return edges.length ? '' : 'no arrow';
  });
  if (fault) report('behaviour', where, fault);
  const label = page.locator('svg.diagram g.edge a').first();
  const name = await label.locator('title').textContent();
  if (await page.getByRole('link', { name, exact: true }).count() === 0) report('behaviour', where, 'no link is called ' + name);
}

// contrast holds text against what it stands on, and lines against the band,
// by the thresholds of WCAG AA.
async function contrast(page, where) {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    const faults = await page.evaluate(() => {
      const light = (c) => {
        const [r, g, b] = c.match(/\d+/g).slice(0, 3).map((v) => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
        return .2126 * r + .7152 * g + .0722 * b;
      };
      const ratio = (a, b) => (Math.max(light(a), light(b)) + .05) / (Math.min(light(a), light(b)) + .05);
      const style = (e) => getComputedStyle(e);
      const svg = document.querySelector('svg.diagram');
      const paper = style(svg.querySelector('.paper')).fill;
      const band = style(svg.querySelector('.band > rect')).fill;
      const out = [];
      const hold = (e, color, on, least) => {
        const r = ratio(color, on);
        if (!(r >= least)) out.push((e.textContent || e.parentNode.getAttribute('class') + ' ' + e.getAttribute('class')) + ': ' + color + ' on ' + on + ' is ' + r.toFixed(2));
      };
      svg.querySelectorAll('text[x], tspan').forEach((e) => {
        const box = e.closest('.box');
        hold(e, style(e).fill, box ? style(box.querySelector('rect')).fill : e.closest('.band, .edge') && !e.closest('.legend') ? band : paper, 4.5);
      });
      svg.querySelectorAll('.way, .head').forEach((e) => hold(e, style(e).stroke, band, 3));
      svg.querySelectorAll('.box > rect').forEach((e) => hold(e, style(e).stroke, band, 3));
      hold(svg.querySelector('.paper'), style(svg.querySelector('.brick')).fill, paper, 3);
      return Array.from(new Set(out));
    });
    for (const fault of faults) report('contrast', where + ' ' + colorScheme, fault);
  }
}

async function main() {
  const browser = await chromium.launch({ executablePath: config.chromium, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
  const wide = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const narrow = await browser.newContext({ viewport: { width: 360, height: 740 } });
  const look = async (d) => {
    for (const name of ['index.html', 'diagram.svg']) {
      const page = await wide.newPage();
      const where = d.folder + name;
      page.on('request', (r) => { if (!r.url().startsWith(config.base)) report('request', where, r.url()); });
      await page.goto(config.base + where, { waitUntil: 'load' });
      compare(where, d, await measure(page));
      if (name === 'index.html') await behave(page, where);
      await contrast(page, where);
      await page.close();
    }
    const page = await narrow.newPage();
    await page.goto(config.base + d.folder + 'index.html', { waitUntil: 'load' });
    const fault = await page.evaluate((size) => {
      const region = document.querySelector('svg.diagram').closest('.scroll');
      region.scrollLeft = 1e6;
      const end = document.querySelector('svg.diagram').getBoundingClientRect().right;
      if (document.documentElement.scrollWidth > innerWidth) return 'the page is wider than its window';
      if (region.scrollWidth < size.X) return 'the drawing is squeezed to ' + region.scrollWidth;
      return end > innerWidth ? 'its end cannot be scrolled to' : '';
    }, d.size);
    if (fault) report('narrow', d.folder, fault);
    await page.setContent('<img src="' + config.base + d.folder + 'diagram.svg">', { waitUntil: 'load' });
    const natural = await page.evaluate(() => document.images[0].naturalWidth);
    if (natural !== d.size.X) report('picture', d.folder, 'is ' + natural + ' wide');
    await page.close();
  };
  const work = async () => {
    while (config.diagrams.length) await look(config.diagrams.pop());
  };
  await Promise.all([work(), work(), work()]);
  await browser.close();
}

main().catch((e) => {
  console.error(e);
  process.exit(1);
});
