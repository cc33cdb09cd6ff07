import { checkSize, type EpisodeSize, type Model } from '../../../network/index.js';
import {
  checkWays,
  chipOn,
  evaluateLearning,
  type Evaluation,
  learningWarnings,
  partingSentence,
  signalWarnings,
} from '../../../runtime/index.js';
import { withBoard } from '../../board/board.js';
import type { AllowFaultsOptions } from '../../board/soundness.js';
import { readOmniglot } from '../../files/drawings.js';
import { OutputFile } from '../../files/output-file.js';
import { InterruptedError } from '../../terminal/failure.js';
import { flashFirst } from '../../board/flashing.js';
import { interruptible } from '../../terminal/interruption.js';
import type { BoardOptions } from '../../options.js';
import { signalsTable } from '../../board/signals.js';
import { counted, percent, percentWithin, pointsWithin, print, table, warn } from '../../terminal/output.js';
import { showProgress } from '../../terminal/progress.js';
import { learnPage } from '../../report/learn-page.js';
import { networkNames, networks } from '../../report/figures/series.js';
import { learningCurveOf } from '../../files/training-record.js';

export interface LearnTasksOptions extends BoardOptions, AllowFaultsOptions, EpisodeSize {
  alphabets?: string[];
  tasks: number;
  updates?: number;
  seed: number;
  /** Path of the page to write. */
  out?: string;
  json?: boolean;
}

/**
 * `pcm learn MODEL --data`: learns many tasks on the device and in software. On Ctrl-C it completes the
 * current task and prints the figures up to then. Errors: `InterruptedError` once they are printed.
 */
export async function learnTasks(
  model: Model,
  path: string,
  data: string[],
  options: LearnTasksOptions,
): Promise<void> {
  await using page = await OutputFile.open(options.out);
  const classes = await readOmniglot(data, options.alphabets);
  checkSize(classes, options);
  const updates = options.updates ?? model.description.inner.updates;
  const { board, evaluation, accuracies } = await withBoard(options, async (board) => {
    checkWays(model, await chipOn(board), options.ways);
    await flashFirst(board, model, options);
    const progress = showProgress('learning');
    let parted = false;
    const evaluated = await interruptible((signal) =>
      evaluateLearning(board, model, classes, {
        ...options,
        updates,
        signal,
        onTask: (done, tasks, accuracy, { parted: parting, minusFloat32 }) => {
          if (parting && !parted) progress.warn(partingSentence(parting));
          parted = parting !== null;
          const { difference, ci95 } = minusFloat32;
          const note = `accuracy ${percent(accuracy)}, ${pointsWithin(difference, ci95)} vs float32`;
          progress.update(done, tasks, note);
        },
      }),
    ).finally(() => progress.end());
    return { board: board.information, ...evaluated };
  });
  const shown = [
    ...signalWarnings(evaluation.layers),
    ...learningWarnings({ ...evaluation, updates: updates * evaluation.tasks }),
  ];
  const warnings = [...(evaluation.parted ? [partingSentence(evaluation.parted)] : []), ...shown];
  print({ ...evaluation, warnings }, describe(evaluation), options.json);
  shown.forEach(warn);
  const { alphabets, seed } = options;
  const curve = await learningCurveOf(model, path);
  await page.write(() =>
    learnPage({
      model,
      board,
      evaluation,
      accuracies,
      updates,
      alphabets,
      size: options,
      seed,
      warnings,
      curve,
    }),
  );
  if (evaluation.tasks < options.tasks)
    throw new InterruptedError(
      `Stopped after ${evaluation.tasks} of ${counted(options.tasks, 'task')}; the figures are for those.`,
    );
}

function describe({ accuracyPerUpdate, ci95PerUpdate, ...result }: Evaluation): string {
  const rows = accuracyPerUpdate.device.map((_, update) => [
    `${update}`,
    ...networkNames.map((key) => percentWithin(accuracyPerUpdate[key][update], ci95PerUpdate[key][update])),
  ]);
  const { accuracy, ci95 } = result.deviceMinusFloat32;
  return [
    table([['updates', ...networkNames.map((key) => networks[key].name)], ...rows]),
    `Accuracies with 95 % confidence intervals over ${counted(result.tasks, 'task')}. Device minus float32, task by task: ${pointsWithin(accuracy, ci95)} points.`,
    `Per task: ${counted(result.devicesUpdatedPerTask, 'device')} updated, ${result.secondsPerTask.toFixed(2)} s on the device. In total: ${counted(result.multiplications, 'vector')} multiplied.`,
    signalsTable(result.layers),
  ].join('\n');
}
