import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { root } from '../cli/rig.js';
import { entries } from './entries.js';
import { type Gap, gaps, knownGaps } from './gaps.js';
import { faultsInNode, faultsInPage } from './program.js';
import { reportFile, reportOf } from './report.js';

for (const entry of entries) {
  test(`api/${reportFile(entry)} shows what ${entry.name} exports`, async (t) => {
    const recorded = readFileSync(join(root, 'api', reportFile(entry)), 'utf8');
    t.is(
      await reportOf(entry),
      recorded,
      'The public API changed: run `npm run api` and look at what git shows; it belongs in the commit.',
    );
  });
}

test('every report is of an entry', (t) => {
  const reports = readdirSync(join(root, 'api')).filter((name) => name.endsWith('.md'));
  t.deepEqual(reports, entries.map(reportFile).sort());
});

const advice: Record<Gap, string> = {
  undocumented: 'Every export has a docstring: write one.',
  forgotten: 'Users must be able to name every type that an export names: export it from its index file too.',
};

for (const gap of Object.keys(gaps) as Gap[]) {
  test(`nothing is ${gap} but what api/${gap}.txt lists, and that list shrinks`, (t) => {
    const [found, known] = [gaps[gap](), knownGaps(gap)];
    t.deepEqual(
      found.filter((line) => !known.includes(line)),
      [],
      advice[gap],
    );
    t.deepEqual(
      known.filter((line) => !found.includes(line)),
      [],
      'No longer so: run `npm run api`.',
    );
  });
}

test('the declarations are sound for a user of Node', (t) => {
  t.deepEqual(faultsInNode(), []);
});

test('those of the pure entries are sound for a page, which has no types of Node', (t) => {
  t.deepEqual(faultsInPage(), []);
});
