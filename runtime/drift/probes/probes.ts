import {
  type Drawing,
  type LevelMatrix,
  MAX_INPUT_CODE,
  type Model,
  networkInput,
  Random,
} from '../../../network/index.js';
import { inputScaleOf } from '../../device/device-layer.js';
import { constantsOf, stageOutputs, stageVectors } from '../../device/stage.js';
import type { Placement, Plan } from '../../mapping/placement.js';
import { layerLevels } from '../../mapping/layer-levels.js';
import { idealCodes } from './codes.js';

/** Probe vectors of one layer: input codes [vectors, inputs]. */
export type Probes = Int8Array;

/** Random signs at the greatest amplitude that keeps the ideal codes within 80 % of the converter's range. */
export function randomProbes(
  placement: Placement,
  matrix: LevelMatrix,
  { chip }: Plan,
  count: number,
  random: Random,
): Probes {
  const signs = Int8Array.from({ length: count * placement.inputs }, () => 2 * random.below(2) - 1);
  const greatest = idealCodes(placement, matrix, chip, signs).reduce(
    (most, code) => Math.max(most, Math.abs(code)),
    0,
  );
  const room = 0.8 * 2 ** (chip.adcBits - 1);
  const amplitude = greatest === 0 ? 1 : Math.max(1, Math.min(MAX_INPUT_CODE, Math.floor(room / greatest)));
  return signs.map((sign) => sign * amplitude);
}

/**
 * Probes that are the network's own activations: drawings go through the layers as a perfect chip would compute them, and
 * from all input vectors of a layer `count` are drawn. One array a placement below the head.
 */
export function activationProbes(
  model: Model,
  plan: Plan,
  count: number,
  random: Random,
  drawings: readonly Drawing[],
): Probes[] {
  let images = drawings.map((drawing) => networkInput(model.description, drawing));
  return plan.placements.slice(0, -1).map((placement) => {
    const matrix = layerLevels(model, placement);
    const scale = inputScaleOf(placement);
    const vectors = stageVectors(placement.shape, scale, images);
    const sums = idealSums(placement, matrix, scale, vectors);
    images = stageOutputs(placement.shape, sums, images.length, constantsOf(model, placement.shape));
    return pick(vectors, placement.inputs, count, random);
  });
}

/** Weighted sums [vectors, outputs] of the levels, in the units of the network. */
function idealSums(
  { inputs, outputs }: Placement,
  { levels, unit }: LevelMatrix,
  inputScale: number,
  vectors: Int8Array,
): Float32Array {
  const count = vectors.length / inputs;
  const sums = new Float32Array(count * outputs);
  const columns = Float32Array.from(
    { length: levels.length },
    (_, index) => levels[(index % outputs) * inputs + Math.floor(index / outputs)] * unit[index % outputs],
  );
  for (let vector = 0; vector < count; vector++)
    for (let input = 0; input < inputs; input++) {
      const value = vectors[vector * inputs + input] * inputScale;
      if (value === 0) continue;
      for (let output = 0; output < outputs; output++)
        sums[vector * outputs + output] += value * columns[input * outputs + output];
    }
  return sums;
}

/** Draws `count` of the vectors that are not all zero, again and again where there are too few. */
function pick(vectors: Int8Array, inputs: number, count: number, random: Random): Probes {
  const total = vectors.length / inputs;
  const busy = Array.from({ length: total }, (_, vector) => vector).filter((vector) =>
    vectors.subarray(vector * inputs, (vector + 1) * inputs).some((code) => code !== 0),
  );
  const probes = new Int8Array(count * inputs);
  if (busy.length === 0) return probes;
  const order = random.sample(busy.length, Math.min(count, busy.length));
  for (let probe = 0; probe < count; probe++) {
    const vector = busy[order[probe % order.length]];
    probes.set(vectors.subarray(vector * inputs, (vector + 1) * inputs), probe * inputs);
  }
  return probes;
}
