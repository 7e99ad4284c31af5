// Walks through pages with the Tab key: what it reports is read by
// keyboard_test.go.
//
//   node keyboard.js CONFIG.json
//
// Each fault is one line of JSON, and the last line says how many pages and
// stops there were.
'use strict';
const fs = require('fs');
const { chromium } = require('playwright-core');

const config = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));

function report(where, text) {
  process.stdout.write(JSON.stringify({ where, text }) + '\n');
}

// prepare numbers what a person can operate, and notes each stop of the focus:
// whether it is seen, and that nothing that sticks covers it.
function prepare() {
  const operable = 'a[href], button, input, select, textarea, summary, iframe, [tabindex="0"]';
  const shown = (e) => e.checkVisibility({ visibilityProperty: true }) && !e.disabled && !e.closest('[inert]');
  // Of radio buttons one stop serves the group.
  const one = (e) => e.type !== 'radio' || e === document.querySelector('input[type=radio][name="' + CSS.escape(e.name) + '"]:checked') ||
    !document.querySelector('input[type=radio][name="' + CSS.escape(e.name) + '"]:checked');
  window.wanted = Array.from(document.querySelectorAll(operable)).filter((e) => e.tabIndex >= 0 && shown(e) && one(e));
  window.stops = new Set();
  window.faults = [];
  document.addEventListener('focusin', (event) => {
    const e = event.target;
    window.stops.add(e);
    const style = getComputedStyle(e);
    const name = e.outerHTML.slice(0, 120);
    // In a drawing the area that takes the click is drawn around.
    const area = e.querySelector('.hit');
    const drawn = area && getComputedStyle(area).stroke !== 'none';
    if (style.outlineStyle === 'none' && style.boxShadow === 'none' && !drawn) window.faults.push('its focus is not seen: ' + name);
    const box = e.getClientRects()[0] || e.getBoundingClientRect();
    if (box.bottom < 0 || box.top > innerHeight || box.right < 0 || box.left > innerWidth) {
      window.faults.push('focused outside of the window: ' + name);
      return;
    }
    const x = Math.min(Math.max((box.left + box.right) / 2, 0), innerWidth - 1);
    const y = Math.min(Math.max((box.top + box.bottom) / 2, 0), innerHeight - 1);
    const top = document.elementFromPoint(x, y);
    if (top && !e.contains(top) && !top.contains(e) && getComputedStyle(top).position !== 'static') {
      window.faults.push('covered when focused: ' + name + ' by ' + top.outerHTML.slice(0, 80));
    }
  });
  return window.wanted.length;
}

async function walk(context, name) {
  const page = await context.newPage();
  await page.goto(config.base + name, { waitUntil: 'load' });
  const wanted = await page.evaluate(prepare);
  let pressed = 0;
  for (; pressed < 2 * wanted + 50; pressed++) {
    await page.keyboard.press('Tab');
    if (pressed % 25 === 24 && await page.evaluate(() => window.wanted.every((e) => window.stops.has(e)))) break;
  }
  const found = await page.evaluate(() => ({
    missed: window.wanted.filter((e) => !window.stops.has(e)).map((e) => e.outerHTML.slice(0, 120)),
    faults: window.faults,
  }));
  for (const e of found.missed.slice(0, 5)) report(name, 'not reached with Tab: ' + e);
  for (const text of new Set(found.faults)) report(name, text);
  await page.close();
  return wanted;
}

(async () => {
  const browser = await chromium.launch({ executablePath: config.chromium, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' });
  const done = [];
  for (const name of config.pages) {
    const n = await walk(context, name);
    done.push(name + ': ' + n + ' stops');
  }
  await browser.close();
  process.stdout.write(JSON.stringify({ done }) + '\n');
})().catch((e) => {
  console.error(e);
  process.exit(1);
});
