import { existsSync } from 'node:fs';
import { Command, Option } from 'commander';
import {
  type ArmTrainingEvent,
  type ArmTrainingResult,
  trainArm,
  TrainingError,
} from '../../../training/index.js';
import { interruptible } from '../../terminal/interruption.js';
import { jsonOption, seedOption, wholeNumber } from '../../options.js';
import { print } from '../../terminal/output.js';
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
  .description('meta-train the spiking networks of the arm; Ctrl-C keeps what is reached')
  .requiredOption('--out <file>', 'model file to write; the checkpoint is written beside it')
  .addOption(
    new Option('--iterations <n>', 'batches of 16 movements').argParser(wholeNumber(1)).default(6000),
  )
  .addOption(
    new Option('--minutes <n>', 'end after so much training, if the iterations do not end before').argParser(
      wholeNumber(1),
    ),
  )
  .option('--resume', 'go on from the checkpoint beside the model file')
  .addOption(seedOption())
  .addOption(jsonOption())
  .action(async (options: TrainArmOptions) => {
    const checkpoint = `${options.out}.checkpoint`;
    if (!options.resume && existsSync(checkpoint))
      throw new TrainingError(`${checkpoint} is there already; add --resume to go on from it, or remove it.`);
    const watch = new Watch();
    const result = await interruptible((signal) =>
      trainArm({
        ...options,
        command: `pcm ${process.argv.slice(2).join(' ')}`,
        signal,
        onEvent: (event) => watch.on(event),
      }),
    ).finally(() => watch.end());
    print({ out: options.out, ...result }, describe(options.out, result), options.json);
  });

/** A bar for the iterations, and a line a validation. */
class Watch {
  private progress?: Progress;

  on(event: ArmTrainingEvent): void {
    if (event.type === 'iteration') {
      this.progress ??= showProgress('training');
      this.progress.update(
        Math.round(1000 * event.part),
        1000,
        `iteration ${event.iteration}, error ${event.error.toFixed(2)} %`,
      );
      return;
    }
    this.end();
    process.stderr.write(
      event.type === 'resumed'
        ? `Going on after iteration ${event.iteration}.\n`
        : `Validation after iteration ${event.iteration}: ${errorsOf(event.errors)}.\n`,
    );
  }

  end(): void {
    this.progress?.end();
    this.progress = undefined;
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
