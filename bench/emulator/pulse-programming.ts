import { nodeBackend } from '../../emulator/node/index.js';
import { Chip } from '../../emulator/chip/chip.js';
import { loadProfile } from '../../emulator/node/load-profile.js';

// How well the board's own program-and-verify reaches 4-bit levels, pulse by pulse.
const size = 64;
for (const name of ['hermes', 'hermes-one-device', 'pcm-like']) {
  const profile = { ...loadProfile(name), rows: size, columns: size };
  profile.programming.mode = 'pulses';
  const chip = new Chip(profile, { seed: 3, now: () => 0, backend: nodeBackend() });
  const pairs = size * size;
  const targets = Uint16Array.from({ length: 2 * pairs }, (_, i) => {
    const level = ((i % pairs) % 15) - 7;
    return (Math.max(i < pairs ? level : -level, 0) * profile.conductanceMax * 1000) / 7;
  });
  const window = { rowStart: 0, rows: size, columnStart: 0, columns: size };
  const steps = chip.program(0, window, targets, { tolerance: 1000, maxIterations: 0 });
  let step = steps.next();
  while (!step.done) step = steps.next();
  const { converged, iterations, rmsError } = step.value;
  console.log(
    `${name}: converged ${((100 * converged) / pairs).toFixed(1)} %, ${(iterations / pairs).toFixed(1)} iterations a pair, rms error ${(rmsError / 1000).toFixed(2)} uS, most pulses on a device ${Math.max(...chip.state(0).pulses)}`,
  );
  chip.close();
}
