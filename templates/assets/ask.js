// The field of the lookup: answers while one types, below the field of the page
// that has a place for them, else in a panel under the header. "/" leads to it
// from everywhere.
//
// What answers (lookup.js) and its data are loaded when the field is first
// used. Classic scripts, as a page opened from a file may load nothing else.
// Pasted lines never leave the page: not even its address has them.
(function () {
  'use strict';

  // The script's own place, known only while it runs. data-answers names
  // lookup.js as the page does; the data lie beside the scripts.
  const own = document.currentScript;
  const answersURL = new URL(own.dataset.answers, document.baseURI).href;
  const indexURL = new URL('lookup-index.js', own.src).href;
  const registryURL = new URL('lookup-registry.js', own.src).href;
  const rootURL = new URL('../', own.src).href;

  const few = 8; // rows of a section that are shown unasked
  const fewer = 4; // of a row of a table
  const most = 1000;
  const longest = 200; // of a query in the address

  let loading = null;

  // ready loads what answers, once, and gives ask(text, rows of a section).
  function ready() {
    if (!loading) {
      const registry = addScript(registryURL).catch(function () {}); // names only: does without
      loading = Promise.all([addScript(answersURL), addScript(indexURL), registry]).then(function () {
        const index = window.portolanAnswers.load(window.portolanLookup, window.portolanRegistry);
        return {
          products: window.portolanLookup.slugs.length,
          ask: function (text, rows) { return window.portolanAnswers.query(index, text, rows); }
        };
      });
      loading.catch(function () { loading = null; });
    }
    return loading;
  }

  function addScript(src) {
    return new Promise(function (resolve, reject) {
      const script = document.createElement('script');
      script.src = src;
      script.onload = resolve;
      script.onerror = function () {
        script.remove();
        reject(new Error(src));
      };
      document.head.append(script);
    });
  }

  // -------------------------------------------------------------- an answer

  // el makes an element with its class and children; strings become text.
  function el(tag, className) {
    const e = document.createElement(tag);
    if (className) e.className = className;
    e.append.apply(e, Array.prototype.slice.call(arguments, 2));
    return e;
  }

  function button(text, act) {
    const b = el('button', 'lookup-do', text);
    b.type = 'button';
    b.addEventListener('click', act);
    return b;
  }

  // quoted shows what somebody typed, whatever way it is written.
  function quoted(text) {
    return el('bdi', 'lookup-quote', text);
  }

  function count(n, one, many) {
    return n.toLocaleString('en') + ' ' + (n === 1 ? one : many);
  }

  function joined(parts, separator) {
    const out = [];
    parts.forEach(function (part, i) {
      if (i > 0) out.push(separator);
      out.push(part);
    });
    return out;
  }

  // A section's title, and what the sentence of all of them calls it.
  const titles = {
    listens: ['Listens', 'listening'],
    connects: ['Connects out', 'connecting out'],
    between: ['Between its own parts, or between others', 'between parts or others'],
    inside: ['Inside a range', 'inside a range'],
    part: ['A part of what was asked', 'in part'],
    variant: ['Only another source says so, never opened', 'by another source only'],
    forbidden: ['Must stay closed', 'to stay closed']
  };

  function needMark(need) {
    return el('span', 'need need-' + need, need);
  }

  function documented(g) {
    return g.sections.length > 0 || g.elsewhere > 0;
  }

  // summary is the sentences for the status line.
  function summary(answer, lines) {
    const out = [];
    const say = function () {
      if (out.length) out.push(' ');
      out.push.apply(out, arguments);
    };
    const totals = {};
    let total = 0;
    let more = false;
    const missing = answer.groups.filter(function (g) { return g.ask.text && !documented(g); });
    for (const g of answer.groups) {
      more = more || g.more;
      for (const s of g.sections) {
        totals[s.kind] = (totals[s.kind] || 0) + s.total;
        total += s.total;
      }
    }
    if (answer.pasted) {
      say(count(answer.asked.length, 'port', 'ports') + ' read from ' + count(lines, 'line', 'lines') + '. Nothing of them leaves this page.');
    }
    if (!answer.groups.length) {
      if (!answer.invalid.length && !answer.pasted) say('Type a port, a range, a product or a service.');
    } else {
      const parts = Object.keys(titles).filter(function (k) { return totals[k]; }).map(function (k) { return totals[k] + ' ' + titles[k][1]; });
      if (total || !missing.length) say((more ? 'More than ' : '') + count(total, 'row', 'rows') + ' found' + (parts.length ? ': ' + parts.join(', ') : '') + '.' +
        (more ? ' Another word narrows them.' : ''));
    }
    if (missing.length) say('No documented requirement for ' + missing.map(function (g) { return g.ask.text; }).join(', ') + '.');
    for (const w of answer.words) {
      if (w.match === '') say('Nothing is called ', quoted(w.text), '.');
      if (w.match === 'typo') say.apply(null, ['Read ', quoted(w.text), ' as '].concat(joined(w.meant.map(quoted), ' or '), '.'));
    }
    if (answer.invalid.length) say(answer.invalid.join(', ') + ': not a port, which is 1 to 65535.');
    if (answer.truncated) say('The text was too long: only its beginning was looked up.');
    return out;
  }

  function rowLink(h) {
    const a = el('a', '');
    a.href = new URL('products/' + encodeURIComponent(h.product) + '/index.html#' + encodeURIComponent(h.flow), rootURL).href;
    return a;
  }

  // ported is ports with what to do where they are many: break at the commas.
  function ported(text) {
    const out = el('span', 'port');
    joined(text.split(/(?<=[,]|\s)/), el('wbr')).forEach(function (part) { out.append(typeof part === 'string' ? part : el('wbr')); });
    return out;
  }

  // how tells by what a row was found, where its ports don't.
  function how(h) {
    if (h.match === 'inside' || h.match === 'overlap') return h.range === h.ports ? '' : 'by ' + h.range;
    if (h.match === 'typo') return 'by a similar name';
    return '';
  }

  function hitItem(h) {
    const link = rowLink(h);
    link.append(el('b', '', h.name), ' ' + h.service_name);
    const ends = el('span', 'lookup-ends', h.from.join(', ') + ' → ' + h.to.join(', '));
    const found = how(h);
    if (found) ends.append(' · ' + found);
    const item = el('li', 'lookup-hit', ported(h.ports), el('span', '', link, ends), needMark(h.need));
    item.dataset.need = h.need;
    item.dataset.match = h.match;
    return item;
  }

  function pageOf(port) {
    const a = el('a', 'port', port);
    a.href = new URL('ports/' + port + '/index.html', rootURL).href;
    return a;
  }

  // nothing says that a port is not documented, and what is known nevertheless.
  function nothing(g, products) {
    const out = el('div', 'lookup-nothing');
    out.append(el('p', 'lookup-none', 'No documented requirement for ', el('span', 'port', g.ask.text), ' in ' + count(products, 'product', 'products') + '.'));
    const facts = el('ul');
    if (g.nearest.length) {
      facts.append(el.apply(null, ['li', '', 'Documented next to it: '].concat(joined(g.nearest.map(pageOf), ', '), '.')));
    }
    if (g.registered.length) {
      facts.append(el('li', '', 'Registered with IANA as ' + names(g) + ': a name only, no product’s requirement.'));
    }
    facts.append(el('li', '', 'This does not mean that it is unused: a host may use it for what is not in this catalog.'));
    if (g.any_port) facts.append(el('li', '', anyPort(g)));
    out.append(facts);
    return out;
  }

  function names(g) {
    return g.registered.map(function (r) {
      return r.name + ' (' + r.transports.join(', ') + ' ' + (r.first === r.last ? r.first : r.first + '-' + r.last) + ')';
    }).join(', ');
  }

  function anyPort(g) {
    return count(g.any_port, 'flow uses', 'flows use') + ' any port, of the client’s or the server’s choice.';
  }

  // ---------------------------------------------------------------- a field

  function typing(at) {
    if (!(at instanceof Element)) return false;
    return at.isContentEditable || /^(?:TEXTAREA|SELECT)$/.test(at.tagName) ||
      (at.tagName === 'INPUT' && !/^(?:checkbox|radio|button|submit|reset|range|color|file)$/.test(at.type));
  }

  // enhance makes one form answer while one types.
  function enhance(form) {
    const input = form.querySelector('input[name=q]');
    if (!input) return null;
    const place = document.getElementById('page.answer');
    const out = place || panel(form);
    if (!out.id) out.id = 'page.panel';
    input.setAttribute('aria-controls', out.id);
    const status = el('p', 'lookup-status');
    status.setAttribute('role', 'status');
    const paste = pasteField();
    const results = el('div', 'lookup-results');
    const keysHint = el('p', 'lookup-keys');
    const hints = [el('kbd', '', '↓'), ' to the rows ', el('kbd', '', 'Enter'), ' the first ', el('kbd', '', 'Esc'), place ? ' clear' : ' close'];
    keysHint.hidden = true;
    out.append(paste.element, status, keysHint, results);

    let pasted = ''; // lines, instead of what the field has
    let before = null; // where the focus and the page were
    let timer = 0;
    let goes = false; // Enter came before the answer

    const query = function () { return pasted || input.value; };

    const open = function () { if (!place) out.hidden = false; };
    const close = function () { if (!place) out.hidden = true; };

    const keepInURL = function () {
      if (!place) return;
      const text = pasted ? '' : input.value.trim();
      const here = new URL(location.href);
      if (text && text.length <= longest) here.searchParams.set('q', text);
      else here.searchParams.delete('q');
      if (here.href === location.href) return;
      try {
        history.replaceState(history.state, '', here.href);
      } catch (e) {
        // some browsers refuse it to a file, or when it comes too often
      }
    };

    const links = function () { return Array.from(results.querySelectorAll('a[href], button')); };
    const firstRow = function () { return results.querySelector('.lookup-hit a, .lookup-may a'); };

    const show = function (nodes, parts) {
      status.textContent = '';
      status.append.apply(status, nodes);
      results.textContent = '';
      results.append.apply(results, parts);
      const first = firstRow();
      if (first && !pasted) first.classList.add('lookup-best');
      keysHint.hidden = !first;
      if (first) keysHint.replaceChildren.apply(keysHint, hints);
    };

    const run = function () {
      const text = query();
      clearTimeout(timer);
      paste.show(pasted);
      if (text.trim() === '') {
        show([], []);
        close();
        keepInURL();
        return;
      }
      open();
      timer = setTimeout(keepInURL, 300);
      ready().then(function (lookup) {
        if (text !== query()) return; // typed on meanwhile
        const lines = text.split('\n').length;
        const answer = lookup.ask(text, few);
        const parts = answer.pasted || answer.asked.length > 2 ? [table(answer, text, lookup)]
          : answer.groups.map(function (g, i) { return group(g, i, text, lookup); });
        show(summary(answer, lines), parts);
        if (goes) go();
      }).catch(function (e) {
        show(['The lookup’s data could not be loaded.'], []);
        throw e;
      });
    };

    // go opens the best row; of pasted lines it leads to the first.
    const go = function () {
      goes = false;
      const first = firstRow();
      if (!first) return;
      if (pasted) first.focus();
      else first.click();
    };

    const set = function (text) {
      pasted = '';
      input.value = text;
      input.focus();
      run();
    };

    // ------------------------------------------------------------ of a group

    const group = function (g, at, text, lookup) {
      const section = el('section', 'lookup-group');
      if (g.ask.text) section.append(el('h2', 'port', g.ask.text));
      if (g.ask.text && !documented(g)) {
        section.append(nothing(g, lookup.products));
        return section;
      }
      for (const s of g.sections) section.append(rows(s, at, text, lookup));
      const say = function () { section.append(el.apply(null, ['p', 'lookup-more'].concat(Array.prototype.slice.call(arguments)))); };
      if (g.elsewhere) {
        say(count(g.elsewhere, 'further row names', 'further rows name') + ' this port, but not the other words. ',
          button('Show ' + g.ask.text + ' alone', function () { set(g.ask.text); }));
      }
      if (g.any_port) say(anyPort(g));
      if (g.any_forbidden) say(count(g.any_forbidden, 'row forbids', 'rows forbid') + ' every port that is not listed.');
      return section;
    };

    // rows is a section: its title with the count, and its rows.
    const rows = function (s, at, text, lookup) {
      const part = el('section', 'lookup-section');
      const title = el('h3', '', titles[s.kind][0] + ' ', el('span', 'lookup-count', s.total.toLocaleString('en')));
      const items = el('ul', 'lookup-hits');
      for (const h of s.hits) items.append(hitItem(h));
      part.append(title, items);
      if (s.total > s.hits.length) {
        part.append(button('Show all ' + s.total.toLocaleString('en'), function () {
          const all = lookup.ask(text, most).groups[at].sections.find(function (o) { return o.kind === s.kind; });
          const from = s.hits.length;
          this.remove();
          items.replaceChildren.apply(items, all.hits.map(hitItem));
          if (items.children[from]) items.children[from].querySelector('a').focus();
          if (all.total > all.hits.length) part.append(el('p', 'lookup-more', 'These are the first ' + count(all.hits.length, 'row', 'rows') + '.'));
        }));
      }
      return part;
    };

    // table is the ports of pasted lines, with what each may be.
    const table = function (answer, text, lookup) {
      const seen = answer.seen.length > 0;
      const named = answer.seen.some(function (s) { return s.names.length; });
      const head = el('tr');
      ['Port'].concat(seen ? ['Lines'] : [], named ? ['The lines say'] : [], ['What it may be, here']).forEach(function (name) {
        const th = el('th', '', name);
        th.scope = 'col';
        head.append(th);
      });
      const body = el('tbody');
      answer.groups.forEach(function (g, i) {
        const th = el('th', 'port', g.ask.text);
        th.scope = 'row';
        const row = el('tr', documented(g) ? '' : 'lookup-unknown', th);
        if (seen) row.append(el('td', 'num', String(answer.seen[i].lines)));
        if (named) row.append(el('td', '', answer.seen[i].names.join(', ')));
        row.append(el('td', '', may(g, i, text, lookup)));
        body.append(row);
      });
      const caption = el('caption', '', answer.pasted ? 'Ports of the pasted lines' : 'Ports that were asked for');
      caption.id = 'page.pasted';
      const region = el('div', 'scroll', el('table', 'lookup-table', caption, el('thead', '', head), body));
      region.setAttribute('role', 'region');
      region.setAttribute('aria-labelledby', caption.id);
      region.tabIndex = 0;
      return region;
    };

    // may is what a port may be: of each section a line for each product.
    const may = function (g, at, text, lookup) {
      const items = el('ul', 'lookup-may');
      if (!documented(g)) {
        items.append(el('li', 'lookup-none', 'Nothing documented.'));
        if (g.registered.length) items.append(el('li', 'lookup-more', 'Registered with IANA as ' + names(g) + '.'));
        return items;
      }
      const lines = function (sections) {
        const out = [];
        for (const s of sections) {
          const byProduct = new Map();
          for (const h of s.hits) {
            const note = noteOf(s, h);
            const line = byProduct.get(h.product + note) || el('li', '', el('b', '', h.name), ' ');
            const link = rowLink(h);
            link.textContent = h.service_name;
            link.setAttribute('aria-label', h.name + ': ' + h.service_name + ', ' + h.from.join(', ') + ' to ' + h.to.join(', '));
            if (byProduct.has(h.product + note)) line.lastChild.before(', ', link, ' ', needMark(h.need));
            else line.append(link, ' ', needMark(h.need), el('span', 'lookup-ends', note));
            byProduct.set(h.product + note, line);
          }
          out.push.apply(out, Array.from(byProduct.values()));
        }
        return out;
      };
      const total = g.sections.reduce(function (n, s) { return n + s.total; }, 0);
      const shown = g.sections.reduce(function (n, s) { return n + s.hits.length; }, 0);
      const some = lines(g.sections);
      items.append.apply(items, some.slice(0, fewer));
      if (some.length > fewer || shown < total) {
        items.append(el('li', '', button('Show all ' + total + ' rows', function () {
          const all = lines(lookup.ask(text, most).groups[at].sections);
          items.replaceChildren.apply(items, all);
          (all[fewer] || all[0]).querySelector('a').focus();
        })));
      }
      return items;
    };

    const noteOf = function (s, h) {
      if (s.kind === 'listens') return '';
      if (s.kind === 'inside' || s.kind === 'part') return 'inside ' + h.range + (h.direction === 'outbound' ? ', connects out' : '');
      return titles[s.kind][0].toLowerCase();
    };

    // ------------------------------------------------------------ the events

    const back = function () {
      if (place) {
        if (query()) {
          set('');
          return;
        }
      } else {
        close();
      }
      const at = before;
      before = null;
      if (at && at.element.isConnected && at.element !== document.body) at.element.focus({ preventScroll: true });
      else if (at) input.blur();
      else input.focus();
      if (at) window.scrollTo(at.x, at.y);
    };

    const move = function (step) {
      const all = links();
      const i = all.indexOf(document.activeElement);
      if (i + step < 0) input.focus();
      else if (all[i + step]) all[i + step].focus();
    };

    const keys = function (event) {
      if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const inField = event.target === input;
      const inRows = results.contains(event.target);
      if (event.key === 'Escape') back();
      else if (event.key === 'Enter' && inField) {
        if (query().trim() === '') return;
        goes = true;
        run();
      } else if (event.key === 'ArrowDown' && (inField || inRows)) {
        if (inField) open();
        move(1);
      } else if (event.key === 'ArrowUp' && inRows) move(-1);
      else return;
      event.preventDefault();
      event.stopPropagation();
    };

    input.addEventListener('focus', function () {
      ready().catch(function () {});
      if (!place && query().trim() !== '' && out.hidden) run();
    });
    input.addEventListener('input', function () {
      goes = false;
      pasted = '';
      run();
    });
    form.addEventListener('keydown', keys);
    out.addEventListener('keydown', keys);
    form.addEventListener('submit', function (event) {
      event.preventDefault();
      run();
    });
    // A field has one line: lines that are pasted stand below it.
    input.addEventListener('paste', function (event) {
      const text = event.clipboardData ? event.clipboardData.getData('text/plain').trim() : '';
      if (!/[\r\n]/.test(text)) return;
      event.preventDefault();
      input.value = '';
      pasted = text.replace(/\r\n?/g, '\n');
      run();
    });
    paste.text.addEventListener('input', function () {
      pasted = paste.text.value;
      run();
    });
    paste.clear.addEventListener('click', function () { set(''); });
    if (!place) {
      // A row may be of this very page.
      out.addEventListener('click', function (event) {
        if (event.target.closest('a[href]')) close();
      });
      document.addEventListener('pointerdown', function (event) {
        if (!out.hidden && !out.contains(event.target) && !form.contains(event.target)) close();
      });
      document.addEventListener('focusin', function (event) {
        if (!out.hidden && !out.contains(event.target) && !form.contains(event.target)) close();
      });
    }

    const asked = place && new URL(location.href).searchParams.get('q');
    if (asked) {
      if (/[\r\n]/.test(asked.trim())) pasted = asked.trim();
      else input.value = asked;
      run();
    }
    return function () {
      before = { element: document.activeElement || document.body, x: window.scrollX, y: window.scrollY };
      input.focus();
      input.select();
    };
  }

  // panel is where answers stand on pages that have no place for them.
  function panel(form) {
    const out = el('div', 'lookup-panel');
    out.setAttribute('role', 'region');
    out.setAttribute('aria-label', 'Answers');
    out.hidden = true;
    form.after(out);
    return out;
  }

  // pasteField shows pasted lines, to be edited.
  function pasteField() {
    const text = el('textarea');
    text.rows = 6;
    text.spellcheck = false;
    text.setAttribute('aria-label', 'Pasted lines');
    const lines = el('summary');
    const clear = el('button', 'lookup-do', 'Clear');
    clear.type = 'button';
    const element = el('div', 'lookup-paste', el('details', '', lines, text), clear);
    element.hidden = true;
    return {
      element: element, text: text, clear: clear,
      show: function (pasted) {
        const focused = document.activeElement === text;
        element.hidden = !pasted && !focused;
        if (!focused) text.value = pasted;
        lines.textContent = 'Pasted: ' + count(pasted ? pasted.split('\n').length : 0, 'line', 'lines') + ', edit';
      }
    };
  }

  function start() {
    const focus = Array.from(document.querySelectorAll('form.lookup')).map(enhance).filter(Boolean)[0];
    if (!focus) return;
    document.addEventListener('keydown', function (event) {
      if (event.key !== '/' || event.defaultPrevented || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
      if (typing(event.target) || document.querySelector('dialog[open]')) return;
      event.preventDefault();
      focus();
    });
  }

  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start);
  else start();
})();
