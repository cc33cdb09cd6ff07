import { Option } from 'commander';
import type { Board } from '../../../drivers/index.js';
import { Capability } from '../../../protocol/index.js';
import { DataError, type Model } from '../../../network/index.js';
import {
  driftExponents,
  type DriftMethodName,
  driftMethodNames,
  type DriftOptions,
  type DriftResult,
  followDrift,
  followRetention,
  overGlobal,
} from '../../../runtime/index.js';
import { loadModel } from '../../../network/node/index.js';
import { withBoard } from '../../board/board.js';
import { type AllowFaultsOptions, allowFaultsOption } from '../../board/soundness.js';
import { ensureCalibrated } from '../../board/calibrating.js';
import { readOmniglot } from '../../files/drawings.js';
import { checkOutput, openLog, OutputFile } from '../../files/output-file.js';
import { takeUpStudy } from './drift-study.js';
import { InterruptedError, UsageError } from '../../terminal/failure.js';
import { interruptible } from '../../terminal/interruption.js';
import { flashFirst } from '../../board/flashing.js';
import { duration, durations, list } from '../../arguments.js';
import {
  BoardCommand,
  type BoardOptions,
  alphabetsOption,
  countOption,
  jsonOption,
  queriesOption,
  requiredDataOption,
  seedOption,
  shotsOption,
  tasksOption,
  updatesOption,
  waysOption,
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

export const drift = new BoardCommand('drift')
  .description('measure how a flashed model drifts over a year, and how well it is compensated')
  .argument('<model>', 'model file (safetensors); flashed first if the board does not hold it')
  .addOption(requiredDataOption())
  .addOption(alphabetsOption())
  .addOption(
    new Option(
      '--times <list>',
      'times after flashing; a board whose clock cannot be advanced is measured now',
    )
      .argParser(durations)
      .default([0, 3600, 86_400, 30 * 86_400, 365 * 86_400], '0s,1h,1d,30d,1y'),
  )
  .addOption(
    new Option('--methods <list>', `compensation methods: some of ${driftMethodNames.join(', ')}`)
      .argParser(methods)
      .default([...driftMethodNames], 'all'),
  )
  .addOption(
    new Option(
      '--learn-at <time>',
      'learn each task once, at this time after flashing, and test it at --times after that',
    ).argParser(duration),
  )
  .addOption(tasksOption())
  .addOption(waysOption())
  .addOption(shotsOption())
  .addOption(queriesOption())
  .addOption(updatesOption())
  .addOption(
    countOption(
      '--budget <n>',
      'probe vectors per layer that a method may use at each time; validated also uses drawings',
      256,
    ),
  )
  .option('--no-calibrate', 'do not calibrate a board that is not calibrated')
  .option(
    '--record <json>',
    'keep the answers of the fresh board in this file, and compare with them in later runs',
  )
  .option('--log <jsonl>', 'append the results to this file, one JSON line each; useful with cron')
  .option('--out <html>', 'also write a page with the curves')
  .addOption(seedOption())
  .addOption(allowFaultsOption())
  .addBoardOptions()
  .addOption(jsonOption())
  .action(async (path: string, options: DriftCommandOptions) => {
    const model = await loadModel(path);
    await using page = await OutputFile.open(options.out);
    await using log = await openLog(options.log);
    await checkOutput(options.record);
    const classes = await readOmniglot(options.data, options.alphabets);
    await withBoard(options, async (board) => {
      await flashFirst(board, model, options);
      if (options.calibrate) await ensureCalibrated(board, options.seed);
      const { study, age } = await takeUpStudy(board, model, options);
      const times = timesFor(board, options, age);
      const progress = showProgress('measuring');
      const settings: DriftOptions = {
        ...options,
        times,
        age,
        updates: options.updates ?? model.description.inner.updates,
        onProgress: (done, total, seconds, method) =>
          progress.update(done, total, `${formatDuration(seconds)} ${method}`),
      };
      const { learnAt } = options;
      const { results, stopped } = await interruptible(async (signal) => {
        const interruptibly = { ...settings, signal };
        const results = await (learnAt === undefined
          ? followDrift(study, classes, interruptibly)
          : followRetention(study, classes, learnAt, interruptibly));
        return { results, stopped: signal.aborted };
      }).finally(() => progress.end());
      const summary = summarise(board, model, options, results);
      print(summary, describe(summary.results), options.json);
      const at = new Date().toISOString();
      const { serial, model: name } = summary;
      const lines = summary.results.map((point) => JSON.stringify({ at, serial, model: name, ...point }));
      await log?.append(`${lines.join('\n')}\n`);
      await page.write(() => driftPage(summary));
      if (stopped)
        throw new InterruptedError('Stopped; the figures are for the times and methods that were measured.');
    });
  });

function methods(text: string): DriftMethodName[] {
  const names = list(text);
  const unknown = names.find((name) => !driftMethodNames.includes(name as DriftMethodName));
  if (unknown !== undefined)
    throw new UsageError(
      `There is no method '${unknown}'; name one or more of ${driftMethodNames.join(', ')}.`,
    );
  return names as DriftMethodName[];
}

/**
 * The times to measure at. Errors: `DataError` for times that are past; `UsageError` for --learn-at on a real
 * clock.
 */
function timesFor(board: Board, { times, learnAt }: DriftCommandOptions, age: number): number[] {
  const emulated = (board.information.capabilities & Capability.emulator) !== 0;
  const sorted = [...new Set(times)].sort((one, other) => one - other);
  if (learnAt !== undefined) {
    if (!emulated)
      throw new UsageError(
        '--learn-at needs a board whose clock can be advanced; leave it out for this one.',
      );
    return sorted;
  }
  if (!emulated) return [age];
  if (sorted[0] < age)
    throw new DataError(
      `The board was recorded ${formatDuration(age)} ago; name later --times, or another file with --record.`,
    );
  return sorted;
}

function summarise(
  board: Board,
  model: Model,
  options: DriftCommandOptions,
  results: readonly DriftResult[],
): DriftSummary {
  const { profile, serial, driftStart } = board.information;
  // An exponent compares two times, between which a method that chooses among others may change its choice.
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
  return {
    model: model.description.name,
    profile,
    serial,
    ...(options.learnAt !== undefined && { learnAt: options.learnAt }),
    tasks: results[0].accuracies.length,
    results: points,
    exponents: { method, values },
  };
}

const describe = (points: DriftSummary['results']): string =>
  `${resultTable(points)}
Over global: percentage points more than the method global.
Error: of a multiplication, RMS. Probes: vectors multiplied to estimate.`;

const resultTable = (points: DriftSummary['results']): string =>
  table([
    ['time', 'method', 'accuracy', 'over global', 'error', 'probes'],
    ...points.map(({ seconds, method, estimatedBy, accuracy, ci95, overGlobal, mvmErrorRms, probes }) => [
      formatDuration(seconds),
      methodLabel({ method, estimatedBy }),
      percentWithin(accuracy, ci95),
      overGlobal ? pointsWithin(overGlobal.difference, overGlobal.ci95) : '',
      percent(mvmErrorRms),
      `${probes}`,
    ]),
  ]);
