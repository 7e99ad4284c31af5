// The comparison of any products, on the page /compare/: the choice is in the
// address (?p=a,b,c), so that it can be sent on. Each product's side is a
// script of its own with its cells ready made; what stands beside what is
// joined here as generator/table joins it for the ready pages, and a test
// holds the two together. Without this script the page lists those.
(function () {
  'use strict';

  var dataVersion = 1;
  var marks = { same: '=', differs: '≠', some: '◨' };

  // byOrder compares lists of numbers, and texts at their end.
  function byOrder(a, b) {
    for (var i = 0; i < a.length; i++) {
      if (a[i] < b[i]) return -1;
      if (a[i] > b[i]) return 1;
    }
    return 0;
  }

  // join puts rows of several sides that have the same anchor beside each other.
  function join(sides, rowsOf) {
    var rows = [], byID = new Map();
    sides.forEach(function (side, i) {
      rowsOf(side).forEach(function (r) {
        var row = byID.get(r[0]);
        if (!row) {
          row = { id: r[0], order: r[1], first: r, cells: sides.map(function () { return null; }) };
          byID.set(r[0], row);
          rows.push(row);
        }
        row.cells[i] = r;
      });
    });
    return rows.sort(function (a, b) { return byOrder(a.order, b.order); });
  }

  function series(names) {
    return names.length < 2 ? names.join('') : names.slice(0, -1).join(', ') + ' and ' + names[names.length - 1];
  }

  // judge tells how the cells of a row compare.
  function judge(row, sides) {
    var said = row.cells.filter(Boolean);
    function equal(field) { return said.every(function (r) { return r[field] === said[0][field]; }); }
    if (said.length < sides.length) {
      var has = sides.filter(function (s, i) { return row.cells[i]; });
      var lacks = sides.filter(function (s, i) { return !row.cells[i]; });
      var names = function (list) { return series(list.map(function (s) { return s.name; })); };
      return ['some', (lacks.length < has.length ? 'all but ' + names(lacks) : 'only ' + names(has)) + (equal(4) ? '' : ', ports differ')];
    }
    if (!equal(4)) return ['differs', 'ports differ'];
    return ['same', equal(5) ? 'same ports' : 'same ports, needs differ'];
  }

  // collide finds the ports of a zone that more than one side listens on.
  function collide(sides) {
    var found = [], byID = new Map();
    function add(i, l, first, last) {
      var text = l[3] + '/' + first + (last > first ? '-' + last : '');
      var id = 'host.' + l[1] + '.' + text.replace(/[^a-z0-9]/g, '-');
      var k = byID.get(id);
      if (!k) {
        k = { id: id, ports: text, zone: l[2], order: [l[0], l[3], first, last], listeners: sides.map(function () { return []; }) };
        byID.set(id, k);
        found.push(k);
      }
      if (k.listeners[i].indexOf(l) < 0) k.listeners[i].push(l);
    }
    sides.forEach(function (a, i) {
      sides.slice(i + 1).forEach(function (b, j) {
        a.listens.forEach(function (x) {
          b.listens.forEach(function (y) {
            var first = Math.max(x[4], y[4]), last = Math.min(x[5], y[5]);
            if (x[1] !== y[1] || x[3] !== y[3] || first > last) return;
            add(i, x, first, last);
            add(i + 1 + j, y, first, last);
          });
        });
      });
    });
    found.forEach(function (k) {
      function number(test) { return k.listeners.filter(function (list) { return list.some(test); }).length; }
      var products = number(function () { return true; });
      var fixed = number(function (l) { return !l[6]; });
      var named = number(function (l) { return l[4] === l[5]; });
      var stuck = number(function (l) { return l[4] === l[5] && !l[6]; });
      k.words = named < 2 ? 'a range overlaps: ' + (fixed === products ? 'no document tells how to change it' : 'set them apart') :
        stuck > 1 ? 'not on one address: no document tells how to move it' :
          named === 2 && stuck === 1 ? 'the one that can be changed has to move' : 'all but one have to move';
    });
    return found.sort(function (a, b) { return byOrder(a.order, b.order); });
  }

  // ---------------------------------------------------------------- the page

  // el makes an element; strings become text.
  function el(tag, attributes) {
    var e = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (k) { e.setAttribute(k, attributes[k]); });
    e.append.apply(e, Array.prototype.slice.call(arguments, 2));
    return e;
  }

  // made puts ready markup of our own data into an element.
  function made(e, html) {
    e.innerHTML = html;
    return e;
  }

  var nothing = '<span class="none">not stated</span>';

  function cells(row, sides, html) {
    sides.forEach(function (side, i) { row.append(made(el('td', { 'data-product': side.name }), html(i) || nothing)); });
    return row;
  }

  var tallied = { same: 'with the same ports', differs: 'with other ports', some: 'that some lack' };

  function fill(frame, sides) {
    var count = { same: 0, differs: 0, some: 0 };
    var tables = frame.querySelectorAll('table.compare');
    tables.forEach(function (t) {
      sides.forEach(function (side) { t.tHead.rows[0].append(made(el('th', { scope: 'col' }), side.head)); });
    });
    var width = String(2 + sides.length);
    var heading = '';
    join(sides, function (s) { return s.flows; }).forEach(function (row) {
      var body = tables[0].tBodies[0], verdict = judge(row, sides);
      count[verdict[0]]++;
      if (row.first[2] !== heading) {
        heading = row.first[2];
        body.append(el('tr', { class: 'group' }, el('th', { scope: 'rowgroup', colspan: width }, heading)));
      }
      body.append(cells(el('tr', { id: row.id }, made(el('th', { scope: 'row' }), row.first[3]),
        el('td', { class: 'like like-' + verdict[0] }, el('span', { 'aria-hidden': 'true' }, marks[verdict[0]]), ' ' + verdict[1])),
      sides, function (i) { return row.cells[i] && row.cells[i][6]; }));
    });
    frame.querySelector('.tally').textContent = Object.keys(count).filter(function (like) { return count[like]; }).map(function (like) {
      return marks[like] + ' ' + count[like] + (count[like] === 1 ? ' row ' : ' rows ') + tallied[like];
    }).join(' · ');
    join(sides, function (s) { return s.calls; }).forEach(function (row) {
      var strongest = row.cells.filter(Boolean).reduce(function (a, b) { return b[3] < a[3] ? b : a; });
      tables[1].tBodies[0].append(cells(el('tr', { id: row.id }, made(el('th', { scope: 'row' }), row.first[2]), made(el('td', {}), strongest[4])),
        sides, function (i) { return row.cells[i] && row.cells[i][5]; }));
    });
    var collisions = collide(sides);
    collisions.forEach(function (k) {
      tables[2].tBodies[0].append(cells(el('tr', { id: k.id }, el('th', { scope: 'row' }, el('span', { class: 'port' }, k.ports), ' ', el('span', { class: 'zone' }, k.zone)),
        el('td', {}, k.words)), sides, function (i) { return k.listeners[i].map(function (l) { return l[7]; }).join(''); }));
    });
    if (!collisions.length) {
      tables[2].tBodies[0].append(el('tr', {}, el('td', { colspan: width }, tables[2].dataset.none)));
    }
  }

  var form = document.querySelector('form[data-compare]');
  var place = document.querySelector('[data-compared]');
  var frame = document.querySelector('template[data-frame]');
  var own = document.currentScript;
  if (!form || !place || !frame || !own) return;
  var boxes = Array.prototype.slice.call(form.querySelectorAll('input[name=p]'));
  var output = form.querySelector('output');
  var sidesURL = new URL('compare/', own.src).href;
  var loading = new Map();
  var chosen = []; // slugs, in the order of the columns

  // side loads a product's part once. A classic script, because a page opened
  // from a file may load nothing else; its version keeps old copies away.
  function side(slug) {
    if (!loading.has(slug)) {
      loading.set(slug, new Promise(function (resolve, reject) {
        var box = boxes.find(function (b) { return b.value === slug; });
        var script = el('script', { src: sidesURL + slug + '.js?' + box.dataset.version });
        script.onload = function () {
          var data = (window.portolanCompare || {})[slug];
          if (data && data.version === dataVersion) resolve(data);
          else reject(new Error(slug));
        };
        script.onerror = function () {
          script.remove();
          loading.delete(slug);
          reject(new Error(slug));
        };
        document.head.append(script);
      }));
    }
    return loading.get(slug);
  }

  var asked = 0;
  function show() {
    var turn = ++asked;
    var wanted = chosen.slice();
    boxes.forEach(function (b) { b.checked = wanted.indexOf(b.value) >= 0; });
    if (wanted.length < 2) {
      place.hidden = true;
      place.replaceChildren();
      output.textContent = wanted.length ? 'Choose another to compare it with.' : 'Choose two or more.';
      return;
    }
    Promise.all(wanted.map(side)).then(function (sides) {
      if (turn !== asked) return; // chosen anew meanwhile
      var copy = frame.content.cloneNode(true);
      fill(copy, sides);
      place.replaceChildren(copy);
      place.hidden = false;
      output.textContent = series(sides.map(function (s) { return s.name; })) + ' are compared below.';
    }, function () {
      if (turn === asked) output.textContent = 'The data of this page could not be loaded. Please load the page again.';
    });
  }

  function read() {
    var known = boxes.map(function (b) { return b.value; });
    var p = new URLSearchParams(location.search).get('p') || '';
    chosen = p.split(',').filter(function (slug, i, all) { return known.indexOf(slug) >= 0 && all.indexOf(slug) === i; });
    show();
  }

  form.addEventListener('change', function (e) {
    var slug = e.target.value;
    chosen = chosen.filter(function (s) { return s !== slug; });
    if (e.target.checked) chosen.push(slug);
    history.replaceState(null, '', location.pathname + (chosen.length ? '?p=' + chosen.join(',') : ''));
    show();
  });
  form.addEventListener('submit', function (e) { e.preventDefault(); });
  window.addEventListener('popstate', read);
  form.hidden = false;
  document.querySelector('[data-unscripted]').hidden = true;
  read();
})();
