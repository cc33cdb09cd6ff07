import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { root } from '../cli/rig.js';
import { noPromises, proofs } from './sentences.js';

/** The sentences of SECURITY.md, without its headings. */
const sentences = readFileSync(join(root, 'SECURITY.md'), 'utf8')
  .split(/\n\n|\n(?=- )/)
  .filter((paragraph) => !paragraph.startsWith('#'))
  .flatMap((paragraph) =>
    paragraph
      .replace(/^- /, '')
      .replace(/\s+/g, ' ')
      .trim()
      .split(/(?<=\.) (?=[A-Z`])/),
  );

test('every sentence of SECURITY.md has its test', (t) => {
  t.deepEqual(sentences.toSorted(), [...Object.keys(proofs), ...noPromises].sort());
});

for (const { file, title } of Object.values(proofs).flat()) {
  const compiled = join(root, 'dist/test', file.replace(/\.ts$/, '.js'));
  // Titles with numbers of the code in them are written as templates.
  const text = readFileSync(compiled, 'utf8')
    .replaceAll('${MAX_STRANGERS}', '32')
    .replaceAll('${STRANGER_STAY / 1000}', '10');
  if (!text.includes(title)) throw new Error(`${file} has no test '${title}'.`);
}
