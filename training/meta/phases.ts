import { concatenate, type DrawingClass, type Model, Random } from '../../network/index.js';
import { initialAdam } from '../optimiser/adam.js';
import type { BackendName } from '../tensors/backend.js';
import { initialClassifier, stepsPerEpoch, updateClassifier } from './classifier.js';
import { evaluateRates } from './evaluate.js';
import { featuresOf } from '../trunk/features.js';
import { headRange, importConvolutions } from '../trunk/export.js';
import { LOG_RATE, LOG_SHARPNESS, quantiseTrunk, updateMeta } from './meta.js';
import type { Parameters } from '../tensors/parameters.js';
import { type Schedule, fourBitFrom } from './schedule.js';
import type { ShardedTrunk } from '../trunk/sharded-trunk.js';
import type { Best, CurvePoint, TrainingState } from './state.js';
import { channelMeans, foldStatistics, initialTrunk, MEAN, unfoldStatistics } from '../trunk/trunk.js';

/** The two phases of a training: a plain classifier of all classes as a warm start, and then MAML. */

/** Random stream of the initial weights. */
const INITIAL_STREAM = 0x0f00_0000;
/** Maximum number of drawings, one per class, for the statistics of a model to start from. */
const STATISTICS_CLASSES = 256;
/**
 * Inner rates to validate with. Meta-training starts with the best one of the warm start, and learns its own.
 */
const rates = [0.01, 0.015, 0.02, 0.03, 0.04, 0.06];
/** Accuracies that differ by less count as equal. */
const RATE_TOLERANCE = 5e-4;
/** Maximum number of drawings for the mean of the features. */
const MEAN_DRAWINGS = 2000;

/**
 * The state before the first step; with `from`, from the convolutions of a model. Errors: `TrainingError` if
 * it does not fit.
 */
export function initialState(
  seed: number,
  backend: BackendName,
  schedule: Schedule,
  classes: DrawingClass[],
  from?: Model,
): TrainingState {
  const random = new Random(seed, INITIAL_STREAM);
  const trunk = from ? startFrom(from, classes, random) : initialTrunk(random);
  const parameters = { ...trunk, ...initialClassifier(classes.length, random) };
  return {
    seed,
    backend,
    schedule,
    ...(from && { startedFrom: { ...from.description.training } }),
    phase: 'classifier',
    step: 0,
    parameters,
    adam: initialAdam(parameters),
    statistics: [],
    average: {},
    curve: [],
    lossSum: 0,
    lossCount: 0,
    seconds: 0,
  };
}

/** The convolutions of a model, with its statistics unfolded again. */
function startFrom(model: Model, classes: DrawingClass[], random: Random): Parameters {
  const drawings = random
    .sample(classes.length, Math.min(STATISTICS_CLASSES, classes.length))
    .map((index) => classes[index].drawings[0]);
  return unfoldStatistics(importConvolutions(model), concatenate(Float32Array, drawings));
}

/** Number of steps of the present phase. */
export function phaseSteps({ phase, schedule }: TrainingState, classes: DrawingClass[]): number {
  const { classifier, meta } = schedule;
  return phase === 'classifier' ? classifier.epochs * stepsPerEpoch(classes, classifier.batch) : meta.steps;
}

/** One step of the present phase. Returns its loss in nats. */
export async function update(
  state: TrainingState,
  trunk: ShardedTrunk,
  classes: DrawingClass[],
): Promise<number> {
  if (state.phase === 'classifier') return updateClassifier(state, trunk, classes);
  const { size, updates } = state.schedule;
  if (state.headRange === undefined && state.step >= fourBitFrom(state.schedule)) {
    const inner = { updates, rate: Math.exp(state.average[LOG_RATE][0]) };
    state.headRange = headRange(exportable(state, classes), classes, { inner, size, seed: state.seed });
  }
  return updateMeta(state, trunk, classes);
}

/** Steps between two validations: an epoch of the classifier, or the schedule's interval in meta-training. */
export function validationInterval({ phase, schedule }: TrainingState, classes: DrawingClass[]): number {
  return phase === 'classifier' ? stepsPerEpoch(classes, schedule.classifier.batch) : schedule.validateEvery;
}

/** Validates the state, adds a point to its curve, and keeps it if it is the best so far. */
export function validate(
  state: TrainingState,
  training: DrawingClass[],
  validation: DrawingClass[],
): { point: CurvePoint; rate: number; best: boolean } {
  const { phase, step, seed, schedule } = state;
  const { size, updates, validationTasks: tasks } = schedule;
  const parameters = exportable(state, training);
  const candidates = phase === 'classifier' ? rates : [...rates, Math.exp(state.average[LOG_RATE][0])];
  const options = { size, tasks, seed, updates };
  const accuracies = evaluateRates(parameters, validation, candidates, options);
  const rate = lowestRate(candidates, accuracies);
  const float32 = accuracies[candidates.indexOf(rate)];
  const range = headRange(parameters, training, { inner: { updates, rate }, size, seed });
  const [int4] = evaluateRates(quantiseTrunk(parameters), validation, [rate], {
    ...options,
    headRange: range,
  });
  const point = { phase, step, loss: state.lossSum / Math.max(1, state.lossCount), float32, int4 };
  state.curve.push(point);
  state.lossSum = 0;
  state.lossCount = 0;
  // The warm start's learning rate falls to its end, so its latest state is its best; meta-training must beat
  // it
  const best = phase === 'classifier' || !state.best || float32 + int4 > state.best.float32 + state.best.int4;
  if (best) state.best = { phase, step, rate, float32, int4, parameters: copy(parameters) };
  return { point, rate, best };
}

/** Goes from the classifier to meta-training, starting from the latest convolutions. */
export function startMeta(state: TrainingState): void {
  const { rate, parameters } = state.best as Best;
  state.phase = 'meta';
  state.step = 0;
  state.parameters = {
    ...convolutions(state.parameters),
    [MEAN]: parameters[MEAN].slice(),
    [LOG_RATE]: Float32Array.of(Math.log(rate)),
    [LOG_SHARPNESS]: Float32Array.of(Math.log(state.schedule.meta.sharpness)),
  };
  state.average = copy(state.parameters);
  state.adam = initialAdam(state.parameters);
}

/**
 * The convolutions as they would be exported now: with folded statistics, and the mean of their features over
 * training drawings.
 */
function exportable(state: TrainingState, training: DrawingClass[]): Parameters {
  const { phase, parameters, average, statistics } = state;
  const source = convolutions(phase === 'classifier' ? parameters : average);
  const folded = foldStatistics(source, statistics);
  const drawings = training.flatMap((one) => one.drawings);
  const step = Math.ceil(drawings.length / MEAN_DRAWINGS);
  const features = featuresOf(
    folded,
    drawings.filter((_, index) => index % step === 0),
  );
  return { ...folded, [MEAN]: channelMeans(concatenate(Float32Array, features)) };
}

/** The lowest rate that is as good as the best one: a higher one overshoots sooner on other alphabets. */
function lowestRate(rates: number[], accuracies: number[]): number {
  const enough = Math.max(...accuracies) - RATE_TOLERANCE;
  return Math.min(...rates.filter((_, index) => accuracies[index] >= enough));
}

/** A copy of the weights and biases of the convolutions. */
function convolutions(parameters: Parameters): Parameters {
  const own = Object.entries(parameters).filter(([name]) => /^conv\d+\.(weight|bias)$/.test(name));
  return copy(Object.fromEntries(own));
}

function copy(parameters: Parameters): Parameters {
  return Object.fromEntries(Object.entries(parameters).map(([name, values]) => [name, values.slice()]));
}
