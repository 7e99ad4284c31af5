// Runs reload.js, named as the argument, in a browser of few parts and checks what it does.
'use strict';
const assert = require('node:assert');
const fs = require('node:fs');
const vm = require('node:vm');
const source = fs.readFileSync(process.argv[2], 'utf8');

class Node {
  constructor(tag) { Object.assign(this, { tag, children: [], dataset: {}, attributes: {}, heard: {}, parent: null, textContent: '' }); }
  append(...nodes) { nodes.forEach((n) => { if (typeof n === 'object') n.parent = this; this.children.push(n); }); }
  remove() { this.parent.children = this.parent.children.filter((n) => n !== this); }
  setAttribute(k, v) { this.attributes[k] = v; }
  addEventListener(kind, f) { (this.heard[kind] ||= []).push(f); }
  fire(kind, event) { (this.heard[kind] || []).forEach((f) => f(event)); }
  get text() { return this.textContent + this.children.map((n) => n.text ?? n).join(''); }
  find(tag) { return this.tag === tag ? this : this.children.map((n) => n.find?.(tag)).find(Boolean); }
}

// open shows a page with the attributes of its script.
function open(dataset, framed) {
  const page = { reloads: 0, streams: [] };
  const document = page.document = new Node('document');
  Object.assign(document, { currentScript: { dataset }, hidden: false, head: new Node('head'), body: new Node('body'),
    createElement: (tag) => new Node(tag), querySelector: () => page.document.head.find('link') ?? null });
  const window = page.window = new Node('window');
  window.top = framed ? {} : window;
  const EventSource = window.EventSource = class {
    constructor(url) { this.url = url; this.heard = {}; this.open = true; page.streams.push(this); }
    addEventListener(kind, f) { this.heard[kind] = f; }
    close() { this.open = false; }
  };
  page.hear = (state) => page.streams.at(-1).heard.state({ data: JSON.stringify({ faults: [], more: 0, ...state }) });
  page.panel = () => document.body.find('section');
  vm.runInNewContext(source, { document, window, EventSource, JSON, location: { reload() { page.reloads++; } } });
  return page;
}
const live = (page) => page.streams.filter((s) => s.open).length;
const fault = { place: 'data/a.toml:1:2', severity: 'error', text: '<b>bad</b>', code: 'x' };

let p = open({ build: '1' });
assert.equal(p.streams[0].url, '/-/events');
p.hear({ build: '1', state: 'a' });
assert.equal(p.reloads, 0, 'the same build');
p.hear({ build: '1', state: 'b', faults: [fault], more: 3 });
assert.equal(p.reloads, 0, 'wrong data keep the page');
assert.match(p.panel().text, /data\/a\.toml:1:2 error <b>bad<\/b> x and 3 more$/, 'all of the fault, as text');
assert.equal(p.document.head.find('link').href, '/-/reload.css');
p.hear({ build: '1', state: 'c', faults: [fault, fault] });
assert.equal(p.document.body.children.length, 1, 'one panel');
p.hear({ build: '1', state: 'a' });
assert.equal(p.panel(), undefined, 'the panel goes when the data is right');
p.hear({ build: '1', state: 'b', faults: [fault] });
p.document.fire('keydown', { key: 'a' });
assert.ok(p.panel(), 'other keys leave it');
p.document.fire('keydown', { key: 'Escape' });
assert.equal(p.panel(), undefined, 'Escape closes');
p.hear({ build: '1', state: 'b', faults: [fault] });
assert.equal(p.panel(), undefined, 'what was closed stays closed');
p.hear({ build: '1', state: 'd', faults: [fault] });
assert.ok(p.panel(), 'new faults show');
p.panel().find('button').fire('click');
assert.equal(p.panel(), undefined, 'the button closes');
p.hear({ build: '2', state: 'e' });
p.hear({ build: '3', state: 'f' });
assert.equal(p.reloads, 1, 'a new build reloads once');

p = open({ build: '1' });
p.hear({ build: '', state: 'x', faults: [fault] });
assert.equal(p.reloads, 0, 'a server that began anew with wrong data keeps the page');
assert.ok(p.panel());
p.document.hidden = true;
p.document.fire('visibilitychange');
assert.equal(live(p), 0, 'a hidden page gives its connection back');
p.document.hidden = false;
p.document.fire('visibilitychange');
p.window.fire('pageshow');
assert.equal(live(p), 1, 'and takes one again');
p.window.fire('pagehide');
assert.equal(live(p), 0);

p = open({ build: '', state: 's' });
p.hear({ build: '', state: 's', faults: [fault] });
assert.equal(p.reloads, 0, 'a page of faults that is up to date');
assert.equal(p.panel(), undefined, 'it needs no panel');
p.hear({ build: '', state: 't', faults: [fault] });
assert.equal(p.reloads, 1, 'other faults reload it');

assert.equal(open({ build: '1' }, true).streams.length, 0, 'a page in a frame reloads with the page around it');
