import type { Board } from '../../drivers/index.js';
import { Capability } from '../../protocol/index.js';
import {
  argmax,
  checkSize,
  type DrawingClass,
  type Episode,
  type EpisodeSize,
  halfInterval,
  type InventDrawings,
  mean,
  type Model,
  pairedDifference,
  type PairedDifference,
  Random,
  sampleEpisode,
} from '../../network/index.js';
import type { Corrections } from '../device/layer-correction.js';
import { DeviceLearner } from '../learning/device-learner.js';
import { planOn } from '../flash/board-plan.js';
import type { Plan } from '../mapping/placement.js';
import { type Compensation, compensate } from './compensation.js';
import { bodyLayers, type CompensatedLayer } from './layers.js';
import type { DriftMethod } from './methods/method.js';
import { driftMethod, type DriftMethodName } from './methods/methods.js';
import { Validation } from './methods/validation.js';
import { multiplicationError } from './multiplication-error.js';
import { networkProbes } from './probes/network-probes.js';
import type { Probes } from './probes/probes.js';
import { record, type Recording } from './recording.js';

/** Times, methods and tasks of a measurement. */
export interface DriftOptions extends EpisodeSize {
  /** Seconds since the recording, ascending, none before the present `age`. */
  times: readonly number[];
  /** Seconds that have passed since the recording; 0 by default. */
  age?: number;
  /** Names of `driftMethods`, or methods of the user's own. */
  methods: readonly (DriftMethod | DriftMethodName)[];
  /** Number of tasks, the same for all methods and times. */
  tasks: number;
  /** Updates in each task. */
  updates: number;
  /** Probe vectors for each layer that a method may spend each time. */
  budget: number;
  seed: number;
  /**
   * Ends the measurement before the next task. What was measured for all tasks is returned; if nothing was, the
   * tasks up to then; without any, it rejects with the signal's reason.
   */
  signal?: AbortSignal;
  /** Counts tasks; `seconds` and `method` are those under way. */
  onProgress?: (done: number, total: number, seconds: number, method: string) => void;
}

/** One method at one time. */
export interface DriftResult {
  /** Since the model was flashed; for `followRetention`, since the task was learned. */
  seconds: number;
  /** Name of the method. */
  method: string;
  /** The same name, or that of the method that it chose. */
  estimatedBy: string;
  /** Mean over the tasks after the last update, and half of its 95 % confidence interval. */
  accuracy: number;
  ci95: number;
  /** Error of the corrected multiplications, as a fraction of their standard deviation. */
  mvmErrorRms: number;
  /** Vectors multiplied to estimate the compensation, counted per core. */
  probes: number;
  /** Scales of all columns below the head, one list for each layer. */
  scales: number[][];
  /** Accuracy of each task, in the same order for all methods and times. */
  accuracies: number[];
}

/** Probe vectors for each layer that errors are measured with. */
const TEST_PROBES = 512;

/** Settings of a study's estimates. */
export interface StudyOptions extends Pick<DriftOptions, 'budget' | 'seed'> {
  /** Source of drawings for estimates, so that these need no data set: `inventCharacters`, for example. */
  invent: InventDrawings;
}

/** A flashed board whose drift is followed, with the recording of its fresh answers. */
export class DriftStudy {
  /** Place of the model on the board. */
  readonly plan: Plan;
  readonly #options: StudyOptions;
  readonly #layers: CompensatedLayer[];
  readonly #activations: Probes[];
  readonly #test: Probes[];

  private constructor(
    readonly board: Board,
    readonly model: Model,
    readonly recording: Recording,
    plan: Plan,
    options: StudyOptions,
  ) {
    this.plan = plan;
    this.#options = options;
    const { budget, seed, invent } = options;
    this.#layers = bodyLayers(model, this.plan);
    this.#activations = networkProbes(model, this.plan, { count: budget, seed, invent });
    this.#test = networkProbes(model, this.plan, { count: TEST_PROBES, seed, invent, purpose: 'test' });
  }

  /**
   * Begins with a board that was flashed just now: records its answers. Errors: the board's `Refusal`,
   * `LinkError`.
   */
  static async begin(board: Board, model: Model, options: StudyOptions): Promise<DriftStudy> {
    const plan = await planOn(board, model);
    const recording = await record(board, plan, bodyLayers(model, plan), options.budget, options.seed);
    return new DriftStudy(board, model, recording, plan, options);
  }

  /** Continues one with the recording of its beginning. Errors: the board's `Refusal`, `LinkError`. */
  static async resume(
    board: Board,
    model: Model,
    recording: Recording,
    options: StudyOptions,
  ): Promise<DriftStudy> {
    return new DriftStudy(board, model, recording, await planOn(board, model), options);
  }

  /** Estimates the compensation of the layers below the head at present. Errors: as `compensate`. */
  estimate(method: DriftMethod | DriftMethodName): Promise<Compensation> {
    const { board, model, plan, recording } = this;
    return compensate(method, {
      board,
      plan,
      layers: this.#layers,
      recording,
      activations: this.#activations,
      validation: () => new Validation(board, model, plan, recording.seed, this.#options.invent),
    });
  }

  /** `multiplicationError` of the layers below the head, on activations that no estimate has used. */
  error(corrections: Corrections): Promise<number> {
    return multiplicationError(this.board, this.#layers, corrections, this.#test);
  }
}

/**
 * Measures how well a board learns new tasks at each time after it was flashed, by method of compensation. If
 * the board can take snapshots, every method begins on the very same board, with the same draws of noise to
 * come: results then differ by the method alone, and none depends on which other methods there are. Errors:
 * `DataError` if the classes do not suffice; `NotFlashedError`; the board's `Refusal`, `LinkError`; the
 * signal's reason.
 */
export async function followDrift(
  study: DriftStudy,
  classes: DrawingClass[],
  options: DriftOptions,
): Promise<DriftResult[]> {
  const { board, model } = study;
  const episodes = sampleEpisodes(classes, options);
  const methods = options.methods.map(driftMethod);
  const learner = await DeviceLearner.open(board, model);
  const results: DriftResult[] = [];
  const perMethod = episodes.length;
  const total = options.times.length * methods.length * perMethod;
  let now = options.age ?? 0;
  for (const seconds of options.times) {
    if (seconds > now) await board.advanceClock(seconds - now);
    now = seconds;
    const goBack = await returnPoint(board, learner);
    for (const method of methods) {
      options.onProgress?.(results.length * perMethod, total, seconds, method.name);
      const { corrections, probes, method: estimatedBy } = await study.estimate(method);
      await goBack();
      const mvmErrorRms = await study.error(corrections);
      await goBack();
      learner.correct(corrections, new Map());
      const accuracies = await learnAll(learner, episodes, model, options, (done) =>
        options.onProgress?.(results.length * perMethod + done, total, seconds, method.name),
      );
      await goBack();
      const isComplete = accuracies.length === episodes.length;
      if (!isComplete && results.length > 0) return results;
      if (accuracies.length === 0) options.signal?.throwIfAborted();
      results.push({
        seconds,
        method: method.name,
        estimatedBy,
        accuracy: mean(accuracies),
        ci95: halfInterval(accuracies),
        mvmErrorRms,
        probes,
        scales: corrections.map(({ scale }) => [...scale]),
        accuracies,
      });
      if (options.signal?.aborted) return results;
    }
  }
  return results;
}

/**
 * Returns a function that brings the board back to its present state, with an empty head; without snapshots,
 * that does nothing.
 */
async function returnPoint(board: Board, learner: DeviceLearner): Promise<() => Promise<void>> {
  if ((board.information.capabilities & Capability.emulator) === 0) return async () => {};
  await learner.forget();
  const here = await board.snapshot();
  return async () => {
    await learner.forget();
    await board.restore(here);
  };
}

/** Accuracies after the last update of tasks learned one after the other, until the signal aborts. */
async function learnAll(
  learner: DeviceLearner,
  episodes: readonly Episode[],
  model: Model,
  { updates, signal }: DriftOptions,
  onTask: (done: number) => void,
): Promise<number[]> {
  const accuracies: number[] = [];
  for (const episode of episodes) {
    if (signal?.aborted) break;
    const task = await learner.learn(episode, { ...model.description.inner, updates });
    accuracies.push(task.accuracies.at(-1)!);
    onTask(accuracies.length);
  }
  return accuracies;
}

/**
 * How much better a method recognised the tasks than `global` at the same time, task by task; undefined for
 * `global` itself and if `global` was not measured.
 */
export function overGlobal(
  { seconds, method, accuracies }: DriftResult,
  results: readonly DriftResult[],
): PairedDifference | undefined {
  const reference = results.find((result) => result.seconds === seconds && result.method === 'global');
  if (!reference || method === 'global') return undefined;
  return pairedDifference(accuracies, reference.accuracies);
}

/** The same tasks for all methods and times. Errors: `DataError`. */
export function sampleEpisodes(
  classes: DrawingClass[],
  options: EpisodeSize & { tasks: number; seed: number },
): Episode[] {
  checkSize(classes, options);
  const random = new Random(options.seed);
  return Array.from({ length: options.tasks }, () => sampleEpisode(classes, options, random));
}

/** Fraction of the query set that the head recognises as it is now. */
export async function recognised(learner: DeviceLearner, { query }: Episode): Promise<number> {
  const answers = await learner.classify(query.map(({ drawing }) => drawing));
  return query.filter(({ label }, index) => argmax(answers[index]) === label).length / query.length;
}
