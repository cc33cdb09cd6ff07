import { existsSync } from 'node:fs';
import { setImmediate as turnOfEventLoop } from 'node:timers/promises';
import { type ArmNetwork, drawMovement, leakOf, MovementSet, REACH } from '../../network/arm/index.js';
import { Random } from '../../network/index.js';
import { saveArmModel } from '../../network/node/index.js';
import { adamStep, initialAdam } from '../optimiser/adam.js';
import {
  type ArmTrainingState,
  loadArmCheckpoint,
  saveArmCheckpoint,
  type TrainingProgress,
} from './checkpoint.js';
import { Fidelity } from './spiking/fidelity.js';
import { arraysOf, drawParameters, fitRanges } from './spiking/parameters.js';
import { TwoTrials } from './spiking/two-trials.js';

const STEP_SECONDS = 0.002;
const LEAK = leakOf(0.02, STEP_SECONDS);

/** The network of the bundled model: 500 ms in steps of 2 ms, 224 + 20 of the 256 rows of a core. */
export const armNetwork: ArmNetwork = {
  steps: 250,
  stepSeconds: STEP_SECONDS,
  neurons: 224,
  clocks: 20,
  generatorNeurons: 256,
  target: {
    place: { count: 16, low: -1, high: 1, width: 1 },
    velocity: { count: 12, low: -5, high: 5, width: 1 },
  },
  leak: LEAK,
  readoutLeak: LEAK,
  signalLeak: LEAK,
  refractorySteps: 2,
};

/** Weights of the parts of the loss of the bundled model. */
export const lossWeights = { velocity: 5e-4, rate: 1, maxRate: 20 };
/** Maximum norm of the gradient. */
const MAX_GRADIENT = 1;
const INITIAL_LEARNING_RATE = 2e-3;
/**
 * Fraction of the training that runs in float32 alone, before it includes the levels and the noise of the
 * chip.
 */
const FLOAT32_PART = 0.1;
/** After that, one of so many iterations still runs in float32, so that the model is good in both. */
const FLOAT32_EVERY = 4;
const VALIDATION_MOVEMENTS = 48;
/** Random stream of the noise in validations; the streams of the iterations count up from 0. */
const VALIDATION_STREAM = 2 ** 31;

/** What to train, and for how long. */
export interface ArmTrainingOptions {
  /** Model file to write. */
  out: string;
  /** Default 6000. */
  iterations?: number;
  /**
   * Maximum training time, over all runs. The learning rate falls to 0 towards the end of the time or the
   * iterations.
   */
  minutes?: number;
  /** Default 1. */
  seed?: number;
  /** Movements per iteration. Default 16. */
  batch?: number;
  /** Continue from `checkpoint`, if there is one. */
  resume?: boolean;
  /** File that keeps the state of the training. Default: `out` with the suffix .checkpoint. */
  checkpoint?: string;
  /** Iterations between two checkpoints, each with a validation. Default 500. */
  every?: number;
  /** Default: the network of the bundled model. */
  network?: ArmNetwork;
  /** The command, for the training record. */
  command?: string;
  onEvent?: (event: ArmTrainingEvent) => void;
  /** Stops the training after the iteration under way, with everything written. */
  signal?: AbortSignal;
}

/** Errors of the end effector on validation movements, in percent of the reach. */
export type ValidationErrors = Record<Fidelity, number>;

/**
 * What the training reports while it runs. `error` is in percent of the reach, `part` the fraction of the
 * budget.
 */
export type ArmTrainingEvent =
  | { type: 'resumed'; iteration: number; seconds: number }
  | { type: 'iteration'; iteration: number; iterations: number; error: number; part: number }
  | { type: 'validation'; iteration: number; errors: ValidationErrors; seconds: number };

/** How the training ended. */
export interface ArmTrainingResult {
  iterations: number;
  /** Training time, over all runs. */
  seconds: number;
  validation: ValidationErrors;
}

/**
 * Meta-trains both networks of the arm, and writes model and checkpoint; also when it is aborted.
 * Errors: `ModelError` if the checkpoint cannot be resumed.
 */
export async function trainArm(options: ArmTrainingOptions): Promise<ArmTrainingResult> {
  const training = await ArmTraining.start(options);
  while (!training.done && !options.signal?.aborted) {
    training.iterate();
    await turnOfEventLoop(); // for Ctrl-C
    if (training.progress.iteration % (options.every ?? 500) === 0) await training.save();
  }
  const validation = await training.save();
  const { iteration, seconds } = training.progress;
  return { iterations: iteration, seconds, validation };
}

/** A meta-training under way. */
class ArmTraining {
  progress: TrainingProgress;
  readonly #options: ArmTrainingOptions;
  readonly #network: ArmNetwork;
  readonly #batch: number;
  readonly #iterations: number;
  readonly #checkpoint: string;
  readonly #trials: TwoTrials;
  readonly #state: ArmTrainingState;
  #started = 0;
  /** Errors of the iterations since the last point of the learning curve. */
  #recent: number[] = [];

  private constructor(options: ArmTrainingOptions, progress: TrainingProgress) {
    this.progress = progress;
    this.#options = options;
    this.#network = options.network ?? armNetwork;
    this.#batch = options.batch ?? 16;
    this.#iterations = options.iterations ?? 6000;
    this.#checkpoint = options.checkpoint ?? `${options.out}.checkpoint`;
    this.#trials = new TwoTrials(this.#network, lossWeights);
    const { parameters } = this.#trials;
    this.#state = { network: this.#network, parameters, adam: initialAdam(arraysOf(parameters)) };
  }

  static async start(options: ArmTrainingOptions): Promise<ArmTraining> {
    const seed = options.seed ?? 1;
    const training = new ArmTraining(options, { iteration: 0, seconds: 0, noisy: false, seed, curve: [] });
    if (options.resume && existsSync(training.#checkpoint)) {
      training.progress = await loadArmCheckpoint(training.#checkpoint, training.#state);
      const { iteration, seconds } = training.progress;
      options.onEvent?.({ type: 'resumed', iteration, seconds });
    } else {
      drawParameters(training.#trials.parameters, training.#network, new Random(seed));
    }
    training.#started = performance.now() - 1000 * training.progress.seconds;
    return training;
  }

  get done(): boolean {
    return this.#part >= 1;
  }

  /** Fraction of the budget that is used up: of the iterations or of the time, whichever is more. */
  get #part(): number {
    const byIterations = this.progress.iteration / this.#iterations;
    return Math.max(byIterations, this.#seconds / 60 / (this.#options.minutes ?? Infinity));
  }

  get #seconds(): number {
    return (performance.now() - this.#started) / 1000;
  }

  /** One batch: forward, back, and a step against the gradient. */
  iterate(): void {
    const { progress } = this;
    const { iteration, seed } = progress;
    const trials = this.#trials;
    const iterations = this.#iterations;
    const part = this.#part;
    if (!progress.noisy && part > FLOAT32_PART) {
      fitRanges(trials.parameters);
      progress.noisy = true;
    }
    const chip = progress.noisy && iteration % FLOAT32_EVERY !== 0;
    trials.setChip(chip ? Fidelity.noisy : Fidelity.float32, new Random(seed, iteration));
    const targets = Array.from({ length: this.#batch }, (_, index) =>
      drawMovement(MovementSet.training, seed, iteration * this.#batch + index, this.#network),
    );
    const error = (100 * trials.train(targets).error) / REACH;
    const rate = INITIAL_LEARNING_RATE * (1 - part);
    const [parameters, gradients] = [arraysOf(trials.parameters), arraysOf(trials.gradients)];
    const options = { maxNorm: MAX_GRADIENT, epsilonTo: 'raw' } as const;
    adamStep(parameters, gradients, this.#state.adam, () => rate, options);
    this.#recent.push(error);
    progress.iteration++;
    this.#options.onEvent?.({ type: 'iteration', iteration: iteration + 1, iterations, error, part });
  }

  /**
   * Validates and writes checkpoint and model. Adds a point to the learning curve if there were iterations
   * since the last.
   */
  async save(): Promise<ValidationErrors> {
    const { progress } = this;
    const { iteration } = progress;
    const options = this.#options;
    const network = this.#network;
    const recent = this.#recent;
    progress.seconds = this.#seconds;
    const validation = this.#validate();
    options.onEvent?.({ type: 'validation', iteration, errors: validation, seconds: progress.seconds });
    if (recent.length > 0) {
      const training = recent.reduce((sum, error) => sum + error, 0) / recent.length;
      progress.curve.push({ iteration, training, ...validation });
      this.#recent = [];
    }
    await saveArmCheckpoint(this.#checkpoint, this.#state, progress);
    const record = { command: options.command, batch: this.#batch, ...progress, validation };
    await saveArmModel(options.out, {
      description: { format: 1, task: 'arm', name: 'arm', joints: 2, network, training: record },
      parameters: arraysOf(this.#trials.parameters),
    });
    return validation;
  }

  #validate(): ValidationErrors {
    const { seed } = this.progress;
    const targets = Array.from({ length: VALIDATION_MOVEMENTS }, (_, index) =>
      drawMovement(MovementSet.validation, seed, index, this.#network),
    );
    const errorAt = (fidelity: Fidelity) => {
      this.#trials.setChip(fidelity, new Random(seed, VALIDATION_STREAM));
      return (100 * this.#trials.evaluate(targets).error) / REACH;
    };
    return {
      float32: errorAt(Fidelity.float32),
      levels: errorAt(Fidelity.levels),
      noisy: errorAt(Fidelity.noisy),
    };
  }
}
