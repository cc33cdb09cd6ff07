// Compares compensation methods task by task on several chips:
// node dist/bench/runtime/drift-methods.js --help
import { Command } from 'commander';
import { openBoard } from '../../boards/index.js';
import { inventCharacters } from '../../data/index.js';
import { loadOmniglot } from '../../data/node/index.js';
import { halfInterval, mean, pairedDifference } from '../../network/index.js';
import { bundledModels, loadModel } from '../../network/node/index.js';
import {
  calibrate,
  type DriftMethodName,
  type DriftResult,
  DriftStudy,
  flash,
  followDrift,
} from '../../runtime/index.js';

interface Options {
  data: string[];
  alphabets: string;
  profile: string;
  chips: string;
  times: string;
  methods: string;
  tasks: string;
  budget: string;
}

const options = new Command()
  .requiredOption('--data <dir-or-zip...>', 'drawings')
  .option('--alphabets <list>', 'alphabets', 'Early_Aramaic')
  .option('--profile <name>', 'profile', 'hermes')
  .option('--chips <list>', 'seeds of the chips', '1,2,3,4')
  .option('--times <list>', 'seconds after flashing', '0,3600,86400,2592000,31536000')
  .option('--methods <list>', 'methods; differences are from the first', 'global,matched')
  .option('--tasks <n>', 'tasks on each chip', '200')
  .option('--budget <n>', 'probe vectors per layer', '256')
  .parse()
  .opts<Options>();

const numbers = (text: string) => text.split(',').map(Number);
const methods = options.methods.split(',') as DriftMethodName[];
const model = await loadModel(bundledModels.omniglot);
const classes = await loadOmniglot(options.data, options.alphabets.split(','));

const chips: DriftResult[][] = [];
for (const seed of numbers(options.chips)) {
  await using board = await openBoard(`emulator:${options.profile}?seed=${seed}`);
  await flash(board, model);
  await calibrate(board);
  const settings = { budget: Number(options.budget), seed: 1, invent: inventCharacters };
  const study = await DriftStudy.begin(board, model, settings);
  const results = await followDrift(study, classes, {
    ...settings,
    times: numbers(options.times),
    methods,
    tasks: Number(options.tasks),
    updates: model.description.inner.updates,
    ways: 5,
    shots: 5,
    queries: 15,
  });
  chips.push(results);
  console.log(`\nchip ${seed}`);
  for (const result of results) console.log(describe(result, results));
}

console.log(`\nall ${chips.length} chips; intervals from the differences between chips`);
for (const [index, { seconds, method }] of chips[0].entries()) {
  const accuracies = chips.map((results) => results[index].accuracy);
  const errors = chips.map((results) => results[index].mvmErrorRms);
  const differences = chips.map((results) => results[index].accuracy - baseline(results, seconds).accuracy);
  console.log(
    `${seconds} s ${method}: ${percent(mean(accuracies))}, ${percent(mean(differences))} +- ${percent(halfInterval(differences))} from ${methods[0]}, error ${percent(mean(errors))}`,
  );
}

function describe(result: DriftResult, results: readonly DriftResult[]): string {
  const { difference, ci95 } = pairedDifference(
    result.accuracies,
    baseline(results, result.seconds).accuracies,
  );
  return `${result.seconds} s ${result.method}: ${percent(result.accuracy)}, ${percent(difference)} +- ${percent(ci95)} from ${methods[0]}, error ${percent(result.mvmErrorRms)}`;
}

function baseline(results: readonly DriftResult[], seconds: number): DriftResult {
  return results.find((result) => result.seconds === seconds && result.method === methods[0])!;
}

function percent(fraction: number): string {
  return Number.isNaN(fraction) ? '-' : `${(100 * fraction).toFixed(2)} %`;
}
