import { Command, Option } from 'commander';
import { checkWays, DeviceLearner, ensureFlashed } from '../../../runtime/index.js';
import { DataError, type Model } from '../../../network/index.js';
import { decodePhoto } from '../../../data/node/index.js';
import { loadModel } from '../../../network/node/index.js';
import type { Board } from '../../../drivers/index.js';
import { readFile } from 'node:fs/promises';
import { withBoard } from '../../board/board.js';
import { type AllowFaultsOptions, allowFaultsOption } from '../../board/soundness.js';
import { readOwnClasses } from '../../files/drawings.js';
import { UsageError } from '../../terminal/failure.js';
import { flashProgress } from '../../board/flashing.js';
import {
  boardOption,
  jsonOption,
  seedOption,
  tokenOption,
  wholeNumber,
  alphabetsOption,
  countOption,
} from '../../options.js';
import { type LearnTasksOptions, learnTasks } from './learn-tasks.js';
import { percent, print, table } from '../../terminal/output.js';

interface LearnOptions extends LearnTasksOptions {
  data?: string[];
  classes?: string;
  classify?: string[];
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
  .addOption(
    new Option('--out <html>', 'also write a page with the accuracies of --data').conflicts('classes'),
  )
  .addOption(seedOption())
  .addOption(allowFaultsOption())
  .addOption(boardOption())
  .addOption(tokenOption())
  .addOption(jsonOption())
  .action(async (path: string, options: LearnOptions) => {
    const model = await loadModel(path);
    if (options.data) return learnTasks(model, path, options.data, options);
    if (options.classes) return learnOwn(model, options.classes, options);
    throw new UsageError(
      'Say what to learn from: --data with drawings, or --classes with a folder of your own images.',
    );
  });

async function learnOwn(model: Model, folder: string, options: LearnOptions): Promise<void> {
  const classes = await readOwnClasses(folder);
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
    await flashFirst(board, model, options);
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

async function flashFirst(board: Board, model: Model, options: AllowFaultsOptions): Promise<void> {
  const { onEvent, end } = flashProgress();
  await ensureFlashed(board, model, { onEvent, requireSound: !options.allowFaults }).finally(end);
}
