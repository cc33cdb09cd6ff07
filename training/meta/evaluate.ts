import {
  type Drawing,
  type DrawingClass,
  type EpisodeSize,
  type Example,
  headAccuracy,
  holdLevels,
  learnHead,
  Random,
  sampleEpisode,
} from '../../network/index.js';
import { inScope } from '../tensors/kernels.js';
import { FEATURES, SIDE, type Parameters } from '../tensors/parameters.js';
import { centred, forward, MEAN } from '../trunk/trunk.js';

const BATCH = 64;
const EVALUATION_STREAM = 0x4000_0000;
const PIXELS = SIDE * SIDE;

/** Features of drawings by the convolutions, whose statistics are folded in; centred where their mean is known. */
export function featuresOf(parameters: Parameters, drawings: Drawing[]): Float32Array[] {
  const features: Float32Array[] = [];
  for (let start = 0; start < drawings.length; start += BATCH) {
    const part = drawings.slice(start, start + BATCH);
    const images = new Float32Array(part.length * PIXELS);
    for (const [index, drawing] of part.entries()) images.set(drawing, index * PIXELS);
    const plain = inScope(() => forward(parameters, images, false).features.dataSync() as Float32Array);
    const rows = parameters[MEAN] ? centred(plain, parameters[MEAN]) : plain;
    for (let index = 0; index < part.length; index++)
      features.push(rows.slice(index * FEATURES, (index + 1) * FEATURES));
  }
  return features;
}

/** How tasks are drawn for an evaluation. */
export interface EvaluationOptions {
  size: EpisodeSize;
  tasks: number;
  seed: number;
  updates: number;
  /** Range of the head's levels, to hold its weights in 4 bits; without it they are float32. */
  headRange?: number;
}

/** Mean accuracy after the last update for each of the `rates`, on the same tasks, from a zero head. */
export function evaluateRates(
  parameters: Parameters,
  classes: DrawingClass[],
  rates: number[],
  { size, tasks, seed, updates, headRange }: EvaluationOptions,
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

/** Mean and half the width of its 95 % confidence interval (normal approximation). */
export function meanWithInterval(values: number[]): { accuracy: number; ci95: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0;
  return { accuracy: mean, ci95: (1.96 * deviation) / Math.sqrt(values.length) };
}
