import {
  type Drawing,
  type InventDrawings,
  type LevelMatrix,
  type Model,
  networkInput,
  Random,
} from '../../../network/index.js';
import { inputScaleOf } from '../../device/device-layer.js';
import { constantsOf, stageOutputs, stageVectors } from '../../device/stage.js';
import { layerLevels } from '../../mapping/layer-levels.js';
import type { Placement, Plan } from '../../mapping/placement.js';
import { type Probes, probeStreams } from './probes.js';

/** Maximum number of drawings that activations come from; fewer for fewer probes. */
const MAX_DRAWINGS = 64;

/** How probes are drawn from a network's activations. */
export interface NetworkProbeOptions {
  /** Probe vectors for each layer. */
  count: number;
  seed: number;
  /** Source of the drawings. */
  invent: InventDrawings;
  /** Keeps estimates and tests apart: both have streams of their own. `activations` by default. */
  purpose?: 'activations' | 'test';
}

/** The network's own activations as probes for the layers below the head, one array for each. */
export function networkProbes(
  model: Model,
  plan: Plan,
  { count, seed, invent, purpose = 'activations' }: NetworkProbeOptions,
): Probes[] {
  const random = new Random(seed, probeStreams[purpose]);
  const classes = Math.min(MAX_DRAWINGS, count);
  const drawings = invent(model.description.input, { classes, drawings: 1, seed: random.uint32() });
  return activationProbes(model, plan, count, random, drawings.flat());
}

/**
 * Drawings go through the layers as a perfect chip would compute them, and of all input vectors of a layer
 * `count` are drawn. One array for each placement below the head.
 */
function activationProbes(
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

/** Draws `count` of the vectors that are not all zero; each several times if there are too few. */
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
