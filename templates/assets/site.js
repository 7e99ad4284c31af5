// What pages gain with JavaScript: filters over the matrix, and links to rows
// and rule files that copy themselves. Everything is readable without it.
(function () {
  'use strict';

  // Filters: an entry shows when its direction, need and product are chosen;
  // a row when any of its entries shows and its name has the text.
  function filters(form) {
    var table = document.getElementById('table.' + form.dataset.filters);
    if (!table) return;
    var rows = Array.prototype.slice.call(table.tBodies[0].rows);
    var heads = Array.prototype.slice.call(table.tHead.rows[table.tHead.rows.length - 1].cells);
    var groups = Array.prototype.map.call(table.tHead.querySelectorAll('[scope="colgroup"]'), function (th) { return { th: th, size: th.colSpan }; });
    var output = form.querySelector('output');

    function chosen(name) {
      var on = {};
      form.querySelectorAll('input[name="' + name + '"]').forEach(function (box) { if (box.checked) on[box.value] = true; });
      return on;
    }

    function apply() {
      var direction = chosen('direction'), need = chosen('need'), product = chosen('product');
      var text = form.elements.text.value.trim().toLowerCase();
      var shown = 0;
      heads.forEach(function (th) { if (th.dataset.product) th.hidden = !product[th.dataset.product]; });
      var at = 1;
      groups.forEach(function (g) {
        var open = heads.slice(at, at += g.size).filter(function (th) { return !th.hidden; }).length;
        g.th.hidden = !open;
        if (open) g.th.colSpan = open;
      });
      rows.forEach(function (row) {
        var any = false;
        Array.prototype.forEach.call(row.cells, function (cell, i) {
          var slug = heads[i].dataset.product;
          if (!slug) return;
          cell.hidden = !product[slug];
          cell.querySelectorAll('li').forEach(function (li) {
            li.hidden = !(direction[li.dataset.direction] && need[li.dataset.need]);
            if (!li.hidden && !cell.hidden) any = true;
          });
        });
        row.hidden = !any || row.cells[0].textContent.toLowerCase().indexOf(text) < 0;
        if (!row.hidden) shown++;
      });
      output.textContent = shown + ' of ' + rows.length + ' services';
    }

    form.hidden = false;
    form.addEventListener('input', apply);
    form.addEventListener('submit', function (e) { e.preventDefault(); });
    apply();
  }
  document.querySelectorAll('form[data-filters]').forEach(filters);

  // Versions: a row shows where the chosen version has it.
  document.querySelectorAll('form[data-versions]').forEach(function (form) {
    var rows = Array.prototype.slice.call(document.querySelectorAll('table.flows tbody tr'));
    var output = form.querySelector('output');
    function apply() {
      var version = form.elements.version.value, shown = 0;
      rows.forEach(function (row) {
        var d = row.dataset;
        row.hidden = version !== '' && 'since' in d && (+version < +d.since || +version > +d.until);
        if (!row.hidden) shown++;
      });
      output.textContent = version === '' ? '' : shown + ' of ' + rows.length + ' connections';
    }
    form.hidden = false;
    form.addEventListener('input', apply);
    form.addEventListener('submit', function (e) { e.preventDefault(); });
    apply();
  });

  // A row's "#" puts its whole address on the clipboard; where the page may
  // not use the clipboard it stays an ordinary link.
  document.addEventListener('click', function (e) {
    var link = e.target.closest && e.target.closest('a.anchor');
    if (!link || !navigator.clipboard) return;
    navigator.clipboard.writeText(link.href).then(function () {
      var old = link.textContent;
      link.textContent = 'copied';
      setTimeout(function () { link.textContent = old; }, 1200);
    }, function () {});
  });

  // A button copies the text that it names.
  document.querySelectorAll('button[data-copy]').forEach(function (button) {
    var from = document.getElementById(button.dataset.copy);
    if (!from || !navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener('click', function () {
      navigator.clipboard.writeText(from.textContent).then(function () {
        var old = button.textContent;
        button.textContent = 'Copied';
        setTimeout(function () { button.textContent = old; }, 1200);
      }, function () {});
    });
  });
})();
