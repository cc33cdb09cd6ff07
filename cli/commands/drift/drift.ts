import { appendFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import type { Board } from '../../../drivers/index.js';
import { Capability } from '../../../protocol/index.js';
import { DataError, type Model } from '../../../network/index.js';
import {
  driftExponents,
  type DriftMethodName,
  driftMethodNames,
  type DriftOptions,
  type DriftResult,
  ensureFlashed,
  followDrift,
  followRetention,
  overGlobal,
} from '../../../runtime/index.js';
import { loadModel, writeWhole } from '../../../network/node/index.js';
import { withBoard } from '../../board/board.js';
import { type AllowFaultsOptions, allowFaultsOption } from '../../board/soundness.js';
import { ensureCalibrated } from '../../board/calibrating.js';
import { readOmniglot } from '../../files/drawings.js';
import { takeUpStudy } from './drift-study.js';
import { UsageError } from '../../terminal/failure.js';
import { flashProgress } from '../../board/flashing.js';
import {
  type BoardOptions,
  boardOption,
  durations,
  duration,
  jsonOption,
  list,
  seedOption,
  tokenOption,
  wholeNumber,
  alphabetsOption,
  countOption,
} from '../../options.js';
import { formatDuration, percent, percentWithin, pointsWithin, print, table } from '../../terminal/output.js';
import { showProgress } from '../../terminal/progress.js';
import { type DriftPoint, type DriftSummary, driftPage, methodLabel } from '../../report/drift-page.js';

interface DriftCommandOptions extends BoardOptions, AllowFaultsOptions {
  data: string[];
  alphabets?: string[];
  times: number[];
  methods: DriftMethodName[];
  learnAt?: number;
  ways: number;
  shots: number;
  queries: number;
  tasks: number;
  updates?: number;
  budget: number;
  calibrate: boolean;
  record?: string;
  log?: string;
  out?: string;
  seed: number;
  json?: boolean;
}

export const drift = new Command('drift')
  .description('follow how a flashed model drifts, and how well it is compensated, over a year')
  .argument('<model>', 'model file (safetensors); flashed first where the board does not hold it')
  .requiredOption('--data <dir-or-zip...>', "drawings in Omniglot's layout: ALPHABET/characterNN/*.png")
  .addOption(alphabetsOption())
  .addOption(
    new Option('--times <list>', 'times after flashing; a board without a clock to advance is measured now')
      .argParser(durations)
      .default([0, 3600, 86_400, 30 * 86_400, 365 * 86_400], '0s,1h,1d,30d,1y'),
  )
  .addOption(
    new Option('--methods <list>', `of ${driftMethodNames.join(', ')}`)
      .argParser(methods)
      .default([...driftMethodNames], 'all'),
  )
  .addOption(
    new Option(
      '--learn-at <time>',
      'learn each task once at this age of the board, then follow it; times count from there',
    ).argParser(duration),
  )
  .addOption(countOption('--tasks <n>', 'tasks', 100))
  .addOption(countOption('--ways <n>', 'classes a task', 5))
  .addOption(countOption('--shots <n>', 'examples a class to learn from', 5))
  .addOption(countOption('--queries <n>', 'further examples a class to test with', 15))
  .addOption(
    new Option('--updates <n>', "updates a task; the model's own number where left out").argParser(
      wholeNumber(0),
    ),
  )
  .addOption(
    countOption(
      '--budget <n>',
      'probe vectors a layer that a method may spend each time; validated also spends drawings',
      256,
    ),
  )
  .option('--no-calibrate', 'leave a board that is not calibrated as it is')
  .option('--record <json>', 'keep what the fresh board answered here, and compare with it next time')
  .option('--log <jsonl>', 'append the results to this file, a line each, so that a long run is a cron job')
  .option('--out <html>', 'also write a page with the curves')
  .addOption(seedOption())
  .addOption(allowFaultsOption())
  .addOption(boardOption())
  .addOption(tokenOption())
  .addOption(jsonOption())
  .action(async (path: string, options: DriftCommandOptions) => {
    const model = await loadModel(path);
    const classes = await readOmniglot(options.data, options.alphabets);
    await withBoard(options, async (board) => {
      const { onEvent, end } = flashProgress();
      await ensureFlashed(board, model, { onEvent, requireSound: !options.allowFaults }).finally(end);
      if (options.calibrate) await ensureCalibrated(board, options.seed);
      const { study, age } = await takeUpStudy(board, model, options);
      const times = timesFor(board, options, age);
      const progress = showProgress('drifting');
      const settings: DriftOptions = {
        ...options,
        times,
        age,
        updates: options.updates ?? model.description.inner.updates,
        onProgress: (done, total, seconds, method) =>
          progress.update(done, total, `${formatDuration(seconds)} ${method}`),
      };
      const { learnAt } = options;
      const results = await (
        learnAt === undefined
          ? followDrift(study, classes, settings)
          : followRetention(study, classes, learnAt, settings)
      ).finally(() => progress.end());
      await report(board, model, options, results);
    });
  });

function methods(text: string): DriftMethodName[] {
  const names = list(text);
  const unknown = names.find((name) => !driftMethodNames.includes(name as DriftMethodName));
  if (names.length === 0 || unknown !== undefined)
    throw new UsageError(
      `There is no method '${unknown ?? ''}'; name some of ${driftMethodNames.join(', ')}.`,
    );
  return names as DriftMethodName[];
}

/** The times to measure at. Errors: `DataError` for times that have gone by; `UsageError` without a clock to advance. */
function timesFor(board: Board, { times, learnAt }: DriftCommandOptions, age: number): number[] {
  const emulated = (board.information.capabilities & Capability.emulator) !== 0;
  const sorted = [...new Set(times)].sort((one, other) => one - other);
  if (learnAt !== undefined) {
    if (!emulated)
      throw new UsageError('--learn-at needs a board whose clock can be advanced; leave it out here.');
    return sorted;
  }
  if (!emulated) return [age];
  if (sorted[0] < age)
    throw new DataError(
      `The board was recorded ${formatDuration(age)} ago; name later --times, or another file with --record.`,
    );
  return sorted;
}

async function report(
  board: Board,
  model: Model,
  options: DriftCommandOptions,
  results: readonly DriftResult[],
): Promise<void> {
  const { profile, serial, driftStart } = board.information;
  // A method that chooses between others may change its choice from one time to the next, and exponents compare two times.
  const chooses = (name: string) =>
    results.some(({ method, estimatedBy }) => method === name && estimatedBy !== name);
  const steady = options.methods.filter((name) => !chooses(name));
  const method = steady.includes('column') ? 'column' : (steady.at(-1) ?? options.methods[0]);
  const values = driftExponents(
    results.filter((result) => result.method === method),
    driftStart,
    options.learnAt,
  );
  const points = results.map((result): DriftPoint => {
    const { seconds, method, estimatedBy, accuracy, ci95, mvmErrorRms, probes } = result;
    const better = overGlobal(result, results);
    const point = { seconds, method, estimatedBy, accuracy, ci95, mvmErrorRms, probes };
    return { ...point, ...(better && { overGlobal: better }) };
  });
  const summary: DriftSummary = {
    model: model.description.name,
    profile,
    serial,
    ...(options.learnAt !== undefined && { learnAt: options.learnAt }),
    tasks: options.tasks,
    results: points,
    exponents: { method, values },
  };
  if (options.log !== undefined) {
    const at = new Date().toISOString();
    await appendFile(
      options.log,
      points
        .map((point) => `${JSON.stringify({ at, serial, model: model.description.name, ...point })}\n`)
        .join(''),
    );
  }
  if (options.out !== undefined) await writeWhole(options.out, driftPage(summary));
  print(summary, describe(points), options.json);
}

const describe = (points: DriftSummary['results']): string =>
  table([
    ['time', 'method', 'accuracy', 'over global (points)', 'error of multiplication', 'probes'],
    ...points.map(({ seconds, method, estimatedBy, accuracy, ci95, overGlobal, mvmErrorRms, probes }) => [
      formatDuration(seconds),
      methodLabel({ method, estimatedBy }),
      percentWithin(accuracy, ci95),
      overGlobal ? pointsWithin(overGlobal.difference, overGlobal.ci95) : '',
      percent(mvmErrorRms),
      `${probes}`,
    ]),
  ]);
