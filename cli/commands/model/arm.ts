import { Command, Option } from 'commander';
import type { Board } from '../../../drivers/index.js';
import { type ArmEvaluation, evaluateArm, streamMovement } from '../../../runtime/index.js';
import { type ArmModel, type LearnedMovement, REACH } from '../../../network/arm/index.js';
import { loadArmModel, writeWhole } from '../../../network/node/index.js';
import { withBoard } from '../../board/board.js';
import { type AllowFaultsOptions, allowFaultsOption } from '../../board/soundness.js';
import { UsageError } from '../../terminal/failure.js';
import { flashProgress } from '../../board/flashing.js';
import { type LineTarget, openLineTarget } from '../../terminal/line-target.js';
import {
  type BoardOptions,
  boardOption,
  jsonOption,
  seedOption,
  tokenOption,
  wholeNumber,
} from '../../options.js';
import { print, table } from '../../terminal/output.js';
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

/** Movements that the page shows. */
const shownMovements = 6;

export const arm = new Command('arm')
  .description('a spiking network on the chip learns movements of a two-joint arm, each by one update')
  .argument('<model>', 'model file (safetensors); flashed first where the board does not hold it')
  .addOption(
    new Option('--trajectories <n>', 'movements that the model has never seen')
      .argParser(wholeNumber(1))
      .default(100),
  )
  .addOption(
    new Option('--copies <n>', 'copies of the weights, one a core; as many as there are cores').argParser(
      wholeNumber(1),
    ),
  )
  .option('--out <html>', 'page to write: the arm, the networks, the chip')
  .option('--stream <target>', 'ndjson, or serial:PATH?baudRate=N: emit joint angles at the pace of the arm')
  .addOption(seedOption())
  .addOption(allowFaultsOption())
  .addOption(boardOption())
  .addOption(tokenOption())
  .addOption(jsonOption())
  .action(async (path: string, options: ArmOptions) => {
    if (options.json && options.stream === 'ndjson')
      throw new UsageError('--json and --stream ndjson both want standard output; leave out one of them.');
    const model = await loadArmModel(path);
    const target = options.stream === undefined ? undefined : await openLineTarget(options.stream);
    try {
      const result = await withBoard(options, (board) => learnMovements(board, model, options, target));
      if (options.out) await writeWhole(options.out, armPage({ model, ...result }));
      const { evaluation } = result;
      if (options.stream === 'ndjson') process.stderr.write(`${describe(evaluation)}\n`);
      else print(evaluation, describe(evaluation), options.json);
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
    if (shown.length < shownMovements) shown.push(learned);
    progress ??= showProgress('movements');
    progress.update(done, options.trajectories, `error ${errorAfter.toFixed(2)} % of the reach`);
    const { stepSeconds } = model.description.network;
    if (target) {
      await streamMovement(done - 1, learned.after.movement, stepSeconds, (line) => target.write(line));
    }
  };
  try {
    const evaluation = await evaluateArm(board, model, {
      ...options,
      onEvent,
      requireSound: !options.allowFaults,
      onTrajectory,
    });
    return { evaluation, errors, shown };
  } finally {
    end();
    progress?.end();
  }
}

function describe(evaluation: ArmEvaluation): string {
  const { distribution, trajectories, errorBefore, devicesUpdated, pairsUpdated, copies } = evaluation;
  const percent = (error: number) => `${error.toFixed(2)} %`;
  const rows = (['float32', 'int4', 'device'] as const).map((where) => {
    const { mean, median, percentile90, maximum } = distribution[where];
    const name = { float32: 'software float32', int4: 'software 4-bit', device: 'device' }[where];
    return [name, ...[mean, median, percentile90, maximum].map(percent)];
  });
  return [
    `Error of the end effector over ${trajectories} movements, in percent of the reach; before the update ${percent(errorBefore)}.`,
    table([['after one update', 'mean', 'median', '90th percentile', 'greatest'], ...rows]),
    `${devicesUpdated.toFixed(0)} devices re-programmed an update, ${(100 * pairsUpdated).toFixed(1)} % of the pairs, ${copies} ${copies === 1 ? 'copy' : 'copies'} of the weights.`,
  ].join('\n');
}
