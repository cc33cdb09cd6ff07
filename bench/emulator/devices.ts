import { plainBackend } from '../../emulator/chip/plain-backend.js';
import { nodeBackend } from '../../emulator/node/kernels/node-backend.js';
import { hermes, programmedChip, programWhole, whole } from '../fixtures/chips.js';
import { type Figure, interleave, median } from '../fixtures/measure.js';

/**
 * Time to program a whole core of 65,536 pairs, and to compute its effective matrix after a step of the
 * clock.
 */
export async function benchDevices(): Promise<Figure[]> {
  const chips = {
    fast: programmedChip(hermes, nodeBackend()),
    plain: programmedChip(hermes, plainBackend()),
  };
  const one = new Int8Array(whole.rows).fill(1);
  const step = ({ chip, clock }: (typeof chips)['fast']) => {
    clock.seconds += 3600;
    chip.multiply(0, 1, whole, 1, one);
  };
  const times = await interleave(
    {
      programFast: () => programWhole(chips.fast.chip, 0),
      programPlain: () => programWhole(chips.plain.chip, 0),
      matrixFast: () => step(chips.fast),
      matrixPlain: () => step(chips.plain),
    },
    40,
  );
  for (const { chip } of Object.values(chips)) chip.close();
  return [
    milliseconds('programming 65,536 pairs', times.programFast, { atMost: 15 }),
    milliseconds('programming 65,536 pairs, plain path', times.programPlain),
    milliseconds('effective matrix of a core after a clock step', times.matrixFast, { atMost: 5 }),
    milliseconds('effective matrix of a core after a clock step, plain path', times.matrixPlain),
  ];
}

function milliseconds(name: string, times: number[], target?: Figure['target']): Figure {
  return { name, value: median(times), unit: 'ms', target };
}
