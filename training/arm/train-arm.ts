import { existsSync } from 'node:fs';
import {
  type ArmNetwork,
  type ArmParameters,
  drawMovement,
  leakOf,
  MovementSet,
  REACH,
} from '../../network/arm/index.js';
import { saveArmModel } from '../../network/node/index.js';
import { Random } from '../../network/index.js';
import { Adam } from './adam.js';
import { type TrainingProgress, type TrainingState, loadCheckpoint, saveCheckpoint } from './checkpoint.js';
import { Precision } from './spiking/crossbar.js';
import { type Parameters, drawParameters, fitRanges } from './parameters.js';
import { TwoTrials } from './spiking/two-trials.js';

const stepSeconds = 0.002;
const leak = leakOf(0.02, stepSeconds);

/** The network of the bundled model: 500 ms in steps of 2 ms, 224 + 20 of the 256 rows of a core. */
export const armNetwork: ArmNetwork = {
  steps: 250,
  stepSeconds,
  neurons: 224,
  clocks: 20,
  generatorNeurons: 256,
  target: {
    place: { count: 16, low: -1, high: 1, width: 1 },
    velocity: { count: 12, low: -5, high: 5, width: 1 },
  },
  leak,
  readoutLeak: leak,
  signalLeak: leak,
  refractorySteps: 2,
};

export const lossWeights = { velocity: 5e-4, rate: 1, greatestRate: 20 };
const greatestGradient = 1;
const initialLearningRate = 2e-3;
/** Part of the training that runs in float32 alone, before the levels and the noise of the chip come in. */
const float32Part = 0.1;
/** After it, one iteration of so many still runs in float32, so that the model is good in both. */
const float32Every = 4;
const validationMovements = 48;
/** Random stream of the noise in validations; those of the iterations count up from 0. */
const validationStream = 2 ** 31;

export interface ArmTrainingOptions {
  /** Model file to write. */
  out: string;
  iterations?: number;
  /** Budget of training time, all runs together; the learning rate falls to 0 as the budget or the iterations end. */
  minutes?: number;
  seed?: number;
  batch?: number;
  /** Continues from `checkpoint` if there is one. */
  resume?: boolean;
  /** Where to keep the state of the training; `out` with .checkpoint by default. */
  checkpoint?: string;
  /** Iterations between checkpoints with validation. */
  every?: number;
  network?: ArmNetwork;
  /** The command that is written into the training record. */
  command?: string;
  onEvent?: (event: ArmTrainingEvent) => void;
  signal?: AbortSignal;
}

/** Errors of the end effector on validation movements, in percent of the reach. */
export type ValidationErrors = Record<Precision, number>;

export type ArmTrainingEvent =
  | { type: 'resumed'; iteration: number; seconds: number }
  | { type: 'iteration'; iteration: number; iterations: number; error: number; part: number }
  | { type: 'validation'; iteration: number; errors: ValidationErrors; seconds: number };

export interface ArmTrainingResult {
  iterations: number;
  seconds: number;
  validation: ValidationErrors;
}

/** Meta-trains both networks and writes model and checkpoint; when aborted, it writes both as far as it has come. */
export async function trainArm(options: ArmTrainingOptions): Promise<ArmTrainingResult> {
  const training = await ArmTraining.start(options);
  while (!training.done && !options.signal?.aborted) {
    training.iterate();
    if (training.progress.iteration % (options.every ?? 500) === 0) await training.save();
  }
  const validation = await training.save();
  const { iteration, seconds } = training.progress;
  return { iterations: iteration, seconds, validation };
}

/** A meta-training under way. */
class ArmTraining {
  private readonly network: ArmNetwork;
  private readonly batch: number;
  private readonly iterations: number;
  private readonly checkpoint: string;
  private readonly trials: TwoTrials;
  private readonly state: TrainingState;
  private started = 0;
  /** Errors of the iterations since the last point of the learning curve. */
  private recent: number[] = [];

  private constructor(
    private readonly options: ArmTrainingOptions,
    public progress: TrainingProgress,
  ) {
    this.network = options.network ?? armNetwork;
    this.batch = options.batch ?? 16;
    this.iterations = options.iterations ?? 6000;
    this.checkpoint = options.checkpoint ?? `${options.out}.checkpoint`;
    this.trials = new TwoTrials(this.network, lossWeights);
    const { parameters } = this.trials;
    this.state = { network: this.network, parameters, adam: new Adam(parameters, greatestGradient) };
  }

  static async start(options: ArmTrainingOptions): Promise<ArmTraining> {
    const seed = options.seed ?? 1;
    const training = new ArmTraining(options, { iteration: 0, seconds: 0, noisy: false, seed, curve: [] });
    if (options.resume && existsSync(training.checkpoint)) {
      training.progress = await loadCheckpoint(training.checkpoint, training.state);
      const { iteration, seconds } = training.progress;
      options.onEvent?.({ type: 'resumed', iteration, seconds });
    } else {
      drawParameters(training.trials.parameters, training.network, new Random(seed));
    }
    training.started = performance.now() - 1000 * training.progress.seconds;
    return training;
  }

  get done(): boolean {
    return this.part >= 1;
  }

  /** Part of the budget that is used up, of iterations or minutes, whichever ends first. */
  private get part(): number {
    const { iterations, options } = this;
    return Math.max(this.progress.iteration / iterations, this.seconds / 60 / (options.minutes ?? Infinity));
  }

  private get seconds(): number {
    return (performance.now() - this.started) / 1000;
  }

  /** One batch, forward, back, and a step against the gradient. */
  iterate(): void {
    const { trials, network, batch, progress, iterations, part } = this;
    const { iteration, seed } = progress;
    if (!progress.noisy && part > float32Part) {
      fitRanges(trials.parameters);
      progress.noisy = true;
    }
    const chip = progress.noisy && iteration % float32Every !== 0;
    trials.setChip(chip ? Precision.noisy : Precision.float32, new Random(seed, iteration));
    const targets = Array.from({ length: batch }, (_, index) =>
      drawMovement(MovementSet.training, seed, iteration * batch + index, network),
    );
    const error = (100 * trials.train(targets).error) / REACH;
    this.state.adam.step(trials.gradients, initialLearningRate * (1 - part));
    this.recent.push(error);
    progress.iteration++;
    this.options.onEvent?.({ type: 'iteration', iteration: iteration + 1, iterations, error, part });
  }

  /** Adds a point to the learning curve, unless nothing was done since the last; writes checkpoint and model. */
  async save(): Promise<ValidationErrors> {
    const { progress, recent, options, batch, network, trials } = this;
    const { iteration } = progress;
    progress.seconds = this.seconds;
    const validation = this.validate();
    options.onEvent?.({ type: 'validation', iteration, errors: validation, seconds: progress.seconds });
    if (recent.length > 0) {
      const training = recent.reduce((sum, error) => sum + error, 0) / recent.length;
      progress.curve.push({ iteration, training, ...validation });
      this.recent = [];
    }
    await saveCheckpoint(this.checkpoint, this.state, progress);
    const record = { command: options.command, batch, ...progress, validation };
    await saveArmModel(options.out, {
      description: { format: 1, task: 'arm', name: 'arm', joints: 2, network, training: record },
      parameters: arraysOf(trials.parameters),
    });
    return validation;
  }

  private validate(): ValidationErrors {
    const { network, progress, trials } = this;
    const targets = Array.from({ length: validationMovements }, (_, index) =>
      drawMovement(MovementSet.validation, progress.seed, index, network),
    );
    const errorAt = (precision: Precision) => {
      trials.setChip(precision, new Random(progress.seed, validationStream));
      return (100 * trials.evaluate(targets).error) / REACH;
    };
    return {
      float32: errorAt(Precision.float32),
      levels: errorAt(Precision.levels),
      noisy: errorAt(Precision.noisy),
    };
  }
}

function arraysOf(parameters: Parameters): ArmParameters {
  const entries = Object.entries(parameters).map(([name, matrix]) => [name, matrix.data]);
  return Object.fromEntries(entries) as ArmParameters;
}
