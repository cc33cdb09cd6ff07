import type { EpisodeSize } from '../../network/index.js';
import type { Distortion } from './distortion.js';

/** All settings of a training, except data and seed. */
export interface Schedule {
  /** Parts of a batch; each is normalised by its own statistics and computed by its own thread. */
  shards: number;
  /** Size of the tasks. */
  size: EpisodeSize;
  /** Updates of the inner loop. */
  updates: number;
  distortion: Distortion;
  /** Whether mirrored characters are classes as well, beside the rotated ones. */
  mirrors: boolean;
  /** The warm start: a plain classifier of all training classes. */
  classifier: { epochs: number; batch: number; peakRate: number; weightDecay: number };
  /** Meta-training after it: second-order MAML with the inner loop on the head. */
  meta: {
    steps: number;
    classesPerStep: number;
    tasksPerStep: number;
    queries: number;
    /**
     * Every class of a step is a character under its own random linear map, perhaps mirrored, so that no two
     * steps see the same classes. Maximum difference of the map's entries from the identity.
     */
    classMap: number;
    /** Fraction of the classes that combine two such characters. */
    compositePart: number;
    peakRate: number;
    /** Initial factor of the query set's logits in the loss; it is learned from there. */
    sharpness: number;
    /** The inner rate learns this many times faster than a weight. */
    rateFactor: number;
    /** Fraction of the steps, the last ones, that compute with weights of 4 bits. */
    fourBitPart: number;
    /**
     * Standard deviation of the noise that these steps add to each weight, as a fraction of its filter's
     * maximum; 0 for none.
     */
    weightNoise: number;
    /** Weight of each step in the running mean of the weights, which is validated and exported. */
    averaging: number;
  };
  /** Steps between two validations of meta-training. */
  validateEvery: number;
  /** Tasks per validation. */
  validationTasks: number;
  /** Meta-training stops early after so many validations without a better one. */
  patience: number;
}

/** The step from which meta-training computes with weights of 4 bits. */
export const fourBitFrom = ({ meta }: { meta: Pick<Schedule['meta'], 'steps' | 'fourBitPart'> }): number =>
  meta.steps * (1 - meta.fourBitPart);

/** The schedule of the bundled model. */
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
