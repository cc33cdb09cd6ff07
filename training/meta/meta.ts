import { columnRanges, type DrawingClass, holdLevels, quantise, Random } from '../../network/index.js';
import { adamStep } from '../optimiser/adam.js';
import { cosineRate } from '../optimiser/rates.js';
import { compose, drawMapped, mirrored, randomMap } from './distortion.js';
import { metaGradient, type LabelledFeatures } from './inner-loop.js';
import { FEATURES, FILTERS, SIDE, type Parameters } from '../tensors/parameters.js';
import type { Schedule } from './schedule.js';
import type { TrainingState } from './state.js';
import type { ShardedTrunk } from '../trunk/sharded-trunk.js';
import { followStatistics, STATISTICS_SHARE, type Statistics } from '../trunk/statistics.js';
import { centred, channelMeans, MEAN } from '../trunk/trunk.js';

const PIXELS = SIDE * SIDE;

/** Data of one outer step: drawings of invented classes, and many tasks that share them. */
export interface MetaBatch {
  /** Images [classes * drawings * 28 * 28]; the drawings of a class are adjacent. */
  images: Float32Array;
  /** For each task, indices of its support and query images, by label. */
  tasks: { support: number[][]; query: number[][] }[];
}

/**
 * Invents classes, distorts their drawings, and samples tasks from them. The trunk costs a thousand times as
 * much as the head, so each drawing is used in many tasks, in support sets and in query sets.
 */
export function drawMetaBatch(classes: DrawingClass[], schedule: Schedule, random: Random): MetaBatch {
  const { ways, shots } = schedule.size;
  const { classesPerStep, tasksPerStep, queries } = schedule.meta;
  const drawn = shots + queries;
  const images = new Float32Array(classesPerStep * drawn * PIXELS);
  for (let index = 0; index < classesPerStep; index++) {
    for (const { drawings, map } of inventClass(classes, schedule, random)) {
      for (const [at, number] of random.sample(drawings.length, drawn).entries()) {
        const own = compose(randomMap(schedule.distortion, 1, random), map);
        drawMapped(drawings[number], own, images, PIXELS * (index * drawn + at));
      }
    }
  }
  const tasks = Array.from({ length: tasksPerStep }, () => {
    const sets = random
      .sample(classesPerStep, ways)
      .map((index) => random.sample(drawn, drawn).map((number) => index * drawn + number));
    return { support: sets.map((set) => set.slice(0, shots)), query: sets.map((set) => set.slice(shots)) };
  });
  return { images, tasks };
}

/** Scale of the map of each part of a composite: it makes a character smaller by this factor. */
const COMPOSITE_SCALE = 1.4;
/** Maximum shift of each part of a composite, in pixels. */
const COMPOSITE_SHIFT = 8;

/**
 * Invents a class: a character under a random map, perhaps mirrored, or two such characters beside or over
 * each other.
 */
function inventClass(classes: DrawingClass[], { meta }: Schedule, random: Random) {
  const composite = random.uniform() < meta.compositePart;
  const distortion = { linear: meta.classMap, shift: composite ? COMPOSITE_SHIFT : 0 };
  return Array.from({ length: composite ? 2 : 1 }, () => {
    const { drawings } = classes[random.below(classes.length)];
    const map = randomMap(distortion, composite ? COMPOSITE_SCALE : 1, random);
    return { drawings, map: random.below(2) === 1 ? mirrored(map) : map };
  });
}

/** Loss and gradients of one outer step. */
export interface MetaStep {
  /** Gradients by the parameters of the trunk and of the inner loop. */
  gradients: Parameters;
  /** Statistics of each layer over the batch. */
  statistics: Statistics[];
  /** Mean [56] of each channel of the features. */
  means: Float32Array;
  /** Mean over the tasks, in nats. */
  loss: number;
  /** Mean over the tasks. */
  accuracy: number;
}

/** Name of the inner rate, which is learned as its logarithm. */
export const LOG_RATE = 'inner.rate';
/** Name of the sharpness of the query set's loss, which is learned as its logarithm. */
export const LOG_SHARPNESS = 'inner.sharpness';

/**
 * Computes loss and gradients of a batch of tasks. `parameters[MEAN]`, a statistic, is subtracted from the
 * features before the head: what all drawings have in common would hide their differences. With `fourBit`,
 * trunk and head compute with levels, and gradients pass straight through the rounding.
 */
export async function metaStep(
  trunk: ShardedTrunk,
  parameters: Parameters,
  { images, tasks }: MetaBatch,
  { updates, fourBit }: { updates: number; fourBit?: { headRange: number; noise?: WeightNoise } },
): Promise<MetaStep> {
  const used = fourBit ? quantiseTrunk(parameters, fourBit.noise) : parameters;
  const { features, statistics } = await trunk.forward(used, images, true);
  const values = centred(features, parameters[MEAN]);
  const featureGradient = new Float32Array(values.length);
  const loop = {
    updates,
    rate: Math.exp(parameters[LOG_RATE][0]),
    sharpness: Math.exp(parameters[LOG_SHARPNESS][0]),
  };
  const hold = fourBit && holdLevels(FEATURES, fourBit.headRange);
  let [loss, accuracy, rate, sharpness] = [0, 0, 0, 0];
  for (const { support, query } of tasks) {
    const result = metaGradient(select(values, support), select(values, query), support.length, loop, hold);
    loss += result.loss / tasks.length;
    accuracy += result.accuracy / tasks.length;
    rate += (result.rate * loop.rate) / tasks.length;
    sharpness += (result.sharpness * loop.sharpness) / tasks.length;
    addRows(featureGradient, support.flat(), result.support, 1 / tasks.length);
    addRows(featureGradient, query.flat(), result.query, 1 / tasks.length);
  }
  const gradients = await trunk.backward(featureGradient);
  gradients[LOG_RATE] = Float32Array.of(rate);
  gradients[LOG_SHARPNESS] = Float32Array.of(sharpness);
  return { gradients, statistics, means: channelMeans(features), loss, accuracy };
}

function select(values: Float32Array, sets: number[][]): LabelledFeatures {
  return {
    features: sets.flat().map((image) => values.subarray(image * FEATURES, (image + 1) * FEATURES)),
    labels: sets.flatMap((set, label) => set.map(() => label)),
  };
}

function addRows(target: Float32Array, rows: number[], values: Float32Array[], share: number): void {
  for (const [index, row] of rows.entries())
    for (let at = 0; at < FEATURES; at++) target[row * FEATURES + at] += share * values[index][at];
}

/** Normal noise on the weights of a filter. */
export interface WeightNoise {
  /** Standard deviation, as a fraction of the filter's maximum weight. */
  deviation: number;
  random: Random;
}

/**
 * Rounds the weights of each filter to the levels of its own range, and adds noise if given. Leaves biases
 * alone.
 */
export function quantiseTrunk(parameters: Parameters, noise?: WeightNoise): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, values]) => {
      if (!/^conv\d+\.weight$/.test(name)) return [name, values];
      // Outputs are the last dimension here, and the first in a model file
      const rows = values.length / FILTERS;
      const columns = new Float32Array(values.length);
      for (let index = 0; index < values.length; index++)
        columns[(index % FILTERS) * rows + Math.floor(index / FILTERS)] = values[index];
      const filters = { shape: [FILTERS, rows], data: columns };
      const { data } = quantise(filters);
      if (noise) disturb(data, columnRanges(filters), noise);
      return [name, values.map((_, index) => data[(index % FILTERS) * rows + Math.floor(index / FILTERS)])];
    }),
  );
}

function disturb(weights: Float32Array, ranges: Float32Array, { deviation, random }: WeightNoise): void {
  const rows = weights.length / ranges.length;
  for (let index = 0; index < weights.length; index++)
    weights[index] += deviation * ranges[Math.floor(index / rows)] * random.normal();
}

/** Random streams of a step: of its tasks, and of the noise on the weights. */
const STEP_STREAM = 0x3000_0000;
const NOISE_STREAM = 0x3800_0000;

/** One outer step on `state`. Returns the loss of its tasks. */
export async function updateMeta(
  state: TrainingState,
  trunk: ShardedTrunk,
  classes: DrawingClass[],
): Promise<number> {
  const { seed, step, schedule, parameters, average, headRange } = state;
  const { meta, updates } = schedule;
  const batch = drawMetaBatch(classes, schedule, new Random(seed, STEP_STREAM + step));
  const noise =
    meta.weightNoise > 0
      ? { deviation: meta.weightNoise, random: new Random(seed, NOISE_STREAM + step) }
      : undefined;
  const fourBit = headRange === undefined ? undefined : { headRange, noise };
  const { gradients, loss, statistics, means } = await metaStep(trunk, parameters, batch, {
    updates,
    fourBit,
  });
  const rate = cosineRate(step, meta.steps, meta.peakRate);
  const rateOf = (name: string) => (name === LOG_RATE ? rate * meta.rateFactor : rate);
  adamStep(parameters, gradients, state.adam, rateOf);
  followStatistics(state.statistics, statistics, STATISTICS_SHARE);
  const running = parameters[MEAN];
  for (const [channel, mean] of means.entries())
    running[channel] += STATISTICS_SHARE * (mean - running[channel]);
  const share = Math.max(meta.averaging, 1 / (step + 1));
  for (const [name, values] of Object.entries(average))
    for (let index = 0; index < values.length; index++)
      values[index] += share * (parameters[name][index] - values[index]);
  return loss;
}
