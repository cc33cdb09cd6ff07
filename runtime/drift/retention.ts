import {
  concatenate,
  type Drawing,
  type DrawingClass,
  type Episode,
  halfInterval,
  mean,
} from '../../network/index.js';
import { DeviceLearner } from '../learning/device-learner.js';
import { type Compensation, compensate } from './compensation.js';
import type { DriftMethod } from './methods/method.js';
import { driftMethod } from './methods/methods.js';
import { record } from './recording.js';
import { type DriftOptions, type DriftResult, type DriftStudy, recognised, sampleEpisodes } from './study.js';

/** Results of a method at one time, over all tasks: these share the layers below the head. */
interface Moment {
  body: Compensation;
  mvmErrorRms: number;
  /** Input codes of the head by drawing. */
  codes: Map<Drawing, Int8Array>;
  accuracies: number[];
  headProbes: number;
}

/**
 * Learns each task on a board that has drifted for `learnAt` seconds, then lets it drift further and measures
 * how much of the task is left at each of the times; nothing is learned again. The head is compensated with
 * the features of its own support set, or with answers recorded right after learning. Every task begins on
 * the same board, by snapshots, which needs the capability `emulator`. Times of the results count from the
 * learning. Errors: `DataError` if the classes do not suffice; `NotFlashedError`; the board's `Refusal`,
 * `LinkError`; the signal's reason.
 */
export async function followRetention(
  study: DriftStudy,
  classes: DrawingClass[],
  learnAt: number,
  options: DriftOptions,
): Promise<DriftResult[]> {
  const { board, model } = study;
  const episodes = sampleEpisodes(classes, options);
  const methods = options.methods.map(driftMethod);
  await board.advanceClock(learnAt);
  const learner = await DeviceLearner.open(board, model);
  await learner.forget();
  const fresh = await board.snapshot();
  const total = methods.length * episodes.length;
  const results: DriftResult[] = [];
  for (const [index, method] of methods.entries()) {
    const moments = new Map<number, Moment>();
    let tasks = 0;
    for (const episode of episodes) {
      if (options.signal?.aborted) break;
      await learner.forget();
      await board.restore(fresh);
      await learnAndAge({ study, learner, method, moments }, episode, options);
      tasks++;
      options.onProgress?.(index * episodes.length + tasks, total, learnAt, method.name);
    }
    if (tasks < episodes.length && results.length > 0) break;
    if (tasks === 0) options.signal?.throwIfAborted();
    for (const [seconds, { body, mvmErrorRms, accuracies, headProbes }] of moments) {
      if (accuracies.length === 0) continue;
      results.push({
        seconds,
        method: method.name,
        estimatedBy: body.method,
        accuracy: mean(accuracies),
        ci95: halfInterval(accuracies),
        mvmErrorRms,
        probes: body.probes + headProbes,
        scales: body.corrections.map(({ scale }) => [...scale]),
        accuracies,
      });
    }
    if (options.signal?.aborted) break;
  }
  return results.sort((one, other) => one.seconds - other.seconds);
}

/** A method that is followed, and its results so far. */
interface Followed {
  study: DriftStudy;
  learner: DeviceLearner;
  method: DriftMethod;
  /** By time in seconds. */
  moments: Map<number, Moment>;
}

/** Learns one task now and measures it at each of the times; adds to the moments of these. */
async function learnAndAge(
  { study, learner, method, moments }: Followed,
  episode: Episode,
  { times, updates, budget, seed }: DriftOptions,
): Promise<void> {
  const { board, model, plan } = study;
  const begin = await momentAt(study, method, 0, moments);
  learner.correct(begin.body.corrections, begin.codes);
  await learner.learn(episode, { ...model.description.inner, updates });
  const head = { placement: plan.placements[plan.placements.length - 1], matrix: learner.headMatrix };
  const support = await learner.headCodes(episode.support.map(({ drawing }) => drawing));
  const activations = [concatenate(Int8Array, support)];
  const recording = await record(board, plan, [head], budget, seed);
  let now = 0;
  for (const seconds of times) {
    if (seconds > now) await board.advanceClock(seconds - now);
    now = seconds;
    const moment = await momentAt(study, method, seconds, moments);
    const drifted = { board, plan, layers: [head], recording, activations };
    const { corrections, probes } = await compensate(moment.body.estimator, drifted);
    learner.correct([...moment.body.corrections, ...(seconds > 0 ? corrections : [])], moment.codes);
    moment.accuracies.push(await recognised(learner, episode));
    moment.headProbes = probes;
  }
}

/** The moment of a time; it is estimated for the first task. */
async function momentAt(
  study: DriftStudy,
  method: DriftMethod,
  seconds: number,
  moments: Map<number, Moment>,
): Promise<Moment> {
  const known = moments.get(seconds);
  if (known) return known;
  const body = await study.estimate(method);
  const mvmErrorRms = await study.error(body.corrections);
  const moment = { body, mvmErrorRms, codes: new Map(), accuracies: [], headProbes: 0 };
  moments.set(seconds, moment);
  return moment;
}
