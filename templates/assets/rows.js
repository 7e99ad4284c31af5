// Tables that sort, by their heads or, where rows are blocks, by a field, and
// lists of rows that are filtered by words. Both leave
// the rows their ids; other scripts may hide rows by "hidden" meanwhile.
(function () {
  'use strict';
  const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

  // ports are the ports that an element names, as [transport, first, last]:
  // what its ".port" say, each of the ".tr" before it.
  function ports(element) {
    const list = element.closest('[data-transport]');
    let transport = list ? list.dataset.transport : '';
    const out = [];
    element.querySelectorAll('.tr, .port').forEach(function (e) {
      const text = e.textContent.trim();
      if (e.classList.contains('tr')) {
        if (/^[a-z]/.test(text)) transport = text;
        return;
      }
      const m = /^([0-9]+)(?:[-–]([0-9]+))?$/.exec(text);
      if (m) out.push([transport, +m[1], +(m[2] || m[1])]);
    });
    return out;
  }

  // What sorts by: numbers first, by value, and what has none last.
  const keys = {
    text: function (cell) { return cell.innerText.trim(); },
    ports: function (cell) { return ports(cell)[0]; },
    need: function (cell) { return ['required', 'conditional', 'optional', 'forbidden'].findIndex(function (n) { return cell.parentNode.classList.contains('need-' + n); }); }
  };
  const compare = {
    text: function (a, b) { return !a - !b || collator.compare(a, b); },
    ports: function (a, b) { return !a - !b || a && (a[1] - b[1] || a[2] - b[2] || collator.compare(a[0], b[0])); },
    need: function (a, b) { return a - b; }
  };

  // sorters sort a table by the column of a number, "ascending", "descending" or
  // back to how the document has it. What has no value stays last.
  const sorters = new Map();
  const fields = []; // each tells how its table is sorted

  // sortable gives heads of a table that have an order a button: once up, once
  // down, and back.
  function sortable(table) {
    const heads = Array.from(table.tHead.rows[0].cells), body = table.tBodies[0];
    const original = Array.from(body.rows);
    const plain = table.tBodies.length === 1 && original.length > 1 && original.every(function (row) {
      return row.cells.length === heads.length && Array.from(row.cells).every(function (c) { return c.colSpan === 1 && c.rowSpan === 1; });
    });
    if (!plain) return;
    sorters.set(table, function (at, next) {
      const th = heads[at];
      heads.forEach(function (h) { h.removeAttribute('aria-sort'); });
      let rows = original;
      if (next) {
        const order = th.dataset.order;
        th.setAttribute('aria-sort', next);
        const of = new Map(original.map(function (row) {
          const cell = row.cells[at];
          return [row, 'sort' in cell.dataset ? cell.dataset.sort : keys[order](cell)];
        }));
        const none = function (row) { return of.get(row) === undefined || of.get(row) === ''; };
        const sign = next === 'ascending' ? 1 : -1;
        rows = original.slice().sort(function (a, b) { return none(a) - none(b) || none(a) ? none(a) - none(b) : sign * compare[order](of.get(a), of.get(b)); });
      }
      body.append.apply(body, rows);
      fields.forEach(function (tell) { tell(); });
    });
    heads.forEach(function (th, at) {
      if (!th.dataset.order) return;
      const button = document.createElement('button');
      button.type = 'button';
      button.append.apply(button, Array.from(th.childNodes));
      th.append(button);
      button.addEventListener('click', function () {
        sorters.get(table)(at, { none: 'ascending', ascending: 'descending', descending: '' }[th.getAttribute('aria-sort') || 'none']);
      });
    });
  }
  document.querySelectorAll('table').forEach(function (table) {
    if (table.querySelector('thead th[data-order]')) sortable(table);
  });

  // A field sorts the table behind it, or all tables that its form filters.
  document.querySelectorAll('.sort').forEach(function (label) {
    const form = label.closest('form'), select = label.querySelector('select');
    const tables = Array.from(form ? document.querySelectorAll(form.dataset.rows) : label.nextElementSibling.querySelectorAll('tbody'), function (e) { return e.closest('table'); })
      .filter(function (table, i, all) { return sorters.has(table) && all.indexOf(table) === i; });
    if (!tables.length) return;
    select.append(new Option('as listed', ''));
    tables[0].querySelectorAll('th[data-order]').forEach(function (th) {
      select.append(new Option(th.innerText + ' ↑', th.cellIndex + ' ascending'), new Option(th.innerText + ' ↓', th.cellIndex + ' descending'));
    });
    select.addEventListener('change', function () {
      const [at, next] = select.value.split(' ');
      tables.forEach(function (table) { sorters.get(table)(+at, next); });
    });
    fields.push(function () {
      const th = tables[0].querySelector('[aria-sort]');
      select.value = th ? th.cellIndex + ' ' + th.getAttribute('aria-sort') : '';
    });
    label.hidden = false;
  });

  // wanted makes a test of a row from words, all of which it must have. A
  // number is a port, alone or in a range, or a number that its text has.
  function wanted(text) {
    const tests = text.toLowerCase().split(/[\s,;]+/).filter(Boolean).map(function (word) {
      const m = /^(?:([a-z]+)[/:])?([0-9]+)(?:-([0-9]+))?(?:\/([a-z]+))?$/.exec(word);
      if (!m) return function (row) { return row.text.includes(word); };
      const transport = m[1] || m[4] || '', first = +m[2], last = +(m[3] || m[2]);
      const whole = new RegExp('(^|[^0-9.])' + word.replace(/[/]/g, '\\/') + '($|[^0-9])');
      return function (row) {
        return row.ports.some(function (p) { return p[1] <= first && last <= p[2] && (!transport || p[0] === transport); }) || whole.test(row.text);
      };
    });
    return function (row) { return tests.every(function (test) { return test(row); }); };
  }

  function filter(form) {
    const rows = Array.from(document.querySelectorAll(form.dataset.rows)).map(function (e) {
      const group = e.closest('.scroll, section');
      const caption = e.closest('table') && e.closest('table').caption;
      return { element: e, group: group, text: (e.innerText + ' ' + (caption ? caption.innerText : '')).toLowerCase(), ports: ports(e) };
    });
    const output = form.querySelector('output'), field = form.elements.words;
    const ticks = Array.from(form.querySelectorAll('input[type="checkbox"]'));
    const names = ticks.map(function (t) { return t.name; }).filter(function (name, i, all) { return all.indexOf(name) === i; });
    rows.forEach(function (row) {
      row.of = {};
      names.forEach(function (name) {
        const at = row.element.closest('[data-' + name + ']');
        row.of[name] = at && at.dataset[name] ? at.dataset[name].split(' ') : [];
      });
    });

    let kept = null; // by the address

    function apply() {
      const has = wanted(field.value), off = ticks.filter(function (t) { return !t.checked; });
      // With all of a kind ticked, a row that says nothing of it is in too.
      const asked = names.filter(function (name) { return off.some(function (t) { return t.name === name; }); }).map(function (name) {
        return [name, ticks.filter(function (t) { return t.name === name && t.checked; }).map(function (t) { return t.value; })];
      });
      const shown = new Set();
      let count = 0;
      rows.forEach(function (row) {
        const out = !has(row) || asked.some(function (a) { return !row.of[a[0]].some(function (v) { return a[1].indexOf(v) >= 0; }); });
        row.element.toggleAttribute('data-filtered', out);
        if (out) return;
        shown.add(row.group);
        if (!row.element.hidden) count++;
      });
      rows.forEach(function (row) { row.group.toggleAttribute('data-filtered', !shown.has(row.group)); });
      output.textContent = field.value.trim() || off.length ? count + ' of ' + rows.length + ' ' + form.dataset.noun : '';
    }

    // A link to a row that is not shown shows all again.
    function reveal(hash) {
      let id = hash.slice(1);
      try { id = decodeURIComponent(id); } catch (e) { /* no row has such an id */ }
      const target = id && document.getElementById(id);
      if (!target || !target.closest('[data-filtered]')) return;
      field.value = '';
      ticks.forEach(function (t) { t.checked = true; });
      if (kept) kept.write();
      apply();
      target.scrollIntoView();
    }
    document.addEventListener('click', function (e) {
      const link = e.target.closest && e.target.closest('a[href^="#"], svg a');
      if (link) reveal((link.getAttribute('href') || '').replace(/&.*/, ''));
    }, true);
    window.addEventListener('hashchange', function () { reveal(location.hash.replace(/&.*/, '')); });

    if (window.portolanFragment) {
      kept = window.portolanFragment.keep(form, apply);
      return;
    }
    form.hidden = false;
    form.addEventListener('input', apply);
    form.addEventListener('submit', function (e) { e.preventDefault(); });
    apply();
  }
  // When all scripts are there: pages whose address carries filters have one for it.
  document.addEventListener('DOMContentLoaded', function () { document.querySelectorAll('form[data-rows]').forEach(filter); });
})();
