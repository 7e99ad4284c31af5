// Reads texts in Markdown, each a JSON string on a line, writes what markdown-it
// makes of each likewise. Its argument: the folder of markdown-it.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const markdownIt = createRequire(process.argv[2] + "/")("markdown-it");
const md = markdownIt({ html: true, linkify: true });
createInterface({ input: process.stdin, terminal: false }).on("line", (line) => {
  process.stdout.write(JSON.stringify(md.render(JSON.parse(line))) + "\n");
});
