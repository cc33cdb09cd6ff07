import { existsSync } from 'node:fs';
import { Command, Option } from 'commander';
import { loadModel, saveModel, writeWhole } from '../../../network/node/index.js';
import { omniglotSplit } from '../../../data/index.js';
import {
  type BackendName,
  backendNames,
  fourBitFrom,
  learningCurve,
  omniglotSchedule,
  testModel,
  type TestResult,
  TrainingError,
  type TrainingEvent,
  type TrainingResult,
  trainOmniglot,
} from '../../../training/index.js';
import { interruptible } from '../../terminal/interruption.js';
import { nonNegativeNumber, positiveNumber, wholeNumber } from '../../arguments.js';
import { checkOutput } from '../../files/output-file.js';
import { jsonOption, requiredDataOption, seedOption } from '../../options.js';
import { percent, percentWithin, print, say, table } from '../../terminal/output.js';
import { PhaseProgress } from '../../terminal/progress.js';
import { trainArmCommand } from './train-arm.js';

interface TrainOptions {
  data: string[];
  out: string;
  from?: string;
  minutes?: number;
  resume?: boolean;
  backend?: BackendName;
  threads?: number;
  seed: number;
  epochs: number;
  peakRate: number;
  metaSteps: number;
  weightNoise: number;
  testTasks: number;
  json?: boolean;
}

const number = (flags: string, description: string, min: number) =>
  new Option(flags, description).argParser(wholeNumber(min));

const omniglot = new Command('omniglot')
  .description(
    `meta-train on the alphabets ${omniglotSplit.train.join(', ')}; validate on ${omniglotSplit.validation.join(', ')}`,
  )
  .addOption(requiredDataOption())
  .requiredOption(
    '--out <file>',
    'model file to write; record, curve and checkpoint are written beside it (required)',
  )
  .addOption(number('--minutes <n>', 'stop after this many minutes, with the best model so far', 1))
  .option('--from <model>', 'start from the convolutions of this model instead of from random weights')
  .option('--resume', 'continue from the checkpoint beside the model file')
  .addOption(new Option('--backend <name>', 'backend of TensorFlow.js').choices(backendNames))
  .addOption(
    number('--threads <n>', 'maximum number of WebAssembly threads; the weights do not depend on it', 1),
  )
  .addOption(
    number('--epochs <n>', 'epochs of the warm start over all drawings', 1).default(
      omniglotSchedule.classifier.epochs,
    ),
  )
  .addOption(
    new Option('--peak-rate <x>', 'maximum learning rate of the warm start')
      .argParser(positiveNumber)
      .default(omniglotSchedule.classifier.peakRate),
  )
  .addOption(
    number('--meta-steps <n>', 'outer steps of meta-training', 0).default(omniglotSchedule.meta.steps),
  )
  .addOption(
    new Option(
      '--weight-noise <x>',
      "standard deviation of noise on the convolution weights while meta-training at 4 bits, relative to a filter's maximum weight; the chip needs none",
    )
      .argParser(nonNegativeNumber)
      .default(omniglotSchedule.meta.weightNoise),
  )
  .addOption(
    number('--test-tasks <n>', 'tasks from the test alphabets to test the model on at the end', 0).default(
      1000,
    ),
  )
  .addOption(seedOption())
  .addOption(jsonOption())
  .action(trainOn);

export const train = new Command('train')
  .description('meta-train a model off-chip, in software')
  .addCommand(omniglot)
  .addCommand(trainArmCommand);

async function trainOn(options: TrainOptions): Promise<void> {
  const checkpoint = `${options.out}.checkpoint`;
  if (!options.resume && existsSync(checkpoint))
    throw new TrainingError(`${checkpoint} exists already; add --resume to continue from it, or remove it.`);
  await checkOutput(options.out);
  const watch = new Watch();
  const from = options.from === undefined ? undefined : await loadModel(options.from);
  const result = await interruptible((signal) =>
    trainOmniglot({
      ...options,
      from,
      checkpoint,
      schedule: {
        ...omniglotSchedule,
        classifier: { ...omniglotSchedule.classifier, epochs: options.epochs, peakRate: options.peakRate },
        meta: { ...omniglotSchedule.meta, steps: options.metaSteps, weightNoise: options.weightNoise },
      },
      signal,
      onEvent: (event) => watch.on(event),
    }),
  ).finally(() => watch.end());
  if (result.reason === 'interrupted')
    throw new TrainingError(`Stopped; the state is in ${checkpoint}: add --resume to continue.`);
  await finish(result, watch, options);
}

async function finish(
  { model, state, reason }: TrainingResult,
  watch: Watch,
  options: TrainOptions,
): Promise<void> {
  if (!model || !state.best)
    throw new TrainingError(
      'The time was up before the first validation; give more --minutes and add --resume.',
    );
  await saveModel(options.out, model);
  await writeWhole(
    `${options.out}.svg`,
    learningCurve({ points: state.curve, fourBitFrom: fourBitFrom(state.schedule) }),
  );
  const test =
    options.testTasks > 0
      ? await testModel(model, options.data, { tasks: options.testTasks, seed: options.seed })
      : [];
  const { float32, int4, phase, step, rate } = state.best;
  const record = {
    out: options.out,
    iterations: watch.steps,
    reason,
    backend: state.backend,
    seed: state.seed,
    seconds: state.seconds,
    stepsPerSecond: watch.stepsPerSecond,
    validation: { float32, int4, phase, step, innerRate: rate, tasks: state.schedule.validationTasks },
    test,
    schedule: state.schedule,
    curve: state.curve,
  };
  await writeWhole(`${options.out}.json`, `${JSON.stringify(record, undefined, 2)}\n`);
  print(record, describe(record, test), options.json);
}

/** Names of the phases on progress bars. */
const phaseNames = { classifier: 'warm start', meta: 'meta-training' };

/** Shows a bar for each phase, and a line for each validation. */
class Watch {
  steps = 0;
  stepsPerSecond: Partial<Record<'classifier' | 'meta', number>> = {};
  readonly #progress = new PhaseProgress();

  on(event: TrainingEvent): void {
    if (event.type === 'step') {
      this.steps++;
      this.stepsPerSecond[event.phase] = event.stepsPerSecond;
      const note = `loss ${event.loss.toFixed(3)}, ${event.stepsPerSecond.toFixed(1)} steps per second, ${Math.ceil(event.secondsLeft / 60)} min left`;
      this.#progress.update(phaseNames[event.phase], event.step, event.steps, note);
    } else if (event.type === 'decoding') {
      this.#progress.update('decoding', event.done, event.total);
      if (event.done === event.total) this.end();
    } else if (event.type === 'start') {
      const verb = event.resumed ? 'Continuing' : 'Starting';
      say(`${verb} with ${event.drawings} drawings of ${event.classes} classes, backend ${event.backend}.`);
    } else if (event.type === 'validation') {
      this.end();
      say(
        `validation after step ${event.step} (${phaseNames[event.phase]}): ${percent(event.float32)} in float32, ${percent(event.int4)} in 4 bits${event.best ? ', the best so far' : ''}`,
      );
    }
  }

  end(): void {
    this.#progress.end();
  }
}

function describe(
  record: { out: string; validation: { float32: number; int4: number }; seconds: number; reason: string },
  test: TestResult[],
): string {
  const rows = test.map(({ ways, shots, float32, int4 }) => [
    `${ways}-way ${shots}-shot`,
    percentWithin(float32.accuracy, float32.ci95),
    percentWithin(int4.accuracy, int4.ci95),
  ]);
  return [
    `${record.out} written after ${(record.seconds / 60).toFixed(0)} minutes (${record.reason}).`,
    `Validation: ${percent(record.validation.float32)} in float32, ${percent(record.validation.int4)} in 4 bits.`,
    ...(rows.length > 0 ? [table([['test', 'software float32', 'software 4-bit'], ...rows])] : []),
  ].join('\n');
}
