import type { InventDrawings } from '../../network/index.js';
import type { Board } from '../../drivers/index.js';
import { type LevelMatrix, type Model, Random } from '../../network/index.js';
import type { LayerCorrection } from '../device/layer-correction.js';
import { partsOf } from '../device/layer-correction.js';
import type { Placement, Plan } from '../mapping/placement.js';
import { layerLevels } from '../mapping/layer-levels.js';
import { type LayerCodes, idealCodes, measureCodes } from './probes/codes.js';
import { type EstimatedMethod, type LayerAnswers, driftMethods } from './methods/methods.js';
import { type Probes, activationProbes, randomProbes } from './probes/probes.js';

/** A layer whose drift is to be compensated, and the levels that it should hold. */
export interface CompensatedLayer {
  placement: Placement;
  matrix: LevelMatrix;
}

/** The layers below the head of a flashed model. */
export const bodyLayers = (model: Model, { placements }: Plan): CompensatedLayer[] =>
  placements.slice(0, -1).map((placement) => ({ placement, matrix: layerLevels(model, placement) }));

/** The board's own answers to random probes, as it gave them when the model was fresh. */
export interface Recording {
  seed: number;
  /** Probe vectors a layer. */
  count: number;
  codes: LayerCodes[];
}

/** A compensation as it was estimated: corrections, one a layer, and the vectors multiplied for it, counted per core. */
export interface Compensation {
  method: EstimatedMethod;
  corrections: LayerCorrection[];
  probes: number;
}

/** Streams of the seed, so that probes of different purposes share no numbers. */
const stream = { recorded: 0x7072, activations: 0x6163, test: 0x7465 };

const recordedProbes = (layers: readonly CompensatedLayer[], plan: Plan, count: number, seed: number) => {
  const random = new Random(seed, stream.recorded);
  return layers.map(({ placement, matrix }) => randomProbes(placement, matrix, plan, count, random));
};

/** Multiplies random probes and keeps the answers: to be done right after flashing. */
export async function record(
  board: Board,
  plan: Plan,
  layers: readonly CompensatedLayer[],
  count: number,
  seed: number,
): Promise<Recording> {
  const probes = recordedProbes(layers, plan, count, seed);
  return { seed, count, codes: await measureAll(board, layers, probes) };
}

/** Drawings that activations come from at most: their number grows with that of the probes. */
const mostDrawings = 64;

/** The network's own activations as probes for the layers below the head; `purpose` keeps estimates and tests apart. */
export function networkProbes(
  model: Model,
  plan: Plan,
  { count, seed, invent, purpose = 'activations' }: NetworkProbeOptions,
): Probes[] {
  const random = new Random(seed, stream[purpose]);
  const classes = Math.min(mostDrawings, count);
  const drawings = invent(model.description.input, { classes, drawings: 1, seed: random.uint32() });
  return activationProbes(model, plan, count, random, drawings.flat());
}

export interface NetworkProbeOptions {
  /** Probe vectors a layer. */
  count: number;
  seed: number;
  /** Where the drawings come from. */
  invent: InventDrawings;
  purpose?: 'activations' | 'test';
}

/**
 * Estimates the compensation of layers by a method from what the board answers now. `activations`: probes of the network's own
 * kind, for a method that asks for them; `recording`: what was recorded of the same layers, for the others.
 */
export async function compensate(
  board: Board,
  plan: Plan,
  method: EstimatedMethod,
  layers: readonly CompensatedLayer[],
  { recording, activations }: { recording: Recording; activations: readonly Probes[] },
): Promise<Compensation> {
  const { probes: kind, estimate } = driftMethods[method];
  if (kind === 'none') {
    const nothing = new Float64Array();
    const answers = layers.map(({ placement }) => ({ placement, expected: nothing, present: nothing }));
    return { method, corrections: estimate(answers), probes: 0 };
  }
  const probes =
    kind === 'recorded' ? recordedProbes(layers, plan, recording.count, recording.seed) : activations;
  const present = await measureAll(board, layers, probes);
  const answers = layers.map(({ placement, matrix }, index): LayerAnswers => ({
    placement,
    present: present[index],
    expected:
      kind === 'recorded'
        ? recording.codes[index]
        : idealCodes(placement, matrix, board.information, probes[index]),
  }));
  return { method, corrections: estimate(answers), probes: countOf(layers, probes) };
}

/** Vectors multiplied for probes, counted per core. */
const countOf = (layers: readonly CompensatedLayer[], probes: readonly Probes[]): number =>
  layers.reduce(
    (sum, { placement }, index) => sum + (probes[index].length / placement.inputs) * partsOf(placement),
    0,
  );

async function measureAll(
  board: Board,
  layers: readonly CompensatedLayer[],
  probes: readonly Probes[],
): Promise<LayerCodes[]> {
  const codes: LayerCodes[] = [];
  for (const [index, { placement }] of layers.entries())
    codes.push(await measureCodes(board, placement, probes[index]));
  return codes;
}

/**
 * Error of the corrected multiplications: root mean square of what the board answers less what a perfect chip would, as a
 * fraction of the standard deviation of the latter; root mean square over the layers. `probes` should be others than those
 * that the corrections come from.
 */
export async function multiplicationError(
  board: Board,
  layers: readonly CompensatedLayer[],
  corrections: readonly (LayerCorrection | undefined)[],
  probes: readonly Probes[],
): Promise<number> {
  const measured = await measureAll(board, layers, probes);
  const squares = layers.map(({ placement, matrix }, index) => {
    const ideal = idealCodes(placement, matrix, board.information, probes[index]);
    return relativeSquare(placement, ideal, measured[index], corrections[index]);
  });
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
}

/** Mean square error over mean variance of one layer's sums over its parts. */
function relativeSquare(
  placement: Placement,
  ideal: LayerCodes,
  measured: LayerCodes,
  correction: LayerCorrection | undefined,
): number {
  const { outputs } = placement;
  const parts = partsOf(placement);
  const count = ideal.length / (parts * outputs);
  let errors = 0;
  let variances = 0;
  for (let output = 0; output < outputs; output++) {
    let total = 0;
    let squares = 0;
    for (let vector = 0; vector < count; vector++) {
      let expected = 0;
      let present = 0;
      for (let part = 0; part < parts; part++) {
        const column = part * outputs + output;
        const code = measured[column * count + vector];
        expected += ideal[column * count + vector];
        present += correction ? code * correction.scale[column] + correction.offset[column] : code;
      }
      errors += (present - expected) ** 2 / count;
      total += expected;
      squares += expected * expected;
    }
    variances += squares / count - (total / count) ** 2;
  }
  return errors / variances;
}
