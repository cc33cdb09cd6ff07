import { existsSync } from 'node:fs';
import { Command, Option } from 'commander';
import {
  type ArmTrainingEvent,
  type ArmTrainingResult,
  trainArm,
  TrainingError,
} from '../../../training/index.js';
import { InterruptedError } from '../../terminal/failure.js';
import { interruptible } from '../../terminal/interruption.js';
import { wholeNumber } from '../../arguments.js';
import { checkOutput } from '../../files/output-file.js';
import { countOption, jsonOption, seedOption } from '../../options.js';
import { print, say } from '../../terminal/output.js';
import { type Progress, showProgress } from '../../terminal/progress.js';

interface TrainArmOptions {
  out: string;
  minutes?: number;
  iterations: number;
  resume?: boolean;
  seed: number;
  json?: boolean;
}

export const trainArmCommand = new Command('arm')
  .description('meta-train the spiking networks of the arm; Ctrl-C stops and keeps the model so far')
  .requiredOption('--out <file>', 'model file to write; the checkpoint is written beside it (required)')
  .addOption(countOption('--iterations <n>', 'number of batches of 16 movements', 6000))
  .addOption(
    new Option('--minutes <n>', 'stop after this many minutes, even if iterations are left').argParser(
      wholeNumber(1),
    ),
  )
  .option('--resume', 'continue from the checkpoint beside the model file')
  .addOption(seedOption())
  .addOption(jsonOption())
  .action(async (options: TrainArmOptions) => {
    const checkpoint = `${options.out}.checkpoint`;
    if (!options.resume && existsSync(checkpoint))
      throw new TrainingError(
        `${checkpoint} exists already; add --resume to continue from it, or remove it.`,
      );
    await checkOutput(options.out);
    const watch = new Watch();
    const { result, stopped } = await interruptible(async (signal) => {
      const result = await trainArm({
        ...options,
        command: `pcm ${process.argv.slice(2).join(' ')}`,
        signal,
        onEvent: (event) => watch.on(event),
      });
      return { result, stopped: signal.aborted };
    }).finally(() => watch.end());
    print({ out: options.out, ...result }, describe(options.out, result), options.json);
    if (stopped)
      throw new InterruptedError(`Stopped; the state is in ${checkpoint}: add --resume to continue.`);
  });

/** Shows a bar for the iterations, and a line for each validation. */
class Watch {
  #progress?: Progress;

  on(event: ArmTrainingEvent): void {
    if (event.type === 'iteration') {
      this.#progress ??= showProgress('training');
      this.#progress.update(
        Math.round(1000 * event.part),
        1000,
        `iteration ${event.iteration}, error ${event.error.toFixed(2)} %`,
      );
      return;
    }
    this.end();
    say(
      event.type === 'resumed'
        ? `Continuing after iteration ${event.iteration}.`
        : `Validation after iteration ${event.iteration}: ${errorsOf(event.errors)}.`,
    );
  }

  end(): void {
    this.#progress?.end();
    this.#progress = undefined;
  }
}

const errorsOf = ({ float32, levels, noisy }: ArmTrainingResult['validation']): string =>
  `${float32.toFixed(2)} % of the reach in float32, ${levels.toFixed(2)} % in 4 bits, ${noisy.toFixed(2)} % with the noise of the chip`;

function describe(out: string, { iterations, seconds, validation }: ArmTrainingResult): string {
  return [
    `${out} written after ${iterations} iterations and ${(seconds / 60).toFixed(0)} minutes.`,
    `Error on validation movements: ${errorsOf(validation)}.`,
  ].join('\n');
}
