import { Option } from 'commander';
import {
  checkWays,
  chipOn,
  countBlank,
  DeviceLearner,
  learningWarnings,
  partingSentence,
  signalWarnings,
  SoftwareComparison,
} from '../../../runtime/index.js';
import { DataError, type Model } from '../../../network/index.js';
import { loadModel } from '../../../network/node/index.js';
import { withBoard } from '../../board/board.js';
import { signalsTable } from '../../board/signals.js';
import { allowFaultsOption } from '../../board/soundness.js';
import { readOwnClasses } from '../../files/drawings.js';
import { UsageError } from '../../terminal/failure.js';
import { flashFirst } from '../../board/flashing.js';
import {
  BoardCommand,
  alphabetsOption,
  dataOption,
  jsonOption,
  queriesOption,
  seedOption,
  shotsOption,
  tasksOption,
  updatesOption,
  waysOption,
} from '../../options.js';
import { readPhotos, recognise, recognitionTable } from './recognition.js';
import { type LearnTasksOptions, learnTasks } from './learn-tasks.js';
import { counted, print, warn } from '../../terminal/output.js';

interface LearnOptions extends LearnTasksOptions {
  data?: string[];
  classes?: string;
  classify?: string[];
}

export const learn = new BoardCommand('learn')
  .description(
    'learn new classes on the device: many tasks from a data set (--data), or your own images (--classes)',
  )
  .argument('<model>', 'model file (safetensors); flashed first if the board does not hold it')
  .addOption(dataOption())
  .addOption(alphabetsOption().conflicts('classes'))
  .addOption(
    new Option(
      '--classes <dir>',
      'your own images to learn: a subfolder per class; all are learned, so --ways and the like do not go with it',
    ).conflicts('data'),
  )
  .addOption(
    new Option('--classify <file...>', 'images to classify after learning --classes').conflicts('data'),
  )
  .addOption(tasksOption().conflicts('classes'))
  .addOption(waysOption().conflicts('classes'))
  .addOption(shotsOption().conflicts('classes'))
  .addOption(queriesOption().conflicts('classes'))
  .addOption(updatesOption())
  .addOption(
    new Option('--out <html>', 'also write a page with the accuracies; only with --data').conflicts(
      'classes',
    ),
  )
  .addOption(seedOption())
  .addOption(allowFaultsOption())
  .addBoardOptions()
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
    throw new DataError(`${folder} holds one class; make at least two subfolders, one per class.`);
  const files = options.classify ?? [];
  const drawings = await readPhotos(files);
  const support = classes.flatMap(({ drawings }, label) => drawings.map((drawing) => ({ drawing, label })));
  const episode = { classes: classes.map(({ name }) => name), support, query: support };
  const steps = {
    ...model.description.inner,
    ...(options.updates !== undefined && { updates: options.updates }),
  };
  const { isNoted, ...result } = await withBoard(options, async (board) => {
    checkWays(model, await chipOn(board), classes.length);
    await flashFirst(board, model, options);
    const learner = await DeviceLearner.open(board, model);
    const task = await learner.learn(episode, steps);
    const { accuracies, devicesUpdated, emptyUpdates } = task;
    const software = new SoftwareComparison(model);
    software.add(episode, steps, task);
    const { float32, int4 } = software.means;
    const isNoted = await learner.note(episode.classes);
    const probabilities = await learner.classify(drawings);
    return {
      classes: classes.map(({ name, drawings }) => ({ name, drawings: drawings.length })),
      supportAccuracy: accuracies[accuracies.length - 1],
      devicesUpdated,
      emptyUpdates,
      multiplications: learner.multiplications,
      software: { float32, int4 },
      parted: software.parted,
      layers: learner.signals,
      isNoted,
      files: recognise(episode.classes, files, probabilities),
    };
  });
  const learned = `Learned ${classes.length} classes from ${counted(support.length, 'image')}; ${counted(result.devicesUpdated, 'device')} updated.`;
  const own = [...support.map(({ drawing }) => drawing), ...drawings];
  const counts = {
    updates: steps.updates,
    emptyUpdates: result.emptyUpdates,
    drawings: own.length,
    blankDrawings: countBlank(own),
  };
  const warnings = [
    ...(result.parted ? [partingSentence(result.parted)] : []),
    ...signalWarnings(result.layers),
    ...learningWarnings(counts),
    ...(isNoted
      ? []
      : ["The names of the classes do not fit on the board; 'pcm classify' cannot use this task later."]),
  ];
  print(
    { ...result, warnings },
    [
      learned,
      signalsTable(result.layers),
      ...(files.length > 0 ? [recognitionTable(result.files)] : []),
    ].join('\n'),
    options.json,
  );
  warnings.forEach(warn);
}
