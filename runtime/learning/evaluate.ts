import type { Board } from '../../drivers/index.js';
import {
  checkSize,
  type DrawingClass,
  type EpisodeSize,
  halfInterval,
  mean,
  type Model,
  Random,
  sampleEpisode,
} from '../../network/index.js';
import { chipOn } from '../flash/board-plan.js';
import { DeviceLearner } from './device-learner.js';
import type { Parting } from './parting.js';
import { type AccuracyPerUpdate, type PerNetwork, SoftwareComparison } from './software-comparison.js';
import { countBlank } from '../signals/warnings.js';
import type { LayerSignals } from '../signals/layer-signals.js';
import { checkWays } from './ways.js';

/** Which tasks to learn, and how. */
export interface EvaluationOptions extends EpisodeSize {
  /** Number of tasks. */
  tasks: number;
  /** Updates in each task. */
  updates: number;
  /** Seed of the tasks. */
  seed: number;
  /** Ends the evaluation after the present task; the report covers the tasks until then. */
  signal?: AbortSignal;
  /** Called after each task with the mean accuracy on the device so far, and its comparison with software. */
  onTask?: (done: number, tasks: number, accuracy: number, comparison: SoftwareComparison) => void;
}

/** Results of an evaluation. All intervals are half widths of 95 % confidence intervals over the tasks. */
export interface Evaluation {
  /** On the device, after the last update: mean over the tasks. */
  accuracy: number;
  ci95: number;
  /** In software on the same tasks, after the last update. */
  software: { float32: number; int4: number };
  softwareCi95: { float32: number; int4: number };
  /**
   * Accuracy on the device minus accuracy in float32 software, paired by task, which makes its interval
   * narrower.
   */
  deviceMinusFloat32: { accuracy: number; ci95: number };
  accuracyPerUpdate: AccuracyPerUpdate;
  ci95PerUpdate: AccuracyPerUpdate;
  /** Tasks that were learned: fewer than asked for if it was ended early. */
  tasks: number;
  devicesUpdatedPerTask: number;
  /** Updates in all tasks that changed no device. */
  emptyUpdates: number;
  /** Drawings of the classes, and how many of them are of a single value. */
  drawings: number;
  blankDrawings: number;
  /** When the device was lower than float32 software beyond chance; null if it never was. */
  parted: Parting | null;
  /** What went through each layer on the board, the head last. */
  layers: LayerSignals[];
  /** Input vectors multiplied on the board, counted per core. */
  multiplications: number;
  /** Seconds of learning and queries on the device. */
  secondsPerTask: number;
}

/** An evaluation and the accuracies that it sums up. */
export interface EvaluatedTasks {
  evaluation: Evaluation;
  /** One for each task. */
  accuracies: AccuracyPerUpdate[];
}

/**
 * Learns tasks one after the other on the device, and the same tasks in software at 32 and at 4 bit. Errors:
 * before the first task `DataError` if the classes do not suffice and `PlanError` if the head has too few
 * columns; the signal's reason if it was aborted before the first task ended; the board's `Refusal`,
 * `LinkError`.
 */
export async function evaluateLearning(
  board: Board,
  model: Model,
  classes: DrawingClass[],
  options: EvaluationOptions,
): Promise<EvaluatedTasks> {
  checkSize(classes, options);
  checkWays(model, await chipOn(board), options.ways);
  const learner = await DeviceLearner.open(board, model);
  const software = new SoftwareComparison(model);
  const { accuracies } = software;
  const steps = { ...model.description.inner, updates: options.updates };
  const random = new Random(options.seed);
  let [devicesUpdated, emptyUpdates, milliseconds] = [0, 0, 0];
  while (accuracies.length < options.tasks && !options.signal?.aborted) {
    const episode = sampleEpisode(classes, options, random);
    const begin = performance.now();
    const learned = await learner.learn(episode, steps);
    milliseconds += performance.now() - begin;
    devicesUpdated += learned.devicesUpdated;
    emptyUpdates += learned.emptyUpdates;
    software.add(episode, steps, learned);
    options.onTask?.(accuracies.length, options.tasks, software.means.device, software);
  }
  const tasks = accuracies.length;
  const drawings = classes.flatMap((one) => one.drawings);
  if (tasks === 0) options.signal?.throwIfAborted();
  const evaluation = {
    ...summarise(accuracies),
    tasks,
    devicesUpdatedPerTask: devicesUpdated / tasks,
    emptyUpdates,
    blankDrawings: countBlank(drawings),
    drawings: drawings.length,
    parted: software.parted,
    layers: learner.signals,
    multiplications: learner.multiplications,
    secondsPerTask: milliseconds / 1000 / tasks,
  };
  return { evaluation, accuracies };
}

function summarise(accuracies: readonly AccuracyPerUpdate[]) {
  const updates = accuracies[0].device.map((_, update) => update);
  const perUpdate = (statistic: (values: number[]) => number): AccuracyPerUpdate => {
    const of = (network: keyof AccuracyPerUpdate) =>
      updates.map((update) => statistic(accuracies.map(({ [network]: values }) => values[update])));
    return { float32: of('float32'), int4: of('int4'), device: of('device') };
  };
  const accuracyPerUpdate = perUpdate(mean);
  const ci95PerUpdate = perUpdate(halfInterval);
  const last = ({ float32, int4, device }: AccuracyPerUpdate): PerNetwork<number> => ({
    float32: float32.at(-1)!,
    int4: int4.at(-1)!,
    device: device.at(-1)!,
  });
  const { device: accuracy, ...software } = last(accuracyPerUpdate);
  const { device: ci95, ...softwareCi95 } = last(ci95PerUpdate);
  const differences = accuracies.map(({ device, float32 }) => device.at(-1)! - float32.at(-1)!);
  const deviceMinusFloat32 = { accuracy: mean(differences), ci95: halfInterval(differences) };
  return { accuracy, ci95, software, softwareCi95, deviceMinusFloat32, accuracyPerUpdate, ci95PerUpdate };
}
