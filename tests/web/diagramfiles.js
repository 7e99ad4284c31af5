// Reads diagrams by the programs that read them: Mermaid's own parser and
// renderer, and the graph library that draw.io is made of, with its codec and
// its router. Told on standard input what there is, it prints what was read.
//
//   {chromium, mermaid: {name: text}, drawio: {name: text}, shots: folder or ""}
'use strict';

const fs = require('fs');
const path = require('path');
const { chromium } = require('playwright-core');

const config = JSON.parse(fs.readFileSync(0, 'utf8'));
const module_ = (name) => path.join(__dirname, 'node_modules', name);

// In the page.
async function readMermaid(text) {
  const { diagramType } = await mermaid.parse(text);
  const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
  const svg = (await mermaid.render('chart', text)).svg;
  document.body.innerHTML = svg;
  // Lines of a label, as a reader sees them.
  const lines = (element) => {
    const copy = element.cloneNode(true);
    for (const br of copy.querySelectorAll('br')) br.replaceWith('\n');
    return copy.textContent;
  };
  const list = (selector) => [...document.querySelectorAll(selector)].map(lines);
  const markup = [...document.querySelectorAll('span.nodeLabel *, span.edgeLabel *')].map((e) => e.localName);
  return {
    type: diagramType,
    nodes: [...db.getVertices().values()].map((v) => ({ id: v.id, zone: (db.getSubGraphs().find((z) => z.nodes.includes(v.id)) || {}).id || '', link: v.link || '' })),
    edges: db.getEdges().map((e) => ({ from: e.start, to: e.end, head: e.type, stroke: e.stroke })),
    zones: db.getSubGraphs().map((z) => z.id),
    labels: { nodes: list('.node span.nodeLabel'), edges: list('.edgeLabels span.edgeLabel'), zones: list('.cluster-label span.nodeLabel') },
    markup: [...new Set(markup)].sort(),
    svg,
  };
}

function readDrawio(text) {
  const doc = new DOMParser().parseFromString(text, 'text/xml');
  if (doc.querySelector('parsererror')) throw new Error(doc.documentElement.textContent);
  const shape = ['mxfile', 'diagram', 'mxGraphModel'].map((name) => doc.getElementsByTagName(name).length).join();
  if (doc.documentElement.nodeName !== 'mxfile' || shape !== '1,1,1') throw new Error('not a file of draw.io: ' + shape);
  const source = doc.getElementsByTagName('mxGraphModel')[0];
  document.body.innerHTML = '<div id="graph" style="position:absolute;left:0;top:0;background:#fff"></div>';
  const graph = new mxGraph(document.getElementById('graph'));
  graph.setHtmlLabels(true);
  graph.convertValueToString = (cell) => (mxUtils.isNode(cell.value) ? cell.value.getAttribute('label') : cell.value) || '';
  const base = graph.stylesheet.getDefaultVertexStyle();
  Object.assign(base, { fontColor: '#000000', fontSize: 12, fontFamily: 'Helvetica' });
  const written = [...source.querySelectorAll('mxCell')].map((e) => e.getAttribute('id') || e.parentNode.getAttribute('id'));
  new mxCodec(doc).decode(source, graph.getModel());
  const cells = written.map((id) => graph.model.getCell(id));
  const count = Object.keys(graph.model.cells).length;
  if (cells.includes(undefined) || count !== written.length) throw new Error(`${written.length} cells were written, ${count} read`);
  const box = (r) => r && [r.x, r.y, r.width, r.height];
  const read = cells.map((cell) => {
    const label = graph.convertValueToString(cell);
    const html = new DOMParser().parseFromString(label, 'text/html').body;
    const state = graph.view.getState(cell);
    return {
      id: cell.id,
      parent: cell.parent ? cell.parent.id : '',
      edge: !!cell.edge,
      source: cell.source ? cell.source.id : '',
      target: cell.target ? cell.target.id : '',
      style: cell.style || '',
      lines: [...html.children].map((e) => e.textContent),
      markup: [...html.querySelectorAll('*')].map((e) => e.localName).filter((name) => name !== 'div'),
      link: mxUtils.isNode(cell.value) ? cell.value.getAttribute('link') || '' : '',
      rect: state && !cell.edge ? box(state) : null,
      way: state && cell.edge ? state.absolutePoints.map((p) => [p.x, p.y]) : null,
    };
  });
  // What becomes of the first arrow of two boxes when its listener is moved.
  const edge = cells.find((c) => c.edge && c.source && c.target && c.source !== c.target);
  let moved = null;
  if (edge) {
    graph.setConstrainChildren(false);
    graph.setExtendParentsOnMove(false);
    const end = () => graph.view.getState(edge).absolutePoints.at(-1);
    const from = [end().x, end().y];
    graph.moveCells([edge.target], 10, 40);
    moved = [end().x - from[0], end().y - from[1]].map((n) => Math.round(n * 100) / 100);
    graph.moveCells([edge.target], -10, -40);
  }
  return { cells: read, moved };
}

(async () => {
  const browser = await chromium.launch({ executablePath: config.chromium, args: ['--no-sandbox'] });
  const out = { mermaid: {}, drawio: {}, asked: [] };
  const open = async (script, before) => {
    const page = await browser.newPage({ viewport: { width: 1600, height: 1200 } });
    page.on('request', (r) => { if (!r.url().startsWith('about:') && !r.url().startsWith('data:')) out.asked.push(r.url()); });
    page.on('dialog', (d) => { out.asked.push('dialog: ' + d.message()); d.dismiss(); });
    await page.setContent('<!DOCTYPE html><meta charset="utf-8"><body></body>');
    await page.evaluate(before);
    await page.addScriptTag({ path: module_(script) });
    return page;
  };
  const each = async (page, texts, read, kind) => {
    for (const [name, text] of Object.entries(texts)) {
      try {
        out[kind][name] = await page.evaluate(read, text);
      } catch (e) {
        out[kind][name] = { error: String(e) };
      }
      if (config.shots) await page.screenshot({ path: path.join(config.shots, `${name.replace(/\W+/g, '-')}.${kind}.png`), fullPage: true });
    }
  };
  let page = await open('@mermaid-js/tiny/dist/mermaid.tiny.js', () => {});
  await page.evaluate(() => mermaid.initialize({ startOnLoad: false, securityLevel: 'strict' }));
  await each(page, config.mermaid, readMermaid, 'mermaid');
  page = await open('mxgraph/javascript/mxClient.min.js', () => { Object.assign(window, { mxLoadResources: false, mxLoadStylesheets: false, mxBasePath: 'about:blank' }); });
  await each(page, config.drawio, readDrawio, 'drawio');
  await browser.close();
  for (const v of Object.values(out.mermaid)) if (!config.shots) delete v.svg;
  process.stdout.write(JSON.stringify(out));
})().catch((e) => { console.error(e); process.exit(1); });
