// <portolan-table product="liquidfiles"></portolan-table> shows that product's
// table in a frame as high as the table; deployment="…" shows a network's, and
// src="…" any page of the kind. title, height and max-height may be given, and
// choices="feature=ldap&…" for a product's rows, as its page has them behind "#".
(function () {
  'use strict';
  if (customElements.get('portolan-table')) return;
  var root = document.currentScript.src.replace(/[^/]*$/, '');
  var count = 0;

  // address is the page to show; empty where none is named.
  function address(element) {
    var choices = element.getAttribute('choices');
    var kinds = { product: 'products/', deployment: 'deployments/' };
    for (var name in kinds) {
      if (element.hasAttribute(name)) return root + kinds[name] + encodeURIComponent(element.getAttribute(name)) + '/embed/index.html' + (choices ? '#' + choices : '');
    }
    var src = element.getAttribute('src');
    var url = src ? new URL(src, document.baseURI) : { protocol: '' };
    return /^(https?|file):$/.test(url.protocol) ? url.href : '';
  }

  customElements.define('portolan-table', class extends HTMLElement {
    connectedCallback() {
      var url = address(this);
      if (!url) return;
      var most = Number(this.getAttribute('max-height')) || 20000;
      var frame = document.createElement('iframe');
      frame.name = 'portolan-' + ++count;
      frame.title = this.getAttribute('title') || 'Required ports: ' + (this.getAttribute('product') || this.getAttribute('deployment') || url);
      frame.loading = 'lazy';
      frame.referrerPolicy = 'no-referrer';
      // In a sandbox a page of the disk may load nothing.
      if (/^http/.test(url)) frame.setAttribute('sandbox', 'allow-scripts allow-popups allow-top-navigation-by-user-activation');
      this.style.display = 'block';
      frame.style.display = 'block';
      frame.style.width = '100%';
      frame.style.border = '0';
      frame.style.height = (Number(this.getAttribute('height')) || 360) + 'px';
      this.heard = function (e) {
        var said = e.data;
        if (e.source !== frame.contentWindow || !said || said.portolan !== 1 || said.id !== frame.name || !isFinite(said.height)) return;
        frame.style.height = Math.max(80, Math.min(said.height, most)) + 'px';
      };
      window.addEventListener('message', this.heard);
      frame.src = url;
      this.replaceChildren(frame);
    }

    disconnectedCallback() {
      window.removeEventListener('message', this.heard);
    }
  });
})();
