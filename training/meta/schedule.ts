import type { EpisodeSize } from '../../network/index.js';
import type { Distortion } from './distortion.js';

/** Everything that decides how a training goes, apart from data and seed. */
export interface Schedule {
  /** Parts that a batch is cut into, each normalised by its own statistics and computed by a thread of its own. */
  shards: number;
  /** The tasks to be learned, and the inner loop's number of updates. */
  size: EpisodeSize;
  updates: number;
  distortion: Distortion;
  /** Whether mirrored characters are classes as well, beside the turned ones. */
  mirrors: boolean;
  /** The warm start: a plain classifier of all training classes. */
  classifier: { epochs: number; batch: number; peakRate: number; weightDecay: number };
  /** Meta-training on top of it, second-order MAML with the inner loop on the head. */
  meta: {
    steps: number;
    classesPerStep: number;
    tasksPerStep: number;
    queries: number;
    /**
     * Every class of a step is a character under a linear map of its own, this far from the identity and perhaps mirrored,
     * so that no two steps see the same classes.
     */
    classMap: number;
    /** Part of the classes that are two such characters in one. */
    compositePart: number;
    peakRate: number;
    /** Factor on the query set's logits at the start; learned on from there. */
    sharpness: number;
    /** The inner loop's parameters learn this many times faster than a weight. */
    rateFactor: number;
    /** Part of the steps, the last ones, that compute with weights of 4 bits. */
    fourBitPart: number;
    /** Deviation of the noise that those steps add to each weight of a filter, in parts of its greatest; 0 for none. */
    weightNoise: number;
    /** Each step's share in the running mean of the weights, which is what is validated and exported. */
    averaging: number;
  };
  /** Steps between two validations of meta-training. */
  validateEvery: number;
  /** Tasks of a validation. */
  validationTasks: number;
  /** Validations without a better one after which meta-training stops early. */
  patience: number;
}

/** Step of meta-training from which it computes with weights of 4 bits. */
export const fourBitFrom = ({ meta }: { meta: Pick<Schedule['meta'], 'steps' | 'fourBitPart'> }): number =>
  meta.steps * (1 - meta.fourBitPart);

export const omniglotSchedule: Schedule = {
  shards: 2,
  size: { ways: 5, shots: 5, queries: 15 },
  updates: 4,
  distortion: { shift: 2, linear: 0.15 },
  mirrors: true,
  classifier: { epochs: 10, batch: 64, peakRate: 3e-3, weightDecay: 0.01 },
  meta: {
    steps: 160,
    classesPerStep: 24,
    tasksPerStep: 30,
    queries: 4,
    classMap: 0.3,
    compositePart: 0.3,
    peakRate: 1e-4,
    sharpness: 6,
    rateFactor: 20,
    fourBitPart: 0.5,
    weightNoise: 0,
    averaging: 0.03,
  },
  validateEvery: 40,
  validationTasks: 600,
  patience: 4,
};
