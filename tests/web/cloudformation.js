// Tells what CloudFormation resources may hold, from AWS's own specification:
//
//   node cloudformation.js TYPE...
//
// prints { TYPE: { properties: { NAME: { required, type } }, attributes: [NAME] } }; a
// type that there is not has no entry. A property's type is a word (string,
// integer, number, boolean, json), { array: type }, { map: type }, { oneOf: [type] }
// or { object: properties }.
'use strict';
const { loadAwsServiceSpecSync } = require('@aws-cdk/aws-service-spec');

const db = loadAwsServiceSpecSync();
const TAG = { object: { Key: { required: true, type: 'string' }, Value: { required: true, type: 'string' } } };

function shape(type, above) {
  switch (type.type) {
    case 'array':
      return { array: shape(type.element, above) };
    case 'map':
      return { map: shape(type.element, above) };
    case 'union':
      return { oneOf: type.types.map((t) => shape(t, above)) };
    case 'tag':
      return TAG;
    case 'ref': {
      const id = type.reference.$ref;
      // A type that holds itself is not looked into twice.
      return above.includes(id) ? 'json' : { object: shapes(db.get('typeDefinition', id).properties, [...above, id]) };
    }
    default:
      return type.type;
  }
}

function shapes(properties, above) {
  return Object.fromEntries(Object.entries(properties).map(([name, p]) => [name, { required: !!p.required, type: shape(p.type, above) }]));
}

const out = {};
for (const name of process.argv.slice(2)) {
  const found = [...db.lookup('resource', 'cloudFormationType', 'equals', name)];
  if (found.length) out[name] = { properties: shapes(found[0].properties, []), attributes: Object.keys(found[0].attributes) };
}
process.stdout.write(JSON.stringify(out));
