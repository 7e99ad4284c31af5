// Reads PowerShell: standard input is a JSON list of scripts, standard output a
// JSON list of what each holds, which readers/powershell.go judges.
//
//   faults     what is no PowerShell, or runs code inside a string
//   commands   line, name, and arguments: a parameter, its values, or both
//   functions  the script's own, with their parameters
//   tables     the @{…} that a variable holds, keys with values, for splatting
//
// A value is a literal's text, or null where it is known only when the script
// runs.
'use strict';
const path = require('path');
const { Parser, Language } = require('web-tree-sitter');

const line = (node) => node.startPosition.row + 1;
const all = (node, ...types) => node.descendantsOfType(types).filter(Boolean);
const unquote = (s) => (s.startsWith("'") ? s.slice(1, -1).replaceAll("''", "'") : s);

// The literals of an expression, a list of them too.
function values(node) {
  switch (node.type) {
    case 'generic_token':
    case 'command_argument_sep':
    case 'decimal_integer_literal':
      return [node.text];
    case 'string_literal':
      return [node.firstNamedChild?.type === 'verbatim_string_characters' ? unquote(node.text) : null];
    case 'array_literal_expression':
    case 'array_expression':
    case 'statement_list':
    case 'statements':
      return node.namedChildren.flatMap(values);
    case 'variable':
    case 'sub_expression':
      return [null];
    case 'command_parameter':
      return [];
  }
  return node.namedChildCount === 1 ? values(node.firstNamedChild) : [null];
}

function argument_list(command) {
  const out = [];
  const elements = command.namedChildren.find((c) => c.type === 'command_elements');
  for (const e of elements?.namedChildren ?? []) {
    if (e.type === 'command_argument_sep' || e.type === 'redirection') continue;
    if (e.type === 'command_parameter') out.push({ parameter: e.text.replace(/:$/, ''), values: [] });
    else if (/^@[A-Za-z_]\w*$/.test(e.text)) out.push({ splat: e.text.slice(1), values: [] });
    else if (out.length && out.at(-1).parameter && !out.at(-1).values.length) out.at(-1).values = values(e);
    else out.push({ values: values(e) });
  }
  return out;
}

function read(parser, text) {
  const root = parser.parse(text).rootNode;
  const faults = [];
  if (root.hasError) {
    const walk = (node) => {
      if (node.isError || node.isMissing) faults.push(`line ${line(node)}: no PowerShell: ${node.text.split('\n')[0].slice(0, 60)}`);
      else if (node.hasError) node.children.forEach(walk);
    };
    walk(root);
    if (!faults.length) faults.push('no PowerShell');
  }
  for (const s of all(root, 'expandable_string_literal', 'expandable_here_string_literal')) {
    if (all(s, 'sub_expression').length) faults.push(`line ${line(s)}: a string that runs code: ${s.text.slice(0, 60)}`);
  }
  const commands = all(root, 'command').map((c) => {
    const name = c.childForFieldName('command_name');
    const operator = c.namedChildren.some((n) => n.type === 'command_invokation_operator');
    return { line: line(c), name: (operator ? '& ' : '') + (name?.text ?? c.text.split(/\s/)[0]), arguments: argument_list(c) };
  });
  const functions = {};
  for (const f of all(root, 'function_statement')) {
    const name = all(f, 'function_name')[0].text;
    functions[name] = all(f, 'script_parameter').map((p) => all(p, 'variable').at(0).text.slice(1));
  }
  const tables = {};
  for (const a of all(root, 'assignment_expression')) {
    const variable = /^\$(?:script:|global:)?(\w+)$/.exec(a.namedChildren[0].text)?.[1];
    const table = variable && all(a, 'hash_literal_expression').find((h) => a.endIndex === h.endIndex);
    if (!table) continue;
    tables[variable] = {};
    for (const e of all(table, 'hash_entry')) tables[variable][unquote(e.namedChildren[0].text)] = values(e.namedChildren[1]);
  }
  return { faults, commands, functions, tables };
}

async function main() {
  await Parser.init();
  const grammar = path.join(path.dirname(require.resolve('tree-sitter-powershell/package.json')), 'tree-sitter-powershell.wasm');
  const parser = new Parser();
  parser.setLanguage(await Language.load(grammar));
  const texts = JSON.parse(require('fs').readFileSync(0, 'utf8'));
  process.stdout.write(JSON.stringify(texts.map((t) => read(parser, t))));
}

main();
