import type { Board } from '../../../drivers/index.js';
import type { LayerCorrection } from '../../device/layer-correction.js';
import type { Placement, Plan } from '../../mapping/placement.js';
import { type CompensatedLayer, measureLayers, vectorsSpent } from '../layers.js';
import { type LayerCodes, idealCodes } from '../probes/codes.js';
import type { Probes } from '../probes/probes.js';
import { type Recording, recordedProbes } from '../recording.js';
import type { Validation } from './validation.js';

/** Layers of a board that has drifted, and all that a method may use to find their corrections. */
export interface DriftedLayers {
  board: Board;
  plan: Plan;
  layers: readonly CompensatedLayer[];
  /** Answers of the same layers when they were fresh. */
  recording: Recording;
  /** Probes of the network's own kind for each layer, [vectors, inputs]. */
  activations: readonly Probes[];
  /** Invented tasks to compare corrections on; missing unless `layers` are all those below the head. */
  validation?: () => Validation;
}

/** Result of a method. */
export interface Estimate {
  /** One for each layer. */
  corrections: LayerCorrection[];
  /** Vectors multiplied for it, counted per core. */
  probes: number;
  /** The method whose corrections these are, from a method that chooses between others. */
  chosen?: DriftMethod;
}

/** A way to compensate drift. */
export interface DriftMethod {
  /** As users write it, say `column`. */
  readonly name: string;
  /** Its corrections, in a few words. */
  readonly description: string;
  /** Estimates from present answers of the board. Errors: the board's `Refusal`, `LinkError`. */
  estimate(drifted: DriftedLayers): Promise<Estimate>;
}

/** Expected and present answers of one layer to probes, as codes. */
export interface LayerAnswers {
  placement: Placement;
  expected: LayerCodes;
  present: LayerCodes;
}

/** Turns answers into corrections, one for each layer. */
export type Correct = (answers: readonly LayerAnswers[]) => LayerCorrection[];

/** An estimate from random probes; the expected answers are those that the board gave when it was fresh. */
export const fromRecorded =
  (correct: Correct): DriftMethod['estimate'] =>
  (drifted) => {
    const { layers, plan, recording } = drifted;
    const probes = recordedProbes(layers, plan, recording.count, recording.seed);
    return estimateFrom(drifted, probes, recording.codes, correct);
  };

/** An estimate from probes of the network's own kind; the expected answers are those of a perfect chip. */
export const fromActivations =
  (correct: Correct): DriftMethod['estimate'] =>
  (drifted) => {
    const { layers, board, activations } = drifted;
    const expected = layers.map(({ placement, matrix }, index) =>
      idealCodes(placement, matrix, board.information, activations[index]),
    );
    return estimateFrom(drifted, activations, expected, correct);
  };

async function estimateFrom(
  { board, layers }: DriftedLayers,
  probes: readonly Probes[],
  expected: readonly LayerCodes[],
  correct: Correct,
): Promise<Estimate> {
  const present = await measureLayers(board, layers, probes);
  const answers = layers.map(({ placement }, index) => ({
    placement,
    expected: expected[index],
    present: present[index],
  }));
  return { corrections: correct(answers), probes: vectorsSpent(layers, probes) };
}
