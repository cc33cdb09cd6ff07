import type { Board } from '../../drivers/index.js';
import type { DrawingClass } from '../data/classes.js';
import { type Episode, type EpisodeSize, checkSize, sampleEpisode } from '../data/episodes.js';
import type { Corrections } from '../device/layer-correction.js';
import { argmax } from '../head.js';
import { DeviceLearner } from '../learning/device-learner.js';
import { planModel } from '../mapping/plan.js';
import type { Plan } from '../mapping/plan.js';
import type { Model } from '../model.js';
import { Random } from '../random.js';
import { halfInterval, mean } from '../statistics.js';
import {
  type Compensation,
  type CompensatedLayer,
  type Recording,
  bodyLayers,
  compensate,
  multiplicationError,
  networkProbes,
  record,
} from './compensation.js';
import type { DriftMethodName } from './methods.js';
import type { Probes } from './probes.js';

export interface DriftOptions extends EpisodeSize {
  /** Seconds since the recording, ascending, none before the present `age`. */
  times: readonly number[];
  /** Seconds since the recording that have gone by already; 0 where left out. */
  age?: number;
  methods: readonly DriftMethodName[];
  tasks: number;
  updates: number;
  /** Probe vectors a layer that a method may spend each time. */
  budget: number;
  seed: number;
  signal?: AbortSignal;
  /** `seconds` and `method` are those under way. */
  onProgress?: (done: number, total: number, seconds: number, method: DriftMethodName) => void;
}

/** One method at one time. */
export interface DriftResult {
  /** Since the model was flashed, or since the task was learned where that came later. */
  seconds: number;
  method: DriftMethodName;
  /** Mean over the tasks after the last update, and half of its 95 % confidence interval. */
  accuracy: number;
  ci95: number;
  /** Error of the corrected multiplications, as a fraction of their standard deviation. */
  mvmErrorRms: number;
  /** Vectors multiplied to estimate the compensation, counted per core. */
  probes: number;
  /** Scales of all columns below the head, one list a layer. */
  scales: number[][];
}

const testProbes = 512;

/** A flashed board whose drift is followed: what was recorded of it when it was fresh, and how to compensate it now. */
export class DriftStudy {
  readonly plan: Plan;
  readonly #layers: CompensatedLayer[];
  readonly #activations: Probes[];
  readonly #test: Probes[];

  constructor(
    readonly board: Board,
    readonly model: Model,
    readonly recording: Recording,
    { budget, seed }: Pick<DriftOptions, 'budget' | 'seed'>,
  ) {
    this.plan = planModel(model, board.information);
    this.#layers = bodyLayers(model, this.plan);
    this.#activations = networkProbes(model, this.plan, budget, seed);
    this.#test = networkProbes(model, this.plan, testProbes, seed, 'test');
  }

  /** Takes up a board that was flashed just now: records its answers for later. */
  static async begin(board: Board, model: Model, options: Pick<DriftOptions, 'budget' | 'seed'>) {
    const plan = planModel(model, board.information);
    const recording = await record(board, plan, bodyLayers(model, plan), options.budget, options.seed);
    return new DriftStudy(board, model, recording, options);
  }

  /** Estimates the compensation of the layers below the head at present. */
  estimate(method: DriftMethodName): Promise<Compensation> {
    const { board, plan, recording } = this;
    return compensate(board, plan, method, this.#layers, { recording, activations: this.#activations });
  }

  /** As `multiplicationError`, of the layers below the head, on activations that no estimate has seen. */
  error(corrections: Corrections): Promise<number> {
    return multiplicationError(this.board, this.#layers, corrections, this.#test);
  }
}

/** How well a board learns new tasks at each time after it was flashed, by method of compensation. */
export async function followDrift(
  study: DriftStudy,
  classes: DrawingClass[],
  options: DriftOptions,
): Promise<DriftResult[]> {
  const { board, model } = study;
  const episodes = sampleEpisodes(classes, options);
  const learner = await DeviceLearner.open(board, model);
  const steps = { ...model.description.inner, updates: options.updates };
  const results: DriftResult[] = [];
  const total = options.times.length * options.methods.length * episodes.length;
  let now = options.age ?? 0;
  for (const seconds of options.times) {
    if (seconds > now) await board.advanceClock(seconds - now);
    now = seconds;
    for (const method of options.methods) {
      const { corrections, probes } = await study.estimate(method);
      learner.correct(corrections, new Map());
      const accuracies: number[] = [];
      for (const episode of episodes) {
        options.signal?.throwIfAborted();
        accuracies.push((await learner.learn(episode, steps)).accuracies.at(-1)!);
        options.onProgress?.(results.length * episodes.length + accuracies.length, total, seconds, method);
      }
      results.push({
        seconds,
        method,
        accuracy: mean(accuracies),
        ci95: halfInterval(accuracies),
        mvmErrorRms: await study.error(corrections),
        probes,
        scales: corrections.map(({ scale }) => [...scale]),
      });
    }
  }
  return results;
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

/** Share of the query set that the head as it is now recognises. */
export async function recognised(learner: DeviceLearner, { query }: Episode): Promise<number> {
  const answers = await learner.classify(query.map(({ drawing }) => drawing));
  return query.filter(({ label }, index) => argmax(answers[index]) === label).length / query.length;
}
