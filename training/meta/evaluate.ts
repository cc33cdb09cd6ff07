import {
  type DrawingClass,
  type EpisodeSize,
  type Example,
  headAccuracy,
  holdLevels,
  learnHead,
  Random,
  sampleEpisode,
} from '../../network/index.js';
import { FEATURES, type Parameters } from '../tensors/parameters.js';
import { featuresOf } from '../trunk/features.js';

/** Random stream of the tasks. */
const EVALUATION_STREAM = 0x4000_0000;

/** How inner rates are compared. */
export interface RateEvaluation {
  size: EpisodeSize;
  /** Number of tasks. */
  tasks: number;
  seed: number;
  /** Updates of the inner loop. */
  updates: number;
  /** Range of the head's levels, to hold its weights in 4 bits. Default: float32. */
  headRange?: number;
}

/** Mean accuracy after the last update for each of the inner `rates`, from a zero head, on the same tasks. */
export function evaluateRates(
  parameters: Parameters,
  classes: DrawingClass[],
  rates: number[],
  { size, tasks, seed, updates, headRange }: RateEvaluation,
): number[] {
  const drawings = classes.flatMap((one) => one.drawings);
  const features = featuresOf(parameters, drawings);
  const featureOf = new Map(drawings.map((drawing, index) => [drawing, features[index]]));
  const random = new Random(seed, EVALUATION_STREAM);
  const right = rates.map(() => 0);
  const zero = new Float32Array(size.ways * FEATURES);
  const hold = headRange === undefined ? undefined : holdLevels(FEATURES, headRange);
  for (let task = 0; task < tasks; task++) {
    const { support, query } = sampleEpisode(classes, size, random);
    const of = (set: Example[]) => set.map(({ drawing }) => featureOf.get(drawing)!);
    const labels = (set: Example[]) => set.map(({ label }) => label);
    for (const [index, rate] of rates.entries()) {
      const loop = { updates, rate };
      const head = learnHead(of(support), labels(support), zero, loop, hold).at(-1)!;
      right[index] += headAccuracy(head, of(query), labels(query)) / tasks;
    }
  }
  return right;
}
