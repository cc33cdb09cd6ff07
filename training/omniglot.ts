import { setImmediate } from 'node:timers/promises';
import type { DrawingClass, Model } from '../network/index.js';
import { loadOmniglot } from '../data/node/index.js';
import { omniglotSplit, withMirrors, withRotations } from '../data/index.js';
import { selectBackend, type BackendName } from './tensors/backend.js';
import { TrainingError } from './errors.js';
import type { StopReason, TrainingEvent } from './run/events.js';
import { exportModel } from './trunk/export.js';
import { initialState, phaseSteps, startMeta, update, validate, validationInterval } from './meta/phases.js';
import { omniglotSchedule, type Schedule } from './meta/schedule.js';
import { ShardedTrunk } from './trunk/sharded-trunk.js';
import { loadCheckpoint, saveCheckpoint, type Phase, type TrainingState } from './meta/state.js';

/** What to train, and for how long. */
export interface TrainingOptions {
  /** Folders and zip files with Omniglot's drawings. */
  data: string[];
  /** File for the state, which is written every few minutes, when the signal aborts, and at the end. */
  checkpoint: string;
  /** Go on from the checkpoint, with its seed and schedule. */
  resume?: boolean;
  /** Start from the convolutions of this model. */
  from?: Model;
  /** Default 1. */
  seed?: number;
  /** Default `omniglotSchedule`. */
  schedule?: Schedule;
  backend?: BackendName;
  /** Maximum number of threads. Default: one per processor. The weights do not depend on it. */
  threads?: number;
  /** Stop after this time in this run, with the best model so far. */
  minutes?: number;
  /** Stops after the step under way, and keeps the state. */
  signal?: AbortSignal;
  onEvent?: (event: TrainingEvent) => void;
}

/** How the training ended. */
export interface TrainingResult {
  /** The best model on validation; undefined if the training stopped before its first validation. */
  model?: Model;
  state: TrainingState;
  reason: StopReason;
}

/** Time between two checkpoints. */
const CHECKPOINT_SECONDS = 120;

/**
 * Meta-trains on the training alphabets of Omniglot, and selects the best model on the validation alphabet.
 * Does not read the test alphabets. Errors: `TrainingError` if a loss is not finite (the last checkpoint
 * stays) or the checkpoint cannot be resumed; `BackendError`; `DataError`.
 */
export async function trainOmniglot(options: TrainingOptions): Promise<TrainingResult> {
  const backend = await selectBackend(options.backend);
  const resumed = options.resume ? await resume(options.checkpoint, backend) : undefined;
  const schedule = resumed?.schedule ?? options.schedule ?? omniglotSchedule;
  const read = (alphabets: readonly string[]) =>
    loadOmniglot(options.data, alphabets, (done, total) =>
      options.onEvent?.({ type: 'decoding', done, total }),
    );
  const turned = withRotations(await read(omniglotSplit.train));
  const training = schedule.mirrors ? withMirrors(turned) : turned;
  const validation = await read(omniglotSplit.validation);
  const state = resumed ?? initialState(options.seed ?? 1, backend, schedule, training, options.from);
  const drawings = training.reduce((sum, one) => sum + one.drawings.length, 0);
  options.onEvent?.({
    type: 'start',
    backend,
    classes: training.length,
    drawings,
    resumed: !!options.resume,
  });
  const trunk = ShardedTrunk.open(schedule.shards, backend, options.threads);
  const reason = await run(state, trunk, training, validation, options).finally(() => trunk.close());
  await saveCheckpoint(options.checkpoint, state);
  options.onEvent?.({ type: 'checkpoint', path: options.checkpoint });
  options.onEvent?.({ type: 'stop', reason });
  const model = state.best && exportBest(state, training);
  return { state, reason, ...(model && { model }) };
}

async function resume(path: string, backend: BackendName): Promise<TrainingState> {
  const state = await loadCheckpoint(path);
  if (state.backend !== backend)
    throw new TrainingError(
      `${path} was trained with the backend ${state.backend}, this is ${backend}; add --backend ${state.backend}.`,
    );
  return state;
}

async function run(
  state: TrainingState,
  trunk: ShardedTrunk,
  training: DrawingClass[],
  validation: DrawingClass[],
  { checkpoint, minutes = Infinity, signal, onEvent }: TrainingOptions,
): Promise<StopReason> {
  const started = performance.now();
  const secondsBefore = state.seconds;
  let saved = started;
  const pace = new Pace();
  for (;;) {
    const steps = phaseSteps(state, training);
    if (state.step >= steps) {
      if (state.phase === 'meta') return 'finished';
      startMeta(state);
      continue;
    }
    if (signal?.aborted) return 'interrupted';
    if (state.seconds - secondsBefore >= minutes * 60) return 'time is up';
    if (isExhausted(state)) return 'no better validation';
    const begin = performance.now();
    const loss = await update(state, trunk, training);
    if (!Number.isFinite(loss))
      throw new TrainingError(
        `The loss at step ${state.step} of the ${state.phase} phase is ${loss}; the last checkpoint is ${checkpoint}.`,
      );
    state.step++;
    state.lossSum += loss;
    state.lossCount++;
    state.seconds = secondsBefore + (performance.now() - started) / 1000;
    const stepsPerSecond = pace.after(state.phase, performance.now() - begin);
    const secondsLeft = (steps - state.step) / stepsPerSecond;
    onEvent?.({
      type: 'step',
      phase: state.phase,
      step: state.step,
      steps,
      loss,
      stepsPerSecond,
      secondsLeft,
    });
    if (state.step === steps || state.step % validationInterval(state, training) === 0) {
      const { point, rate, best } = validate(state, training, validation);
      onEvent?.({ type: 'validation', rate, best, ...point });
    }
    if (performance.now() - saved > CHECKPOINT_SECONDS * 1000) {
      await saveCheckpoint(checkpoint, state);
      saved = performance.now();
      onEvent?.({ type: 'checkpoint', path: checkpoint });
    }
    // Signals arrive only between steps
    await setImmediate();
  }
}

/** Steps per second of a phase without its validations, as the running mean of about the last fifty. */
class Pace {
  #milliseconds = 0;
  #phase?: Phase;

  after(phase: Phase, milliseconds: number): number {
    const share = phase === this.#phase ? 0.02 : 1;
    this.#phase = phase;
    this.#milliseconds += share * (milliseconds - this.#milliseconds);
    return 1000 / this.#milliseconds;
  }
}

/** Whether meta-training has had no better validation for the schedule's patience. */
function isExhausted({ phase, schedule, step, best }: TrainingState): boolean {
  if (phase !== 'meta') return false;
  const since = best?.phase === 'meta' ? best.step : 0;
  return step - since > schedule.patience * schedule.validateEvery;
}

/** The model with the best validation, and its training record. */
function exportBest(
  { best, startedFrom, schedule, seed, backend, phase, step, seconds, curve }: TrainingState,
  training: DrawingClass[],
): Model {
  const { parameters, rate, ...validation } = best!;
  return exportModel(parameters, training, {
    name: `omniglot-${schedule.size.ways}way-${schedule.size.shots}shot`,
    inner: { updates: schedule.updates, rate },
    size: schedule.size,
    seed,
    record: {
      data: omniglotSplit,
      ...(startedFrom && { startedFrom }),
      seed,
      backend,
      schedule,
      stopped: { phase, step, seconds },
      validation,
      curve,
    },
  });
}
