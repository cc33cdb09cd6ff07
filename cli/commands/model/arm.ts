import { Option } from 'commander';
import type { Board } from '../../../drivers/index.js';
import { type ArmEvaluation, evaluateArm, streamMovement } from '../../../runtime/index.js';
import { type ArmModel, type LearnedMovement, REACH } from '../../../network/arm/index.js';
import { loadArmModel } from '../../../network/node/index.js';
import { OutputFile } from '../../files/output-file.js';
import { withBoard } from '../../board/board.js';
import { type AllowFaultsOptions, allowFaultsOption, warnOfRecordedFaults } from '../../board/soundness.js';
import { InterruptedError, UsageError } from '../../terminal/failure.js';
import { interruptible } from '../../terminal/interruption.js';
import { flashProgress } from '../../board/flashing.js';
import { type LineTarget, openLineTarget } from '../../terminal/line-target.js';
import { wholeNumber } from '../../arguments.js';
import { BoardCommand, type BoardOptions, countOption, jsonOption, seedOption } from '../../options.js';
import { counted, print, say, table } from '../../terminal/output.js';
import { type Progress, showProgress } from '../../terminal/progress.js';
import { armPage } from '../../report/arm-page.js';

interface ArmOptions extends BoardOptions, AllowFaultsOptions {
  trajectories: number;
  copies?: number;
  out?: string;
  stream?: string;
  seed: number;
  json?: boolean;
}

/** Number of movements on the page. */
const SHOWN_MOVEMENTS = 6;

export const arm = new BoardCommand('arm')
  .description('learn movements of a two-joint arm with a spiking network on the chip, each in one update')
  .argument('<model>', 'model file (safetensors); flashed first if the board does not hold it')
  .addOption(countOption('--trajectories <n>', 'number of movements, all new to the model', 100))
  .addOption(
    new Option('--copies <n>', 'copies of the weights, one per core; one on each core by default').argParser(
      wholeNumber(1),
    ),
  )
  .option('--out <html>', 'also write a page: the arm, the networks, the chip')
  .option(
    '--stream <target>',
    'stream joint angles in real time: to ndjson (stdout), or serial:PATH?baudRate=N',
  )
  .addOption(seedOption())
  .addOption(allowFaultsOption())
  .addBoardOptions()
  .addOption(jsonOption())
  .action(async (path: string, options: ArmOptions) => {
    if (options.json && options.stream === 'ndjson')
      throw new UsageError(
        '--json and --stream ndjson both write to standard output; leave out one of them.',
      );
    const model = await loadArmModel(path);
    await using page = await OutputFile.open(options.out);
    const target = options.stream === undefined ? undefined : await openLineTarget(options.stream);
    try {
      const result = await withBoard(options, (board) => learnMovements(board, model, options, target));
      const { evaluation } = result;
      if (options.stream === 'ndjson') say(describe(evaluation));
      else print(evaluation, describe(evaluation), options.json);
      await page.write(() => armPage({ model, ...result }));
      if (evaluation.trajectories < options.trajectories)
        throw new InterruptedError(
          `Stopped after ${evaluation.trajectories} of ${counted(options.trajectories, 'movement')}; the figures are for those.`,
        );
    } finally {
      await target?.close();
    }
  });

async function learnMovements(
  board: Board,
  model: ArmModel,
  options: ArmOptions,
  target: LineTarget | undefined,
) {
  const { onEvent, end } = flashProgress();
  let progress: Progress | undefined;
  const errors: { before: number; after: number }[] = [];
  const shown: LearnedMovement[] = [];
  const onTrajectory = async (done: number, learned: LearnedMovement, errorAfter: number) => {
    end();
    errors.push({ before: (100 * learned.before.error) / REACH, after: errorAfter });
    if (shown.length < SHOWN_MOVEMENTS) shown.push(learned);
    progress ??= showProgress('movements');
    progress.update(done, options.trajectories, `error ${errorAfter.toFixed(2)} % of the reach`);
    const { stepSeconds } = model.description.network;
    if (target) {
      await streamMovement(done - 1, learned.after.movement, stepSeconds, (line) => target.write(line));
    }
  };
  try {
    const evaluation = await interruptible((signal) =>
      evaluateArm(board, model, {
        ...options,
        signal,
        onEvent,
        requireSound: !options.allowFaults,
        onTrajectory,
      }),
    );
    await warnOfRecordedFaults(board);
    return { evaluation, errors, shown };
  } finally {
    end();
    progress?.end();
  }
}

function describe(evaluation: ArmEvaluation): string {
  const { distribution, trajectories, errorBefore, devicesUpdated, pairsUpdated, copies } = evaluation;
  const percent = (error: number) => `${error.toFixed(2)} %`;
  const rows = (['float32', 'int4', 'device'] as const).map((network) => {
    const { mean, median, percentile90, maximum } = distribution[network];
    const name = { float32: 'software float32', int4: 'software 4-bit', device: 'device' }[network];
    return [name, ...[mean, median, percentile90, maximum].map(percent)];
  });
  return [
    `Error of the end effector over ${counted(trajectories, 'movement')}, in percent of the reach. Before the update: ${percent(errorBefore)}.`,
    table([['after one update', 'mean', 'median', '90th percentile', 'maximum'], ...rows]),
    `Per update: ${devicesUpdated.toFixed(0)} devices reprogrammed, ${(100 * pairsUpdated).toFixed(1)} % of the pairs. The board holds ${copies} ${copies === 1 ? 'copy' : 'copies'} of the weights.`,
  ].join('\n');
}
