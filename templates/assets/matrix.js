// The filters of the matrix, which its address keeps (fragment.js). An entry
// shows when its direction, need and product are chosen; a row when any of its
// entries shows and its name has the words.
(function () {
  'use strict';
  const form = document.querySelector('form[data-filters]'), table = form && document.getElementById('table.' + form.dataset.filters);
  if (!table) return;
  const rows = Array.from(table.tBodies[0].rows), heads = Array.from(table.tHead.rows[table.tHead.rows.length - 1].cells);
  const groups = Array.from(table.tHead.querySelectorAll('[scope="colgroup"]')).map(function (th) { return { th: th, size: th.colSpan }; });
  const output = form.querySelector('output'), words = form.querySelector('input[type="search"]');
  const cells = rows.map(function (row) {
    return Array.from(row.cells).map(function (cell) { return { cell: cell, entries: Array.from(cell.querySelectorAll('li')) }; });
  });

  // chosen tests the values of a kind: one of them must be ticked, unless all are.
  function chosen(name) {
    const boxes = Array.from(form.querySelectorAll('input[name="' + name + '"]')), on = boxes.filter(function (b) { return b.checked; }).map(function (b) { return b.value; });
    return function (values) { return on.length === boxes.length || (values || '').split(' ').some(function (v) { return on.indexOf(v) >= 0; }); };
  }

  function apply() {
    const direction = chosen('direction'), need = chosen('need'), text = words.value.trim().toLowerCase();
    const of = ['product', 'kind', 'category', 'tag'].map(function (name) { return [name, chosen(name)]; });
    const open = heads.map(function (th) { return !th.dataset.product || of.every(function (o) { return o[1](th.dataset[o[0]]); }); });
    const used = heads.map(function () { return false; });
    let shown = 0;
    rows.forEach(function (row, i) {
      const named = row.cells[0].textContent.toLowerCase().indexOf(text) >= 0;
      let any = false;
      cells[i].forEach(function (c, at) {
        c.entries.forEach(function (li) {
          li.hidden = !(direction(li.dataset.direction) && need(li.dataset.need));
          if (li.hidden || !open[at] || !named) return;
          any = true;
          used[at] = true;
        });
      });
      row.hidden = !any;
      if (any) shown++;
    });
    if (form.elements.used.checked) used.forEach(function (u, at) { if (heads[at].dataset.product && !u) open[at] = false; });
    heads.forEach(function (th, at) { th.hidden = !open[at]; });
    cells.forEach(function (row) { row.forEach(function (c, at) { c.cell.hidden = !open[at]; }); });
    let at = 1;
    groups.forEach(function (g) {
      const n = open.slice(at, at += g.size).filter(Boolean).length;
      g.th.hidden = !n;
      if (n) g.th.colSpan = n;
    });
    output.textContent = shown + ' of ' + rows.length + ' services, ' + (open.filter(Boolean).length - 1) + ' of ' + (heads.length - 1) + ' products';
  }
  window.portolanFragment.keep(form, apply);
})();
