// Kills programs at random moments: `npm run interrupt -- [--emulator N] [--commands N] [--only NAME] [--seed
// N]`. `--emulator` is the number of kills of `pcm emulate`, `--commands` that of each command that works
// with a board.
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { commands, killCommand, type KillReport } from './killed-commands.js';
import { killEmulator } from './killed-emulator.js';
import { prepareMaterials } from './materials.js';

const { values } = parseArgs({
  options: {
    emulator: { type: 'string', default: '1000' },
    commands: { type: 'string', default: '200' },
    only: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
const KILLS_PER_LINE = 20;
const seed = Number(values.seed);
const materials = await prepareMaterials();
const begin = performance.now();
/** A long run says how far it is. */
const onKill = (name: string) => (kills: number, failures: number) => {
  const seconds = Math.round((performance.now() - begin) / 1000);
  if (kills % KILLS_PER_LINE === 0)
    console.log(`${name}: ${kills} kills so far, ${failures} failures, ${seconds} s`);
};
const work: Record<string, () => Promise<KillReport>> = {
  emulator: () =>
    killEmulator({ kills: Number(values.emulator), seed, onKill: onKill('emulator') }, materials),
};
for (const name of Object.keys(commands))
  work[name] = () =>
    killCommand(name, { kills: Number(values.commands), seed, onKill: onKill(name) }, materials);
let passed = 0;
let failed = 0;
for (const [name, kill] of Object.entries(work)) {
  if (values.only !== undefined && values.only !== name) continue;
  const { kills, ended, failures } = await kill();
  console.log(`${name}: ${kills} kills, ${ended} ended, ${failures.length} failures`);
  for (const failure of failures) console.error(failure);
  passed += kills - failures.length;
  failed += failures.length;
}
rmSync(materials.folder, { recursive: true });
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
