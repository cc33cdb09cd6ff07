import type { Board } from '../../drivers/index.js';
import type { DrawingClass } from '../data/classes.js';
import { type EpisodeSize, checkSize, sampleEpisode } from '../data/episodes.js';
import type { Model } from '../model.js';
import { Random } from '../random.js';
import { SoftwareNetwork } from '../software.js';
import { halfInterval, mean } from '../statistics.js';
import { DeviceLearner } from './device-learner.js';
import { checkWays } from './ways.js';

export interface EvaluationOptions extends EpisodeSize {
  tasks: number;
  updates: number;
  seed: number;
  signal?: AbortSignal;
  /** After each task, with the mean accuracy on the device so far. */
  onTask?: (done: number, tasks: number, accuracy: number) => void;
}

/** Mean accuracies after 0, 1, .. updates, fractions. */
export interface AccuracyPerUpdate {
  float32: number[];
  int4: number[];
  device: number[];
}

export interface Evaluation {
  /** On the device, after the last update: mean over the tasks. */
  accuracy: number;
  /** Half of the 95 % confidence interval of that mean. */
  ci95: number;
  /** In software on the same tasks, after the last update. */
  software: { float32: number; int4: number };
  accuracyPerUpdate: AccuracyPerUpdate;
  tasks: number;
  devicesUpdatedPerTask: number;
  /** Input vectors multiplied on the board, counted per core. */
  multiplications: number;
  /** Time of learning and queries on the device. */
  secondsPerTask: number;
}

/**
 * Learns tasks one after the other on the device, and the same tasks in software at 32 and at 4 bit.
 * Errors: `DataError` where the classes do not suffice, `PlanError` where the head has too few columns: before the first task.
 */
export async function evaluateLearning(
  board: Board,
  model: Model,
  classes: DrawingClass[],
  options: EvaluationOptions,
): Promise<Evaluation> {
  checkSize(classes, options);
  checkWays(model, board.information, options.ways);
  const learner = await DeviceLearner.open(board, model);
  const software = { float32: new SoftwareNetwork(model), int4: new SoftwareNetwork(model, 'int4') };
  const steps = { ...model.description.inner, updates: options.updates };
  const random = new Random(options.seed);
  const accuracies = { float32: [] as number[][], int4: [] as number[][], device: [] as number[][] };
  let devicesUpdated = 0;
  let milliseconds = 0;
  for (let task = 1; task <= options.tasks; task++) {
    options.signal?.throwIfAborted();
    const episode = sampleEpisode(classes, options, random);
    const begin = performance.now();
    const learned = await learner.learn(episode, steps);
    milliseconds += performance.now() - begin;
    devicesUpdated += learned.devicesUpdated;
    accuracies.device.push(learned.accuracies);
    accuracies.float32.push(software.float32.learn(episode, steps).accuracies);
    accuracies.int4.push(software.int4.learn(episode, steps).accuracies);
    options.onTask?.(task, options.tasks, mean(accuracies.device.map(last)));
  }
  const final = accuracies.device.map(last);
  return {
    accuracy: mean(final),
    ci95: halfInterval(final),
    software: { float32: mean(accuracies.float32.map(last)), int4: mean(accuracies.int4.map(last)) },
    accuracyPerUpdate: {
      float32: meanPerUpdate(accuracies.float32),
      int4: meanPerUpdate(accuracies.int4),
      device: meanPerUpdate(accuracies.device),
    },
    tasks: options.tasks,
    devicesUpdatedPerTask: devicesUpdated / options.tasks,
    multiplications: learner.multiplications,
    secondsPerTask: milliseconds / 1000 / options.tasks,
  };
}

const last = (values: readonly number[]): number => values[values.length - 1];

const meanPerUpdate = (tasks: readonly number[][]): number[] =>
  tasks[0].map((_, update) => mean(tasks.map((accuracies) => accuracies[update])));
