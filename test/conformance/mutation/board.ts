// Runs an emulated board, one module of which is mutated, and prints its address. Argument 1 is the path of
// the module, argument 2 that of its mutated source. Nothing of the board may be imported before the hook is
// registered.
import { readFileSync } from 'node:fs';
import { register } from 'node:module';
import { pathToFileURL } from 'node:url';

const [path, sourcePath] = process.argv.slice(2);
register('./hook.js', import.meta.url, {
  data: { url: pathToFileURL(path).href, source: readFileSync(sourcePath, 'utf8') },
});
// Ends together with its parent.
process.stdin.on('close', () => process.exit()).resume();

const { createEmulatedBoard, listenTcp, loadProfile } = await import('../../../emulator/node/index.js');
const { temperature } = loadProfile('hermes-thermal');
// All extents differ, so that none passes for another; a core takes many steps; 257 x 510 conductances fill
// an answer. Codes of 8 bits need no check but the declaration.
const extents = { cores: 3, rows: 260, columns: 512, devicesPerPolarity: 1, inputBits: 7 };
const profile = { ...loadProfile('ideal'), ...extents, temperature };
const { firmware, chip } = createEmulatedBoard({ profile, seed: 1, token: 'secret' });

// Steps take time, as on a real chip: otherwise a busy host is too late to cancel anything.
const program = chip.program.bind(chip);
const STEP_MILLISECONDS = 15;
const pause = new Int32Array(new SharedArrayBuffer(4));
chip.program = function* (...request) {
  for (const steps = program(...request); ; Atomics.wait(pause, 0, 0, STEP_MILLISECONDS)) {
    const step = steps.next();
    if (step.done) return step.value;
    yield step.value;
  }
};

const { url } = await listenTcp(firmware, '127.0.0.1', 0);
process.stdout.write(`${url}\n`);
