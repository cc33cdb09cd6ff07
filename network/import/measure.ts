import { concatenate } from '../numerics/arrays.js';
import type { Drawing, DrawingClass } from '../learning/classes.js';
import { type Episode, sampleEpisode } from '../learning/episodes.js';
import { headAccuracy, headLogits, holdLevels, learnHead } from '../learning/head.js';
import type { DenseLayer, Model } from '../model/model.js';
import { Random } from '../numerics/random.js';
import { inputScaleFor, weightRangeFor } from '../levels/scales.js';
import { layerShapes } from '../model/shapes.js';
import { SoftwareNetwork } from '../software/software.js';
import { mean } from '../numerics/statistics.js';
import { ImportError } from './errors.js';

/** Settings of the inner loop. */
export interface InnerOptions {
  updates: number;
  /** Measured by default. */
  rate?: number;
  /** For a head that starts at zero; one that was kept has its own number. */
  ways: number;
  shots: number;
  seed: number;
}

/**
 * The inner loop, and its accuracies in software on the tasks that it was measured on, after the last update.
 */
export interface Measured {
  updates: number;
  rate: number;
  ways: number;
  shots: number;
  tasks: number;
  float32: number;
  int4: number;
}

/** Number of classes that tasks are drawn from. */
export const POOL_CLASSES = 20;
/** Queries for each class of a task. */
export const QUERIES = 5;
/** Number of drawings that input scales are measured on. */
const SCALE_DRAWINGS = 100;
/** Mean cross-entropy beyond which no head can be learned: its logits are as large. */
const MAX_LOSS = 1e6;
/** Rates that are tried, in units of 1 / mean square length of the features. */
const relativeRates = Array.from({ length: 17 }, (_, index) => 2 ** (index - 6));

/**
 * Measures and sets the parts of a model that depend on its data, on drawings of the kind that it will see:
 * the value of an input code of each layer, the range of the head's levels, and, unless it is given, the rate
 * of the inner loop with the lowest cross-entropy on the query sets after all updates. Errors: `ImportError`
 * for a network that gives nothing but zeros, `DataError` if the drawings do not suffice for the tasks.
 */
export function measureModel(
  model: Model,
  classes: DrawingClass[],
  { updates, rate: givenRate, ways: wantedWays, shots, seed }: InnerOptions,
  onProgress?: (done: number, total: number) => void,
): Measured {
  const head = model.description.layers.at(-1) as DenseLayer;
  const features = layerShapes(model).at(-1)!.rows;
  const start = startOf(model, features, wantedWays);
  const random = new Random(seed, STREAM);
  const ways = Math.min(start.ways, POOL_CLASSES);
  const pool = random
    .sample(classes.length, Math.min(POOL_CLASSES, classes.length))
    .map((index) => classes[index]);
  const count = Math.max(2, Math.min(20, Math.round(400 / start.ways)));
  const episodes = Array.from({ length: count }, () =>
    sampleEpisode(pool, { ways, shots, queries: QUERIES }, random),
  );
  const drawings = drawingsOf(episodes);
  const progress = (done: number) => onProgress?.(done, 2 * drawings.length);

  measureInputScales(model, drawings.slice(0, SCALE_DRAWINGS));
  const tasks = tasksOf(episodes, featuresOf(new SoftwareNetwork(model), drawings, progress));
  const rate = givenRate ?? bestRate(tasks, start, updates);
  const learned = tasks.map((task) => learn(task, start, { updates, rate }));
  if (!learned.every((weights) => weights.every(Number.isFinite)))
    throw new ImportError(
      `At a rate of ${rate} the weights of the head grow without bound; name a smaller one with --rate.`,
    );
  head.weightRange = weightRangeFor(stacked(learned, features));
  Object.assign(model.description.inner, { updates, rate });

  const coarse = featuresOf(new SoftwareNetwork(model, 'int4'), drawings, (done) =>
    progress(drawings.length + done),
  );
  const coarseTasks = tasksOf(episodes, coarse);
  const hold = holdLevels(features, head.weightRange);
  const int4 = coarseTasks.map((task) => accuracy(task, learn(task, start, { updates, rate }, hold), start));
  const float32 = tasks.map((task, index) => accuracy(task, learned[index], start));
  return { updates, rate, ways: start.ways, shots, tasks: count, float32: mean(float32), int4: mean(int4) };
}

/** Keeps these random numbers apart from those of the tasks of the same seed. */
const STREAM = 0x494e;

/** Initial head. */
interface Start {
  ways: number;
  weights: Float32Array;
  bias?: Float32Array;
}

function startOf({ description, tensors }: Model, features: number, ways: number): Start {
  const head = description.layers.at(-1) as DenseLayer;
  if (head.weights === undefined) return { ways, weights: new Float32Array(ways * features) };
  const { shape, data } = tensors.get(head.weights)!;
  return { ways: shape[0], weights: data, bias: tensors.get(head.bias!)!.data };
}

const drawingsOf = (episodes: readonly Episode[]): Drawing[] => [
  ...new Set(episodes.flatMap(({ support, query }) => [...support, ...query].map(({ drawing }) => drawing))),
];

function measureInputScales(model: Model, drawings: readonly Drawing[]): void {
  const network = new SoftwareNetwork(model);
  const inputs = drawings.map((drawing) => network.inputs(drawing));
  for (const [index, layer] of model.description.layers.entries())
    layer.inputScale = inputScaleFor(
      concatenate(
        Float32Array,
        inputs.map((ofDrawing) => ofDrawing[index]),
      ),
    );
  if (inputs.every((ofDrawing) => ofDrawing.at(-1)!.every((feature) => feature === 0)))
    throw new ImportError(
      'The network gives nothing but zeros for drawings; say with --ink and --paper which values it was trained to see.',
    );
}

type Features = Map<Drawing, Float32Array>;

function featuresOf(
  network: SoftwareNetwork,
  drawings: readonly Drawing[],
  onProgress: (done: number) => void,
): Features {
  const features: Features = new Map();
  for (const drawing of drawings) {
    features.set(drawing, network.features(drawing));
    onProgress(features.size);
  }
  return features;
}

/** A task as features. */
interface Task {
  support: Float32Array[];
  supportLabels: number[];
  query: Float32Array[];
  queryLabels: number[];
}

const tasksOf = (episodes: readonly Episode[], features: Features): Task[] =>
  episodes.map(({ support, query }) => ({
    support: support.map(({ drawing }) => features.get(drawing)!),
    supportLabels: support.map(({ label }) => label),
    query: query.map(({ drawing }) => features.get(drawing)!),
    queryLabels: query.map(({ label }) => label),
  }));

const learn = (
  { support, supportLabels }: Task,
  { weights, bias }: Start,
  loop: { updates: number; rate: number },
  hold?: Parameters<typeof learnHead>[4],
): Float32Array => learnHead(support, supportLabels, weights, { ...loop, bias }, hold).at(-1)!;

function bestRate(tasks: readonly Task[], start: Start, updates: number): number {
  const vectors = tasks.flatMap(({ support }) => support);
  const squares = vectors.map(squareLength);
  const features = vectors[0].length;
  const unit = 1 / mean(squares);
  let best = { rate: unit, loss: Infinity };
  for (const relative of relativeRates) {
    const rate = Number((relative * unit).toPrecision(2));
    const loss = mean(tasks.map((task) => crossEntropy(task, learn(task, start, { updates, rate }), start)));
    if (loss < best.loss) best = { rate, loss };
  }
  if (!(best.loss < MAX_LOSS))
    throw new ImportError(
      `No rate of the inner loop gives a usable loss: the values that come to the head have a root mean square of ${Math.sqrt(mean(squares) / features).toPrecision(2)}, too large to learn from. Scale the weights below the head down, or name a rate with --rate.`,
    );
  return best.rate;
}

const squareLength = (vector: Float32Array) => vector.reduce((sum, value) => sum + value * value, 0);

/** Mean cross-entropy of the query set, in nats. */
const crossEntropy = ({ query, queryLabels }: Task, weights: Float32Array, { bias }: Start): number =>
  mean(
    query.map((vector, index) => {
      const logits = headLogits(weights, vector, bias);
      return logSumExp(logits) - logits[queryLabels[index]];
    }),
  );

function logSumExp(logits: Float32Array): number {
  const maximum = logits.reduce((highest, logit) => Math.max(highest, logit), -Infinity);
  return maximum + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - maximum), 0));
}

const accuracy = ({ query, queryLabels }: Task, weights: Float32Array, { bias }: Start): number =>
  headAccuracy(weights, query, queryLabels, bias);

/** Weights of several heads as one tensor [heads x ways, features]. */
function stacked(heads: readonly Float32Array[], features: number) {
  const data = concatenate(Float32Array, heads);
  return { shape: [data.length / features, features], data };
}
