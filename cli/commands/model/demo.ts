import { Option } from 'commander';
import type { Board } from '../../../drivers/index.js';
import { DeviceLearner, flash, type LearnedTask, planOn } from '../../../runtime/index.js';
import {
  type DrawingClass,
  type Episode,
  type Model,
  Random,
  sampleEpisode,
  SoftwareNetwork,
} from '../../../network/index.js';
import { drawStrokes } from '../../../data/index.js';
import { bundledModels, loadModel } from '../../../network/node/index.js';
import { OutputFile } from '../../files/output-file.js';
import { withBoard } from '../../board/board.js';
import { readOmniglot } from '../../files/drawings.js';
import { type AllowFaultsOptions, allowFaultsOption, endSound } from '../../board/soundness.js';
import { flashProgress } from '../../board/flashing.js';
import {
  BoardCommand,
  type BoardOptions,
  alphabetsOption,
  dataOption,
  jsonOption,
  seedOption,
} from '../../options.js';
import { percent, print, table } from '../../terminal/output.js';
import { showProgress } from '../../terminal/progress.js';
import type { CoreMap } from '../../report/figures/core-map.js';
import { demoPage } from '../../report/demo-page.js';
import { wholeCore } from '../../board/whole-core.js';

interface DemoOptions extends BoardOptions, AllowFaultsOptions {
  model: string;
  data?: string[];
  alphabets?: string[];
  seed: number;
  out: string;
  json?: boolean;
}

/** As in the paper: five classes with five examples each, and fifteen more to test with. */
const size = { ways: 5, shots: 5, queries: 15 };

export const demo = new BoardCommand('demo')
  .description(
    'a first look: flash the bundled model, learn five new classes on the device, write a page about it',
  )
  .addOption(
    new Option('--model <file>', 'model file (safetensors)').default(bundledModels.omniglot, 'bundled model'),
  )
  .addOption(dataOption("real drawings in Omniglot's layout instead of invented ones"))
  .addOption(alphabetsOption())
  .option('--out <html>', 'page to write', 'pcm-demo.html')
  .addOption(seedOption())
  .addOption(allowFaultsOption())
  .addBoardOptions()
  .addOption(jsonOption())
  .action(async (options: DemoOptions) => {
    const model = await loadModel(options.model);
    await using page = await OutputFile.open(options.out);
    const classes = await drawingsFor(options);
    const episode = sampleEpisode(classes, size, new Random(options.seed));
    const software = learnInSoftware(model, episode);
    const { task, cores, seconds } = await withBoard(options, (board) =>
      learnOnBoard(board, model, episode, options),
    );
    const accuracies = { ...software, device: task.accuracies };
    const kind = options.data ? 'real drawings' : 'invented characters';
    const result = {
      accuracies,
      devicesUpdated: task.devicesUpdated,
      classes: episode.classes,
      page: options.out,
      seconds,
    };
    print(result, describe(accuracies, task, options.out), options.json);
    await page.write(() => demoPage({ model, kind, episode, task, accuracies, cores, seconds }));
  });

function drawingsFor({ data, alphabets, seed }: DemoOptions): DrawingClass[] | Promise<DrawingClass[]> {
  return data
    ? readOmniglot(data, alphabets)
    : drawStrokes({ classes: 20, drawings: size.shots + size.queries, seed });
}

function learnInSoftware(model: Model, episode: Episode): { float32: number[]; int4: number[] } {
  const progress = showProgress('in software');
  const [float32, int4] = (['float32', 'int4'] as const).map((precision, index) => {
    const { accuracies } = new SoftwareNetwork(model, precision).learn(episode);
    progress.update(index + 1, 2);
    return accuracies;
  });
  progress.end();
  return { float32, int4 };
}

async function learnOnBoard(
  board: Board,
  model: Model,
  episode: Episode,
  { allowFaults }: AllowFaultsOptions,
): Promise<{ task: LearnedTask; cores: CoreMap[]; seconds: number }> {
  const { onEvent, end } = flashProgress();
  const report = await flash(board, model, { onEvent }).finally(end);
  endSound(report, { allowFaults });
  const begin = performance.now();
  const learner = await DeviceLearner.open(board, model);
  const progress = showProgress('learning');
  const { updates } = model.description.inner;
  const onUpdate = (update: number, accuracy: number) =>
    progress.update(update + 1, updates + 1, `accuracy ${percent(accuracy)}`);
  const task = await learner.learn(episode, undefined, onUpdate).finally(() => progress.end());
  const seconds = (performance.now() - begin) / 1000;
  return { task, cores: await readCores(board, model), seconds };
}

async function readCores(board: Board, model: Model): Promise<CoreMap[]> {
  const { placements } = await planOn(board, model);
  const maps: CoreMap[] = [];
  for (let core = 0; core < board.information.cores; core++) {
    const window = wholeCore(board, core);
    const layers = placements.flatMap(({ shape, tiles }) =>
      tiles
        .filter((tile) => core >= tile.core && core < tile.core + tile.cores)
        .map((tile) => ({ name: shape.layer.name, ...tile.window })),
    );
    const { conductanceMax } = board.information;
    maps.push({ core, ...window, conductanceMax, conductances: await board.read(core, window), layers });
  }
  return maps;
}

function describe(
  { float32, int4, device }: Record<'float32' | 'int4' | 'device', number[]>,
  { devicesUpdated }: LearnedTask,
  page: string,
): string {
  const rows = device.map((accuracy, update) => [
    update === 0 ? 'before' : `after update ${update}`,
    percent(float32[update]),
    percent(int4[update]),
    percent(accuracy),
  ]);
  return [
    '',
    table([['', 'software float32', 'software 4-bit', 'device'], ...rows]),
    '',
    `Five new classes learned from five examples each; ${devicesUpdated} devices updated. Open ${page} in a browser.`,
  ].join('\n');
}
