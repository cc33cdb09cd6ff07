import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../cli/rig.js';
import { checker, exportsOf, homeOf } from './program.js';
import { isInferred, referencesOf } from './references.js';

/** Types that users are handed and hand on, such as the insides of an emulated board; what they hold is no public API. */
const opaque = [
  ...['Allocate', 'Arithmetic', 'BoardParts', 'Chip', 'CoreParts', 'HelpersOf', 'UserArea'],
  'ImportedGraph',
];

/** What is wrong with the API today, as lines; `api/NAME.txt` holds those that are known. */
export const gaps = { undocumented, forgotten } as const;

export type Gap = keyof typeof gaps;

/** File of the known gaps of one kind. It may only shrink. */
export const gapFile = (gap: Gap): string => join(root, `api/${gap}.txt`);

export const knownGaps = (gap: Gap): string[] =>
  readFileSync(gapFile(gap), 'utf8').split('\n').filter(Boolean);

/** Exports without a docstring, as "ENTRY EXPORT". */
function undocumented(): string[] {
  return [...exportsOf].flatMap(([entry, declared]) =>
    declared
      .filter(({ symbol }) => homeOf(symbol) === entry)
      .filter(({ symbol }) => symbol.getDocumentationComment(checker).length === 0)
      .map(({ name }) => `${entry.name} ${name}`),
  );
}

/** Types that an export names and that no entry exports, as "ENTRY TYPE". */
function forgotten(): string[] {
  const found = new Set<string>();
  for (const [entry, declared] of exportsOf) {
    for (const { symbol } of declared) {
      for (const declaration of symbol.declarations!.filter((one) => !isInferred(one)))
        for (const reference of referencesOf(declaration))
          if (!homeOf(reference) && !opaque.includes(reference.name))
            found.add(`${entry.name} ${reference.name}`);
    }
  }
  return [...found];
}
