import { Command, Option } from 'commander';
import { inventCharacters } from '../../../data/index.js';
import { encodeModel, type HeadChoice, headChoices, type ImportReport } from '../../../network/index.js';
import { importModel } from '../../../network/node/index.js';
import { readOmniglot } from '../../files/drawings.js';
import { OutputFile } from '../../files/output-file.js';
import { finiteNumber, positiveNumber } from '../../arguments.js';
import {
  alphabetsOption,
  countOption,
  dataOption,
  jsonOption,
  seedOption,
  shotsOption,
  waysOption,
} from '../../options.js';
import { percent, print, table } from '../../terminal/output.js';
import { PhaseProgress } from '../../terminal/progress.js';

interface ImportOptions {
  out: string;
  name?: string;
  ink: number;
  paper: number;
  head?: HeadChoice;
  rate?: number;
  updates: number;
  ways: number;
  shots: number;
  data?: string[];
  alphabets?: string[];
  seed: number;
  json?: boolean;
}

const valueOption = (flags: string, description: string, value: number) =>
  new Option(flags, description).argParser(finiteNumber).default(value);

export const importCommand = new Command('import')
  .description(
    'convert a network that was trained elsewhere into a model: ONNX, or a LayersModel of TensorFlow.js',
  )
  .argument('<file>', 'FILE.onnx, or a folder with model.json and its shards')
  .requiredOption('--out <model>', 'model file to write (safetensors; required)')
  .option('--name <text>', 'name of the model; that of the file by default')
  .addOption(valueOption('--ink <x>', 'input value for ink that the network was trained with', 1))
  .addOption(valueOption('--paper <x>', 'input value for paper that the network was trained with', 0))
  .addOption(
    new Option(
      '--head <choice>',
      'the last dense layer: keep its weights and number of ways (if it has no activation), start it at zero, or add a head behind it',
    ).choices(headChoices),
  )
  .addOption(
    new Option(
      '--rate <x>',
      'rate of the inner loop; by default the best on tasks made from the drawings',
    ).argParser(positiveNumber),
  )
  .addOption(countOption('--updates <n>', 'updates of the inner loop', 4))
  .addOption(waysOption('classes per task, for a head that starts at zero'))
  .addOption(shotsOption())
  .addOption(
    dataOption("drawings in Omniglot's layout to measure scales and rate on; invented ones by default"),
  )
  .addOption(alphabetsOption())
  .addOption(seedOption())
  .addOption(jsonOption())
  .action(async (path: string, options: ImportOptions) => {
    const { data, alphabets, out, json } = options;
    await using file = await OutputFile.open(out);
    const classes = data && (await readOmniglot(data, alphabets));
    const progress = new PhaseProgress();
    const { model, report } = await importModel(path, {
      ...options,
      classes,
      invent: inventCharacters,
      onProgress: (phase, done, total) => progress.update(phase, done, total),
    }).finally(() => progress.end());
    await file.write(() => encodeModel(model));
    print({ out, ...report }, describe(out, report), json);
  });

function describe(out: string, { format, layers, ignored, head, inner, comparison }: ImportReport): string {
  const { of, images, greatestDifference, greatestOutput } = comparison;
  const heads = {
    keep: `starts from the network's weights, for ${head.ways} ways`,
    zero: "starts at zero, for any number of ways; the network's own weights for it are dropped",
    add: 'was added behind the network and starts at zero, for any number of ways',
  };
  return [
    table([['layer', 'type'], ...layers.map(({ name, type }) => [name, type])]),
    ...(ignored.length > 0
      ? [`Left out, since it computes nothing at inference: ${ignored.join(', ')}.`]
      : []),
    `The head ${head.layer} ${heads[head.choice]}.`,
    `Maximum difference from the ${format} network's ${of} on ${images} random images: ${greatestDifference.toExponential(1)} (maximum value ${greatestOutput.toPrecision(3)}).`,
    `Inner loop: ${inner.updates} updates at a rate of ${inner.rate}. Accuracy on ${inner.tasks} tasks of ${inner.ways} ways and ${inner.shots} shots in software: ${percent(inner.float32)} in float32, ${percent(inner.int4)} in 4 bits.`,
    `${out} written.`,
  ].join('\n');
}
