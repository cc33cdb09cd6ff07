import test from 'ava';
import { pages } from './markdown.js';

const MAX_COLUMNS = 120;

test('prose keeps to lines that an editor shows whole', (t) => {
  const long = pages.flatMap(({ path, lines }) =>
    lines
      .filter(({ text }) => !text.trimStart().startsWith('|') && columnsOf(text) > MAX_COLUMNS)
      .map(({ number }) => `${path}:${number}`),
  );
  t.deepEqual(long, []);
});

/** The target of a link does not count: it cannot be broken. */
const columnsOf = (text: string): number => [...text.replace(/\]\([^)]*\)/g, ']()')].length;
