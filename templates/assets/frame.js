// Tells the page around a frame how high its content is, and again whenever
// that changes. The frame's name, or what stands in the address's fragment
// before any choices, says which frame of that page it is.
(function () {
  'use strict';
  if (window.parent === window) return;
  var id = window.name || window.portolanFragment.parse(location.hash).anchor;
  var root = document.documentElement, last = 0;
  new ResizeObserver(function () {
    var height = Math.ceil(root.getBoundingClientRect().height);
    if (height === last) return;
    last = height;
    window.parent.postMessage({ portolan: 1, id: id, height: height }, '*');
  }).observe(root);
})();
