// Which room may import which: the arrows of docs/architecture.md. A room that is not listed may import nothing.
import { dirname, join, relative, sep } from 'node:path';

/** Of each entry (a folder with an index file that other rooms may import), the entries that it may import. */
export const mayImport = {
  protocol: [],
  'protocol/node': ['protocol'],
  drivers: ['protocol'],
  'drivers/node': ['drivers', 'protocol', 'protocol/node'],
  emulator: ['protocol'],
  'emulator/node': ['emulator', 'protocol', 'protocol/node'],
  boards: ['drivers', 'drivers/node', 'emulator', 'emulator/node', 'protocol/node'],
  network: [],
  'network/arm': ['network'],
  'network/node': ['network', 'network/arm'],
  data: ['network'],
  'data/node': ['data', 'network', 'network/node'],
  runtime: ['network', 'network/arm', 'drivers', 'protocol'],
  'runtime/node': ['runtime', 'network', 'network/node'],
  training: ['network', 'network/arm', 'network/node', 'data', 'data/node'],
  'training/record': ['training'],
  testing: ['drivers', 'emulator', 'emulator/node', 'protocol', 'protocol/node'],
  conformance: ['drivers', 'protocol'],
  cli: ['*'],
  bench: ['*'],
  test: ['*'],
};

/** Of these a room may import types only: it takes any object of that shape. */
const typesOnly = { runtime: ['drivers'] };

/** Rooms that look into others: benchmarks and tests measure and test their parts. */
const anywhere = ['bench', 'test'];

/** What these are built from may be imported by its own path, by the rooms around it too. */
const shared = (entry, path) => entry.startsWith(path.split('/')[0]);

/** The entry that a path of the repository belongs to: the longest listed folder around it. */
function entryOf(path) {
  const folders = path.split('/').slice(0, -1);
  for (let length = folders.length; length > 0; length--) {
    const folder = folders.slice(0, length).join('/');
    if (Object.hasOwn(mayImport, folder)) return folder;
  }
  return folders[0];
}

const messages = {
  unlisted: '{{from}}/ is not listed in scripts/lint-rooms.js, so it may import no other room: list it.',
  forbidden: '{{from}}/ must not import {{to}}/; see docs/architecture.md and scripts/lint-rooms.js.',
  types: '{{from}}/ may import {{to}}/ as types only: take what you need as an argument.',
  deep: '{{to}}/ is imported by its index file, {{to}}/index.js.',
  own: 'Import the file itself: the index of {{to}}/ is for other rooms.',
};

const rule = {
  meta: { type: 'problem', schema: [], messages },
  create(context) {
    const root = context.cwd;
    const here = relative(root, context.filename).split(sep).join('/');
    const from = entryOf(here);
    const check = (node, isType) => {
      const source = node.source;
      if (!source || typeof source.value !== 'string' || !source.value.startsWith('.')) return;
      const target = relative(root, join(dirname(context.filename), source.value))
        .split(sep)
        .join('/');
      const to = entryOf(target);
      const report = (messageId) => context.report({ node: source, messageId, data: { from, to } });
      if (to === from) {
        if (target === `${to}/index.js`) report('own');
        return;
      }
      if (!Object.hasOwn(mayImport, from)) return report('unlisted');
      if (anywhere.includes(from)) return;
      // Within one room the parts that are pure are imported by their own paths.
      const sameRoom = shared(from, to) && mayImport[from].includes(to);
      if (!mayImport[from].includes('*') && !mayImport[from].includes(to)) return report('forbidden');
      if (typesOnly[from]?.includes(to) && !isType) return report('types');
      if (!sameRoom && target !== `${to}/index.js`) report('deep');
    };
    const isTypeImport = ({ importKind, exportKind, specifiers = [] }) =>
      importKind === 'type' ||
      exportKind === 'type' ||
      (specifiers.length > 0 && specifiers.every((one) => (one.importKind ?? one.exportKind) === 'type'));
    return {
      ImportDeclaration: (node) => check(node, isTypeImport(node)),
      ExportNamedDeclaration: (node) => check(node, isTypeImport(node)),
      ExportAllDeclaration: (node) => check(node, node.exportKind === 'type'),
      ImportExpression: (node) => check(node, false),
    };
  },
};

export default { rules: { arrows: rule } };
