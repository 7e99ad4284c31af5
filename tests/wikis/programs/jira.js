// Reads texts in wiki markup, each a JSON string on a line, writes what
// Atlassian's own parser makes of each likewise, as HTML. Its argument: the
// folder of the parser.
"use strict";

const { WikiMarkupTransformer } = require(require.resolve("@atlaskit/editor-wikimarkup-transformer", { paths: [process.argv[2]] }));

const elements = {
  doc: "", table: "table", tableRow: "tr", tableHeader: "th", tableCell: "td", paragraph: "p",
  bulletList: "ul", orderedList: "ol", listItem: "li",
};
const marks = { strong: "strong", em: "em", code: "code" };

const escape = (s) => s.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

function html(node) {
  if (node.type === "text") {
    let out = escape(node.text);
    for (const m of node.marks || []) {
      if (m.type === "link") out = `<a href="${escape(m.attrs.href)}">${out}</a>`;
      else if (marks[m.type]) out = `<${marks[m.type]}>${out}</${marks[m.type]}>`;
      else out = `<mark data-mark="${escape(m.type)}">${out}</mark>`;
    }
    return out;
  }
  if (node.type === "hardBreak") return "<br>";
  const inner = (node.content || []).map(html).join("");
  const name = node.type in elements ? elements[node.type] : node.type;
  if (name === "th") return `<th>${inner.replace(/<\/?strong>/g, "")}</th>`; // bold by itself
  return name ? `<${name}>${inner}</${name}>` : inner;
}

const parser = new WikiMarkupTransformer();
require("readline").createInterface({ input: process.stdin, terminal: false }).on("line", (line) => {
  process.stdout.write(JSON.stringify(html(parser.parse(JSON.parse(line)).toJSON())) + "\n");
});
