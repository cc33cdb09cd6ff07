import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { root } from '../cli/rig.js';
import { pages } from './markdown.js';

const { mayImport } = (await import(pathToFileURL(join(root, 'scripts/lint-rooms.js')).href)) as {
  mayImport: Record<string, string[]>;
};

test('docs/architecture.md shows which room may import which, as the lint has it', (t) => {
  const { lines } = pages.find(({ path }) => path === 'docs/architecture.md')!;
  const start = lines.findIndex(({ text }) => text.startsWith('| entry '));
  const rows = lines.slice(start + 2).map(({ text }) => text.split('|').map((cell) => cell.trim()));
  const shown = rows
    .slice(
      0,
      rows.findIndex(({ length }) => length === 1),
    )
    .map(([, entry, others]) => [entry.replaceAll('`', ''), others.replaceAll('`', '')]);
  t.deepEqual(
    Object.fromEntries(shown),
    Object.fromEntries(Object.entries(mayImport).map(([entry, others]) => [entry, worded(others)])),
  );
});

function worded(others: readonly string[]): string {
  if (others.includes('*')) return 'everything';
  return others.length === 0 ? 'nothing' : others.join(', ');
}
