import { Command, Option } from 'commander';
import {
  DataError,
  type Evaluation,
  type Model,
  DeviceLearner,
  checkSize,
  checkWays,
  decodePhoto,
  ensureFlashed,
  evaluateLearning,
  loadClasses,
  loadModel,
  loadOmniglot,
} from '../../runtime/index.js';
import { readFile } from 'node:fs/promises';
import type { Board } from '../../drivers/index.js';
import { withBoard } from '../board.js';
import { UsageError } from '../failure.js';
import { flashProgress } from '../flashing.js';
import {
  type BoardOptions,
  boardOption,
  jsonOption,
  seedOption,
  tokenOption,
  wholeNumber,
  alphabetsOption,
  countOption,
} from '../options.js';
import { percent, print, table } from '../output.js';
import { showProgress } from '../progress.js';

interface LearnOptions extends BoardOptions {
  data?: string[];
  alphabets?: string[];
  classes?: string;
  classify?: string[];
  ways: number;
  shots: number;
  queries: number;
  tasks: number;
  updates?: number;
  seed: number;
  json?: boolean;
}

export const learn = new Command('learn')
  .description('learn new classes on the device: many tasks from a data set, or your own images')
  .argument('<model>', 'model file (safetensors); flashed first where the board does not hold it')
  .option('--data <dir-or-zip...>', "drawings in Omniglot's layout: ALPHABET/characterNN/*.png")
  .addOption(alphabetsOption())
  .addOption(new Option('--classes <dir>', 'learn your own images: a folder a class').conflicts('data'))
  .option('--classify <file...>', 'images to recognise by what was learned from --classes')
  .addOption(countOption('--ways <n>', 'classes a task', 5))
  .addOption(countOption('--shots <n>', 'examples a class to learn from', 5))
  .addOption(countOption('--queries <n>', 'further examples a class to test with', 15))
  .addOption(countOption('--tasks <n>', 'tasks', 100))
  .addOption(
    new Option('--updates <n>', "updates a task; the model's own number where left out").argParser(
      wholeNumber(0),
    ),
  )
  .addOption(seedOption())
  .addOption(boardOption())
  .addOption(tokenOption())
  .addOption(jsonOption())
  .action(async (path: string, options: LearnOptions) => {
    const model = await loadModel(path);
    if (options.data) return learnTasks(model, options.data, options);
    if (options.classes) return learnOwn(model, options.classes, options);
    throw new UsageError(
      'Say what to learn from: --data with drawings, or --classes with a folder of your own images.',
    );
  });

async function learnTasks(model: Model, data: string[], options: LearnOptions): Promise<void> {
  const classes = await loadOmniglot(data, options.alphabets);
  checkSize(classes, options);
  const updates = options.updates ?? model.description.inner.updates;
  const evaluation = await withBoard(options, async (board) => {
    checkWays(model, board.information, options.ways);
    await flashFirst(board, model);
    const progress = showProgress('learning');
    return evaluateLearning(board, model, classes, {
      ...options,
      updates,
      onTask: (done, tasks, accuracy) => progress.update(done, tasks, `accuracy ${percent(accuracy)}`),
    }).finally(() => progress.end());
  });
  print(evaluation, describe(evaluation), options.json);
}

async function learnOwn(model: Model, folder: string, options: LearnOptions): Promise<void> {
  const classes = await loadClasses(folder);
  if (classes.length < 2)
    throw new DataError(`${folder} holds one class; make at least two folders, one a class.`);
  const files = options.classify ?? [];
  const drawings = await Promise.all(files.map(async (file) => decodePhoto(await readImage(file), file)));
  const support = classes.flatMap(({ drawings }, label) => drawings.map((drawing) => ({ drawing, label })));
  const episode = { classes: classes.map(({ name }) => name), support, query: support };
  const steps = {
    ...model.description.inner,
    ...(options.updates !== undefined && { updates: options.updates }),
  };
  const result = await withBoard(options, async (board) => {
    checkWays(model, board.information, classes.length);
    await flashFirst(board, model);
    const learner = await DeviceLearner.open(board, model);
    const { accuracies, devicesUpdated } = await learner.learn(episode, steps);
    const probabilities = await learner.classify(drawings);
    return {
      classes: classes.map(({ name, drawings }) => ({ name, drawings: drawings.length })),
      supportAccuracy: accuracies[accuracies.length - 1],
      devicesUpdated,
      multiplications: learner.multiplications,
      files: files.map((file, index) => ({ file, ...recognised(episode.classes, probabilities[index]) })),
    };
  });
  const rows = result.files.map(({ file, class: name, probabilities }) => [
    file,
    name,
    percent(probabilities[name]),
  ]);
  const learned = `Learned ${classes.length} classes from ${support.length} images, ${result.devicesUpdated} devices updated.`;
  print(
    result,
    [learned, ...(rows.length > 0 ? [table([['file', 'class', 'probability'], ...rows])] : [])].join('\n'),
    options.json,
  );
}

function recognised(classes: readonly string[], probabilities: Float32Array) {
  const best = probabilities.indexOf(Math.max(...probabilities));
  const byClass = Object.fromEntries(classes.map((name, label) => [name, probabilities[label]]));
  return { class: classes[best], probabilities: byClass };
}

async function readImage(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch {
    throw new DataError(`${file}: there is no such image to classify.`);
  }
}

async function flashFirst(board: Board, model: Model): Promise<void> {
  const { onEvent, end } = flashProgress();
  await ensureFlashed(board, model, { onEvent }).finally(end);
}

function describe({ accuracyPerUpdate, ...result }: Evaluation): string {
  const { float32, int4, device } = accuracyPerUpdate;
  const rows = device.map((accuracy, update) => [
    `${update}`,
    percent(float32[update]),
    percent(int4[update]),
    percent(accuracy),
  ]);
  return [
    table([['updates', 'software float32', 'software 4-bit', 'device'], ...rows]),
    `Accuracy on the device ${percent(result.accuracy)} +- ${percent(result.ci95)} over ${result.tasks} tasks, ${result.secondsPerTask.toFixed(2)} s a task;`,
    `${result.devicesUpdatedPerTask.toFixed(0)} devices updated a task, ${result.multiplications} vectors multiplied.`,
  ].join('\n');
}
