// How well the board's program-and-verify reaches 4-bit levels, pulse by pulse:
// node dist/bench/emulator/pulse-programming.js
import { Chip } from '../../emulator/chip/chip.js';
import { loadProfile, nodeBackend } from '../../emulator/node/index.js';

/** Rows and columns of the core. */
const SIZE = 64;
for (const name of ['hermes', 'hermes-one-device', 'pcm-like']) {
  const profile = { ...loadProfile(name), rows: SIZE, columns: SIZE };
  profile.programming.mode = 'pulses';
  const chip = new Chip(profile, { seed: 3, now: () => 0, backend: nodeBackend() });
  const pairs = SIZE * SIZE;
  const targets = Uint16Array.from({ length: 2 * pairs }, (_, i) => {
    const level = ((i % pairs) % 15) - 7;
    return (Math.max(i < pairs ? level : -level, 0) * profile.conductanceMax * 1000) / 7;
  });
  const window = { rowStart: 0, rows: SIZE, columnStart: 0, columns: SIZE };
  const steps = chip.program(0, window, targets, { tolerance: 1000, maxIterations: 0 });
  let step = steps.next();
  while (!step.done) step = steps.next();
  const { converged, iterations, rmsError } = step.value;
  console.log(
    `${name}: converged ${((100 * converged) / pairs).toFixed(1)} %, ${(iterations / pairs).toFixed(1)} iterations per pair, rms error ${(rmsError / 1000).toFixed(2)} uS, maximum pulses on a device ${Math.max(...chip.state(0).pulses)}`,
  );
  chip.close();
}
