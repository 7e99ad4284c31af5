// The rule builder's engine: the program's own Go packages as WebAssembly, so
// that the rules made here are those of "portolan rules", byte for byte.
//
//   portolanEngine.load(root)        promise; root is the URL of the site's root, with its slash
//   portolanEngine.open(kind, slug)  promise of what can be chosen of a product or deployment
//   portolanEngine.build(request)    the rules and all that is said of them
//   portolanEngine.archive(requests) a zip file as bytes
//   portolanEngine.platforms()       the platforms in the order of pickers
//
// The script's own tag names the files of the engine: data-exec, data-wasm and
// data-script, and data-platforms where a site publishes some platforms alone.
// data and attach are how those files hand over what they have.
(function () {
  'use strict';

  const files = Object.assign({}, document.currentScript.dataset);
  const got = new Map();
  const opened = new Map();
  let root = '';
  let loading = null;
  let go = null; // the functions of the Go program, once it runs

  function script(path) {
    return new Promise(function (resolve, reject) {
      const tag = document.createElement('script');
      tag.src = new URL(path, root).href;
      tag.onload = function () { tag.remove(); resolve(); };
      tag.onerror = function () { tag.remove(); reject(new Error('could not load ' + path)); };
      document.head.append(tag);
    });
  }

  // Over http the engine is a file of its own. From a folder nothing can be
  // fetched: there, and where a server fails, it comes in a script, as text.
  async function program() {
    if (/^https?:/.test(root)) {
      try {
        const response = await fetch(new URL(files.wasm, root));
        if (response.ok) return new Uint8Array(await response.arrayBuffer());
      } catch {
        // the script is another way
      }
    }
    await script(files.script);
    const packed = atob(got.get('program'));
    got.delete('program');
    const bytes = new Uint8Array(packed.length);
    for (let i = 0; i < packed.length; i++) bytes[i] = packed.charCodeAt(i);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  async function start() {
    if (!files.wasm) throw new Error('this site was built without the rule builder');
    if (typeof WebAssembly !== 'object') throw new Error('this browser runs no WebAssembly');
    const all = await Promise.all([program(), script(files.exec)]);
    const runner = new window.Go();
    const made = await WebAssembly.instantiate(all[0], runner.importObject);
    runner.run(made.instance); // comes back at its end alone
    if (!go) throw new Error('the rule builder did not start');
  }

  // flat is a value as one text, unflat the way back: see generator/builder/plain.
  // One text crosses to WebAssembly in one step, where objects take one for each key.
  function flat(value, words) {
    if (typeof value === 'string') words.push('"' + value.replace(/\0/g, '\ufffd'));
    else if (typeof value === 'number') words.push('#' + value);
    else if (typeof value === 'boolean') words.push(value ? '+' : '-');
    else if (Array.isArray(value)) {
      words.push('[' + value.length);
      value.forEach(function (v) { flat(v, words); });
    } else if (value) {
      const keys = Object.keys(value);
      words.push('{' + keys.length);
      keys.forEach(function (k) { flat(k, words); flat(value[k], words); });
    } else words.push('0');
    return words;
  }

  function text(value) {
    return flat(value, []).join('\0') + '\0';
  }

  function unflat(words) {
    const word = words.next().value;
    const rest = word.slice(1);
    switch (word[0]) {
      case '"': return rest;
      case '#': return Number(rest);
      case '+': return true;
      case '-': return false;
      case '[': {
        const list = [];
        for (let n = Number(rest); n > 0; n--) list.push(unflat(words));
        return list;
      }
      case '{': {
        const object = {};
        for (let n = Number(rest); n > 0; n--) {
          const key = unflat(words);
          object[key] = unflat(words);
        }
        return object;
      }
    }
    return null;
  }

  function call(name) {
    if (!go) throw new Error('the rule builder is not loaded');
    const told = go[name].apply(null, Array.prototype.slice.call(arguments, 1));
    if (typeof told !== 'string') throw new Error('the rule builder has stopped; load the page again');
    const answer = unflat(told.split('\0').values());
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.value;
  }

  async function fetched(path) {
    if (!got.has(path)) {
      await script('rules/data/' + path + '.js');
      call('accept', path, text(got.get(path)));
    }
    return got.get(path);
  }

  function chosen(request) {
    return {
      kind: request.kind, slug: request.slug, platform: request.platform || '', at: request.at || '', version: request.version || '',
      features: request.features || [], flows: request.flows || [], all: !!request.all, nat: !!request.nat,
      set: request.set || {}, ports: request.ports || {}, deny: !!request.deny, log: !!request.log
    };
  }

  function published() {
    return files.platforms ? files.platforms.split(' ') : [];
  }

  const table = new Uint32Array(256).map(function (_, n) {
    for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
    return n;
  });

  function crc32(bytes) {
    let c = 0xffffffff;
    for (let i = 0; i < bytes.length; i++) c = table[(c ^ bytes[i]) & 255] ^ (c >>> 8);
    return (c ^ 0xffffffff) >>> 0;
  }

  // zip stores the files as they are, names in UTF-8, all of one date (the
  // format's first): the same files are the same bytes.
  function zip(list) {
    const encoder = new TextEncoder();
    const entries = list.map(function (f) {
      const data = encoder.encode(f.text);
      return { name: encoder.encode(f.name), data: data, crc: crc32(data), at: 0 };
    });
    let size = 22;
    entries.forEach(function (e) { size += 30 + 46 + 2 * e.name.length + e.data.length; });
    const out = new Uint8Array(size);
    const view = new DataView(out.buffer);
    let at = 0;
    const u16 = function (n) { view.setUint16(at, n, true); at += 2; };
    const u32 = function (n) { view.setUint32(at, n, true); at += 4; };
    const bytes = function (b) { out.set(b, at); at += b.length; };
    const common = function (e) {
      u16(20); u16(0x800); u16(0); u16(0); u16(0x21);
      u32(e.crc); u32(e.data.length); u32(e.data.length);
      u16(e.name.length); u16(0);
    };
    entries.forEach(function (e) {
      e.at = at;
      u32(0x04034b50); common(e); bytes(e.name); bytes(e.data);
    });
    const start = at;
    entries.forEach(function (e) {
      u32(0x02014b50); u16(20); common(e);
      u16(0); u16(0); u16(0); u32(0); u32(e.at); bytes(e.name);
    });
    const length = at - start;
    u32(0x06054b50); u16(0); u16(0); u16(entries.length); u16(entries.length); u32(length); u32(start); u16(0);
    return out;
  }

  window.portolanEngine = {
    load: function (url) {
      if (!loading) {
        root = new URL(url, document.baseURI).href;
        loading = start();
        loading.catch(function () { loading = null; });
      }
      return loading;
    },
    open: function (kind, slug) {
      const path = kind + 's/' + slug;
      if (!opened.has(path)) {
        opened.set(path, (async function () {
          const data = await fetched(path);
          await Promise.all((data.products || []).map(function (slug) { return fetched('products/' + slug); }));
          return call('describe', kind, slug);
        })());
        opened.get(path).catch(function () { opened.delete(path); });
      }
      return opened.get(path);
    },
    build: function (request) {
      const asked = text(chosen(request));
      const result = call('build', asked);
      let beside = null; // made when somebody looks at it
      ['tests', 'request'].forEach(function (name) {
        Object.defineProperty(result, name, {
          enumerable: true,
          get: function () {
            beside = beside || call('beside', asked);
            return beside[name];
          }
        });
      });
      return result;
    },
    archive: function (requests) { return zip(call('archive', text({ requests: requests.map(chosen), platforms: published() }))); },
    platforms: function () {
      const ids = published();
      return call('platforms').filter(function (p) { return ids.length === 0 || ids.includes(p.id); });
    },
    data: function (path, value) { got.set(path, value); },
    attach: function (functions) { go = functions; }
  };
})();
