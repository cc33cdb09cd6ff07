// Runs every malice against every command of `pcm` that takes a board. Options: --malice NAME, --command NAME,
// --sample N (each Nth meeting), --parallel N.
import { parseArgs } from 'node:util';
import { boardCommands } from './commands.js';
import { malices } from './malices.js';
import { type Ending, meet } from './room.js';

const { values } = parseArgs({
  options: {
    malice: { type: 'string' },
    command: { type: 'string' },
    sample: { type: 'string', default: '1' },
    parallel: { type: 'string', default: '6' },
    verbose: { type: 'boolean', default: false },
  },
});

const commands = (await boardCommands()).filter((name) => !values.command || name === values.command);
const names = Object.keys(malices).filter((name) => !values.malice || name === values.malice);
const all = names.flatMap((malice) => commands.map((command) => ({ malice, command })));
const meetings = all.filter((_, i) => i % Number(values.sample) === 0);

const began = performance.now();
const endings: Ending[] = [];
await meet(meetings, Number(values.parallel), (ending) => {
  endings.push(ending);
  const { malice, command, seconds, mebibytes, code, output, problems } = ending;
  if (problems.length === 0 && !values.verbose) return;
  const figures = `${seconds.toFixed(1)} s, ${mebibytes.toFixed(0)} MiB, exit code ${code}`;
  console.log(`${command} against ${malice} (${figures}): ${problems.join('; ') || 'as it should'}`);
  console.log(`    ${JSON.stringify(output.slice(-300))}`);
});
const wrong = endings.filter(({ problems }) => problems.length > 0).length;
const longest = Math.max(...endings.map(({ seconds }) => seconds));
const largest = Math.max(...endings.map(({ mebibytes }) => mebibytes));
console.log(
  `${endings.length} meetings of ${names.length} malices and ${commands.length} commands in ${((performance.now() - began) / 1000).toFixed(0)} s: ${wrong} went wrong; the longest took ${longest.toFixed(1)} s, the largest ${largest.toFixed(0)} MiB.`,
);
process.exitCode = wrong > 0 ? 1 : 0;
