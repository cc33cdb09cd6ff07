import { type LevelMatrix, MAX_INPUT_CODE, type Random } from '../../../network/index.js';
import type { Placement, Plan } from '../../mapping/placement.js';
import { idealCodes } from './codes.js';

/** Probe vectors of one layer: input codes [vectors, inputs]. */
export type Probes = Int8Array;

/** Streams of the seed, so that probes of different purposes share no random numbers. */
export const probeStreams = { recorded: 0x7072, activations: 0x6163, test: 0x7465 };

/** Random signs at the highest amplitude that keeps the ideal codes within 80 % of the converter's range. */
export function randomProbes(
  placement: Placement,
  matrix: LevelMatrix,
  { chip }: Plan,
  count: number,
  random: Random,
): Probes {
  const signs = Int8Array.from({ length: count * placement.inputs }, () => 2 * random.below(2) - 1);
  const maximum = idealCodes(placement, matrix, chip, signs).reduce(
    (highest, code) => Math.max(highest, Math.abs(code)),
    0,
  );
  const room = 0.8 * 2 ** (chip.adcBits - 1);
  const amplitude = maximum === 0 ? 1 : Math.max(1, Math.min(MAX_INPUT_CODE, Math.floor(room / maximum)));
  return signs.map((sign) => sign * amplitude);
}
