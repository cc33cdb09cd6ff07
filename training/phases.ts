import { concatenate } from '../runtime/arrays.js';
import type { DrawingClass } from '../runtime/data/classes.js';
import type { Model } from '../runtime/model.js';
import { Random } from '../runtime/random.js';
import { initialAdam } from './adam.js';
import type { BackendName } from './backend.js';
import { initialClassifier, stepsPerEpoch, updateClassifier } from './classifier.js';
import { evaluateRates } from './evaluate.js';
import { headRange, importConvolutions } from './export.js';
import { LOG_RATE, LOG_SHARPNESS, quantiseTrunk, updateMeta } from './meta.js';
import type { Parameters } from './parameters.js';
import { type Schedule, fourBitFrom } from './schedule.js';
import type { Best, CurvePoint, TrainingState } from './state.js';
import { foldStatistics, initialTrunk, unfoldStatistics } from './trunk.js';

/** The two phases of a training: a plain classifier of all classes as a warm start, then MAML. */

const INITIAL_STREAM = 0x0f00_0000;
/** Drawings, one a class, that show the statistics of a model to start from. */
const STATISTICS_CLASSES = 256;
/** Inner rates that the warm start is validated with; meta-training learns its own from the best. */
const RATES = [0.0025, 0.005, 0.01, 0.02, 0.04];

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

/** The convolutions of a model, as they were before its statistics were folded in. */
function startFrom(model: Model, classes: DrawingClass[], random: Random): Parameters {
  const drawings = random
    .sample(classes.length, Math.min(STATISTICS_CLASSES, classes.length))
    .map((index) => classes[index].drawings[0]);
  return unfoldStatistics(importConvolutions(model), concatenate(drawings));
}

/** Steps of the phase that the state is in. */
export function phaseSteps({ phase, schedule }: TrainingState, classes: DrawingClass[]): number {
  const { classifier, meta } = schedule;
  return phase === 'classifier' ? classifier.epochs * stepsPerEpoch(classes, classifier.batch) : meta.steps;
}

/** One step of the phase; returns its loss. */
export function update(state: TrainingState, classes: DrawingClass[]): number {
  if (state.phase === 'classifier') return updateClassifier(state, classes);
  const { size, updates } = state.schedule;
  if (state.headRange === undefined && state.step >= fourBitFrom(state.schedule)) {
    const inner = { updates, rate: Math.exp(state.average[LOG_RATE][0]) };
    state.headRange = headRange(state.average, classes, { inner, size, seed: state.seed });
  }
  return updateMeta(state, classes);
}

/** Steps between two validations: an epoch of the classifier, or as scheduled. */
export function validationInterval({ phase, schedule }: TrainingState, classes: DrawingClass[]): number {
  return phase === 'classifier' ? stepsPerEpoch(classes, schedule.classifier.batch) : schedule.validateEvery;
}

/** Measures the state on validation tasks, adds a point to the curve, and keeps the best. */
export function validate(
  state: TrainingState,
  training: DrawingClass[],
  validation: DrawingClass[],
): { point: CurvePoint; rate: number; best: boolean } {
  const { phase, step, seed, schedule } = state;
  const { size, updates, validationTasks: tasks } = schedule;
  const parameters = exportable(state);
  const rates = phase === 'classifier' ? RATES : [Math.exp(state.average[LOG_RATE][0])];
  const options = { size, tasks, seed, updates };
  const accuracies = evaluateRates(parameters, validation, rates, options);
  const float32 = Math.max(...accuracies);
  const rate = rates[accuracies.indexOf(float32)];
  const range = headRange(parameters, training, { inner: { updates, rate }, size, seed });
  const [int4] = evaluateRates(quantiseTrunk(parameters), validation, [rate], {
    ...options,
    headRange: range,
  });
  const point = { phase, step, loss: state.lossSum / Math.max(1, state.lossCount), float32, int4 };
  state.curve.push(point);
  state.lossSum = 0;
  state.lossCount = 0;
  // The warm start's rate falls to its end, so that its latest is its best; meta-training has to beat that
  const best = phase === 'classifier' || !state.best || float32 + int4 > state.best.float32 + state.best.int4;
  if (best) state.best = { phase, step, rate, float32, int4, parameters: copy(parameters) };
  return { point, rate, best };
}

/** Goes from the classifier to meta-training, from the best convolutions so far. */
export function startMeta(state: TrainingState): void {
  const { rate, parameters } = state.best as Best;
  state.phase = 'meta';
  state.step = 0;
  state.parameters = {
    ...copy(parameters),
    [LOG_RATE]: Float32Array.of(Math.log(rate)),
    [LOG_SHARPNESS]: Float32Array.of(Math.log(state.schedule.meta.sharpness)),
  };
  state.average = copy(state.parameters);
  state.adam = initialAdam(state.parameters);
  state.statistics = [];
}

/** The convolutions as they would be exported now: statistics folded in, or the running mean. */
function exportable({ phase, parameters, statistics, average }: TrainingState): Parameters {
  const source = phase === 'classifier' ? foldStatistics(parameters, statistics) : average;
  return Object.fromEntries(Object.entries(source).filter(([name]) => name.startsWith('conv')));
}

function copy(parameters: Parameters): Parameters {
  return Object.fromEntries(Object.entries(parameters).map(([name, values]) => [name, values.slice()]));
}
