// Writes the reports of the public API into api/, one for each entry of the exports map, and takes gaps that are closed off
// their lists. Run by `npm run api`, after a build.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { entries } from '../dist/test/api/entries.js';
import { gapFile, gaps, knownGaps } from '../dist/test/api/gaps.js';
import { reportFile, reportOf } from '../dist/test/api/report.js';

for (const name of readdirSync('api').filter((name) => name.endsWith('.md'))) rmSync(`api/${name}`);
for (const entry of entries) writeFileSync(`api/${reportFile(entry)}`, await reportOf(entry));

for (const gap of Object.keys(gaps)) {
  const known = knownGaps(gap);
  const found = gaps[gap]();
  const left = known.filter((line) => found.includes(line));
  writeFileSync(gapFile(gap), left.map((line) => `${line}\n`).join(''));
  for (const line of found.filter((line) => !known.includes(line))) console.log(`${gap}: ${line}`);
}
