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
      var direction = chosen('direction'), need = chosen('need'), product = chosen('product'), kind = chosen('kind');
      heads.forEach(function (th) { if (!kind[th.dataset.kind]) product[th.dataset.product] = false; });
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

  // A link to the rule builder takes its choices along; without scripts there
  // is nothing that would read them.
  document.querySelectorAll('a[data-choices]').forEach(function (link) { link.hash = link.dataset.choices; });

  // Headings and rows with an anchor and no link to themselves get one, seen
  // on hover and focus. Its sign is the style sheet's, so that no copy of the
  // text has it, and it takes no room.
  document.querySelectorAll('main :is(h2, h3, tr:not(.compare tr))[id]').forEach(function (target) {
    if (target.querySelector('a[href="#' + target.id + '"]')) return;
    var link = document.createElement('a');
    link.className = 'anchor own';
    link.href = '#' + target.id;
    link.setAttribute('aria-label', 'Link to ' + (target.cells ? 'this row' : target.textContent.trim()));
    (target.cells ? target.cells[0] : target).append(link);
  });

  // copy gives a text to the clipboard and says so.
  function copy(text, what) {
    window.portolanCopy(text).then(function (ok) { window.portolanCopy.tell(ok ? what + ' copied' : 'The browser does not let this page copy'); });
  }

  // A "#" puts its whole address on the clipboard, and stays a link.
  document.addEventListener('click', function (e) {
    var link = e.target.closest && e.target.closest('a.anchor');
    if (link && !e.ctrlKey && !e.metaKey && !e.shiftKey && !e.altKey) copy(link.href, 'Link');
  });

  // A button copies the text that it names.
  document.querySelectorAll('button[data-copy]').forEach(function (button) {
    var from = document.getElementById(button.dataset.copy);
    if (!from) return;
    button.hidden = false;
    button.addEventListener('click', function () { copy(from.textContent, 'Text'); });
  });
})();
