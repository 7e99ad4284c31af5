// "Copy or embed" beside the tables of a page: a dialog that chooses columns,
// rows and a format. The table of all connections comes from a script of its
// own, loaded when it is first wanted, with the files as they are published:
// here they are only cut into cells and put together again, so that text is
// escaped as in the files. All other tables are copied as they stand.
(function () {
  'use strict';
  var place = document.querySelector('[data-picks]');
  if (!place || !window.HTMLDialogElement) return;
  var profile = window.portolanProfile; // of a product's page

  // Each format takes a file apart into lines of cells, the header first, and
  // back. What stands before and behind the lines stays, and so does what stands
  // around a cell's text, as "frame" finds it; "escape" is for addresses and ports.
  function byLines(open, between, close, apart) {
    return {
      frame: /^()([^]*)()$/,
      escape: function (text) { return open ? text.replace(/[*_]/g, '\\$&') : text; },
      apart: function (text) {
        var end = text.indexOf('\n\n');
        var lines = (end < 0 ? text.slice(0, -1) : text.slice(0, end)).split('\n');
        var rule = open ? lines.splice(1, 1) : [];
        return { rows: lines.map(apart), rule: rule.length > 0, tail: end < 0 ? '\n' : text.slice(end) };
      },
      together: function (parts, rows) {
        var lines = rows.map(function (cells) { return open + cells.join(between) + close; });
        if (parts.rule) lines.splice(1, 0, '|' + rows[0].map(function () { return ' --- |'; }).join(''));
        return lines.join('\n') + parts.tail;
      }
    };
  }
  var html = {
    frame: /^(<t[dh][^>]*>)([^]*)(<\/t[dh]>)$/,
    escape: String,
    apart: function (text) {
      var first = text.indexOf('<tr>'), last = text.lastIndexOf('</tr>\n') + 6;
      return {
        head: text.slice(0, first), tail: text.slice(last),
        rows: text.slice(first, last - 1).split('\n').map(function (line) { return line.slice(4, -5).split(/(?=<t[dh] )/); })
      };
    },
    together: function (parts, rows) {
      return parts.head + rows.map(function (cells) { return '<tr>' + cells.join('') + '</tr>\n'; }).join('') + parts.tail;
    }
  };
  var formats = {
    html: { title: 'Table, to paste into a wiki, mail or document', file: 'html', spell: html, rich: true },
    md: { title: 'Markdown', file: 'md', type: 'text/markdown', spell: byLines('| ', ' | ', ' |', function (line) { return line.slice(2, -2).split(' | '); }) },
    csv: {
      title: 'CSV, for spreadsheets', file: 'csv', type: 'text/csv', spell: {
        frame: /^(")([^]*)(")$/,
        escape: String,
        apart: function (text) {
          var rows = [[]], cell = /("(?:[^"]|"")*")(,|\r\n)/g, m;
          while ((m = cell.exec(text))) {
            rows[rows.length - 1].push(m[1]);
            if (m[2] !== ',') rows.push([]);
          }
          rows.pop();
          return { rows: rows };
        },
        together: function (parts, rows) { return '\ufeff' + rows.map(function (cells) { return cells.join(',') + '\r\n'; }).join(''); }
      }
    },
    tsv: { title: 'Tab-separated values', file: 'tsv', type: 'text/tab-separated-values', spell: byLines('', '\t', '', function (line) { return line.split('\t'); }) },
    source: { title: 'HTML source', file: 'html', type: 'text/html', spell: html }
  };

  // fit writes the addresses and ports of the page's set-up into the cells of a
  // row: each address behind its party, which the files keep apart by "; ".
  function fit(table, how, cells, id) {
    function change(column, make) {
      var at = table.cells[column], parts = at === undefined ? null : how.frame.exec(cells[at]);
      if (parts) cells[at] = parts[1] + make(parts[2]) + parts[3];
    }
    ['from', 'to'].forEach(function (column) {
      var ends = profile.ends(id)[column];
      change(column, function (text) {
        var names = text.replace(/&(#?\w+);/g, '&$1\0').split('; ').map(function (name) { return name.replace(/\0/g, ';'); });
        if (names.length !== ends.length) names = [text];
        return names.map(function (name, i) {
          var given = (names.length === ends.length ? [ends[i]] : ends).map(profile.set).filter(Boolean).join(', ');
          return given ? name + ': ' + how.escape(given) : name;
        }).join('; ');
      });
    });
    var to = profile.port(id);
    if (to) change('ports', function (text) { return how.escape(to) + ' (changed from ' + text + ')'; });
  }

  // spell writes what is chosen of a table in one of its files.
  function spell(table, name, choice) {
    var how = formats[name].spell, parts = how.apart(table.files[formats[name].file]);
    if (choice.own) parts.rows.forEach(function (cells, i) { if (i) fit(table, how, cells, table.rows[i - 1][3]); });
    var rows = parts.rows.filter(function (_, i) { return i === 0 || choice.row(table.rows[i - 1]); });
    return how.together(parts, rows.map(function (cells) {
      return cells.filter(function (_, i) { return i >= table.columns.length || choice.column(i); });
    }));
  }

  function element(name, attributes, children) {
    var e = document.createElement(name);
    for (var k in attributes) {
      if (k === 'text') e.textContent = attributes[k];
      else e.setAttribute(k, attributes[k]);
    }
    (children || []).forEach(function (c) { if (c) e.appendChild(c); });
    return e;
  }

  // address is where a file of the site is: of the site's own address if it knows one.
  function address(href) {
    var canonical = document.querySelector('link[rel="canonical"]');
    return new URL(href, canonical ? canonical.href : location.href).href;
  }

  // asShown makes a table of one of the page: its text, in formats that need
  // no escaping of their own.
  function asShown(shown) {
    function text(cell) { return cell.innerText.replace(/#\s*$/, '').replace(/\s+/g, ' ').trim(); }
    function escape(s) { return s.replace(/[&<>"']/g, function (c) { return '&#' + c.charCodeAt(0) + ';'; }); }
    var cells = Array.prototype.map.call(shown.rows, function (row) { return row.hidden || 'filtered' in row.dataset ? [] : Array.prototype.map.call(row.cells, text); });
    cells = cells.filter(function (row) { return row.length === cells[0].length; });
    var line = place.dataset.line + (/^http/.test(address('')) ? ', ' + address('') : '');
    var style = 'border:1px solid #999;padding:4px 8px;text-align:left;vertical-align:top';
    return {
      title: shown.caption.innerText, columns: cells[0], cells: {}, groups: [], needs: [], features: [],
      rows: cells.slice(1).map(function () { return ['', '', '']; }),
      files: {
        html: '<table style="border-collapse:collapse"><tbody>\n' + cells.map(function (row, i) {
          return '<tr>' + row.map(function (s) {
            return i ? '<td style="' + style + '">' + escape(s) + '</td>' : '<th scope="col" style="' + style + ';background-color:#eee">' + escape(s) + '</th>';
          }).join('') + '</tr>\n';
        }).join('') + '</tbody></table>\n<p style="font-size:smaller">' + escape(line) + '</p>\n',
        tsv: cells.map(function (row, i) { return row.concat(i ? line : 'Provenance').join('\t') + '\n'; }).join('')
      }
    };
  }

  // boxes are choices of one kind, all of them ticked but for what is preset.
  function boxes(title, values, preset) {
    if (values.length < 2) return null;
    return element('fieldset', { 'data-choice': title }, [element('legend', { text: title })].concat(values.map(function (v) {
      var box = element('input', { type: 'checkbox', value: v[0] });
      box.checked = !preset || preset === v[0];
      return element('label', {}, [box, document.createTextNode(' ' + v[1])]);
    })));
  }

  function ticked(fieldset) {
    if (!fieldset) return function () { return true; };
    var on = {};
    fieldset.querySelectorAll('input').forEach(function (box) { on[box.value] = box.checked; });
    return function (value) { return on[value]; };
  }

  // choosing reads the boxes: a row is in if its group and need are, and one of
  // its conditions is met, or if the page's set-up has it.
  function choosing(columns, groups, needs, features, setup) {
    var column = ticked(columns), group = ticked(groups), need = ticked(needs), feature = ticked(features);
    var own = setup && setup.querySelector('input').checked;
    return {
      own: own,
      column: column,
      row: function (r) {
        return group(r[0]) && need(r[1]) && (!own || profile.has(r[3])) && (!r[2] || r[2].split(' ').some(function (all) { return all.split('+').every(feature); }));
      }
    };
  }

  function copied(label, value) {
    var field = element('input', { type: 'text', readonly: '', value: value });
    var button = element('button', { type: 'button', text: 'Copy', 'aria-label': 'Copy: ' + label });
    button.addEventListener('click', function () { window.portolanCopy(field.value).then(function (ok) { button.textContent = ok ? 'Copied' : 'Not copied'; }); });
    return [field, element('p', { 'class': 'pull' }, [element('label', {}, [document.createTextNode(label + ' '), field]), button])];
  }

  // elsewhere offers the published files: their addresses, and a frame.
  function elsewhere(table) {
    var links = Array.prototype.slice.call(document.querySelectorAll('[id="page.copies"] ~ * a[href*="table."]'));
    if (!links.length) return null;
    var select = element('select', {}, links.map(function (a) { return element('option', { value: address(a.getAttribute('href')), text: a.textContent }); }));
    var file = element('a', { download: '', text: 'Download the file' });
    var pull = copied('Its address, to pull', '');
    function show() { file.href = pull[0].value = select.value; }
    select.addEventListener('change', show);
    show();
    var safe = table.title.replace(/[&<>"']/g, function (c) { return '&#' + c.charCodeAt(0) + ';'; });
    function attribute(s) { return s.replace(/&/g, '&amp;').replace(/"/g, '&quot;'); }
    var choices = profile ? profile.hash() : '', subject = /(product|deployment)s\/([^/]+)\/[^/]*$/.exec(location.pathname);
    var frame = '<iframe src="' + attribute(address('embed/index.html' + choices)) + '" title="' + safe + '" width="100%" height="480" loading="lazy"></iframe>';
    var alone = '<script defer src="' + address('../../embed.js') + '"></' + 'script> <portolan-table ' + subject[1] + '="' + subject[2] + '"' +
      (choices ? ' choices="' + attribute(choices.slice(1)) + '"' : '') + '></portolan-table>';
    return element('details', {}, [
      element('summary', { text: 'The whole table as a file or a frame' }),
      element('p', {}, [element('label', {}, [document.createTextNode('Format '), select]), document.createTextNode(' '), file]),
      pull[1], copied('Frame for a page of yours', frame)[1], copied('Element as high as the table', alone)[1]
    ]);
  }

  function show(table, preset, opener) {
    var names = Object.keys(formats).filter(function (name) { return table.files[formats[name].file]; });
    var select = element('select', {}, names.map(function (name) { return element('option', { value: name, text: formats[name].title }); }));
    var columns = boxes('Columns', table.columns.map(function (title, i) { return [i, title]; }));
    var groups = boxes(table.by, table.groups, preset), needs = boxes('Need', table.needs), applied = table.by && profile && profile.applied();
    var features = applied ? null : boxes('Features in use', table.features);
    var own = element('input', { type: 'checkbox' });
    own.checked = true;
    var setup = applied && element('fieldset', { 'data-choice': 'Your set-up' }, [element('legend', { text: 'Your set-up' }), element('label', {}, [own, document.createTextNode(' Its rows, addresses and ports: ' + profile.said())])]);
    var preview = element('div', { 'class': 'preview', role: 'region', 'aria-label': 'Preview', tabindex: '0' });
    var status = element('p', { role: 'status' });
    var copy = element('button', { type: 'button', text: 'Copy' });
    var save = element('a', { text: 'Download' });
    var close = element('button', { type: 'button', text: 'Close' });
    var dialog = element('dialog', { 'class': 'copy', 'aria-labelledby': 'copy.title' }, [
      element('h2', { id: 'copy.title', text: opener.getAttribute('aria-label') }),
      element('p', {}, [element('label', {}, [document.createTextNode('Format '), select])]),
      element('details', {}, [element('summary', { text: 'Columns and rows' }), columns, groups, needs, features, setup || null]),
      element('div', { 'class': 'actions' }, [copy, save, close]), status, preview, table.by ? elsewhere(table) : null
    ]);
    var made, blob = '';

    function refresh() {
      var choice = choosing(columns, groups, needs, features, setup), format = formats[select.value];
      var n = table.rows.filter(choice.row).length;
      made = { text: spell(table, format.rich ? 'tsv' : select.value, choice), rich: format.rich ? spell(table, 'html', choice) : '' };
      status.textContent = n + ' of ' + table.rows.length + ' rows, ' + table.columns.filter(function (_, i) { return choice.column(i); }).length + ' columns';
      if (format.rich) preview.innerHTML = made.rich.replace(/ style="[^"]*"/g, ''); // which the page's policy forbids
      else preview.replaceChildren(element('pre', { text: made.text }));
      URL.revokeObjectURL(blob);
      blob = URL.createObjectURL(new Blob([made.rich || made.text], { type: (format.type || 'text/html') + ';charset=utf-8' }));
      save.href = blob;
      save.download = document.location.pathname.split('/').slice(-2)[0] + '.' + format.file;
    }

    copy.addEventListener('click', function () {
      window.portolanCopy(made.text, made.rich).then(function (ok) { status.textContent = ok ? 'Copied' : 'The browser does not let this page copy: mark the preview and copy it'; });
    });
    close.addEventListener('click', function () { dialog.close(); });
    dialog.addEventListener('input', function (e) { if (!e.target.readOnly) refresh(); });
    dialog.addEventListener('close', function () {
      URL.revokeObjectURL(blob);
      dialog.remove();
      opener.focus();
    });
    refresh();
    document.body.appendChild(dialog);
    dialog.showModal();
  }

  // whole calls back with the table of all connections, once it is here.
  function whole(then) {
    if (window.portolanTable) return then(window.portolanTable);
    var script = element('script', { src: place.dataset.picks });
    script.addEventListener('load', function () { then(window.portolanTable); });
    script.addEventListener('error', function () { script.remove(); });
    document.head.appendChild(script);
  }

  function button(text, label, act) {
    var b = element('button', { type: 'button', text: text, 'aria-label': text + ': ' + label, 'aria-haspopup': 'dialog' });
    b.addEventListener('click', function () { act(b); });
    return b;
  }
  place.replaceChildren(button('Copy or embed', 'all connections', function (b) { whole(function (t) { show(t, '', b); }); }));
  document.querySelectorAll('main .scroll > table').forEach(function (shown) {
    var direction = shown.classList.contains('flows') && shown.caption.id.replace('table.', '');
    var kept = shown.parentNode.nextElementSibling; // the button's place
    if (!kept || !kept.matches('.actions')) return;
    kept.replaceChildren(button(direction ? 'Copy or embed' : 'Copy', shown.caption.innerText, function (b) {
      if (direction) whole(function (t) { show(t, direction, b); });
      else show(asShown(shown), '', b);
    }));
  });
})();
