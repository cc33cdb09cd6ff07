import { inventCharacters } from '../../../data/index.js';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type HeadChoice, headChoices, type ImportReport } from '../../../network/index.js';
import { importModel, saveModel } from '../../../network/node/index.js';
import { readOmniglot } from '../../files/drawings.js';
import { alphabetsOption, countOption, jsonOption, positive, seedOption } from '../../options.js';
import { percent, print, table } from '../../terminal/output.js';
import { type Progress, showProgress } from '../../terminal/progress.js';

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
  new Option(flags, description).argParser(finite).default(value);

export const importCommand = new Command('import')
  .description(
    'make a model of a network that was trained elsewhere: ONNX, or a LayersModel of TensorFlow.js',
  )
  .argument('<file>', 'network: FILE.onnx, or a folder with model.json and its shards')
  .requiredOption('--out <model>', 'model file to write (safetensors)')
  .option('--name <text>', 'name of the model; that of the file where left out')
  .addOption(valueOption('--ink <x>', 'value that the network was trained to see for ink', 1))
  .addOption(valueOption('--paper <x>', 'value that the network was trained to see for paper', 0))
  .addOption(
    new Option(
      '--head <what>',
      'the last dense layer: keep its weights and number of ways (where it has no activation), start it at zero, or add a head behind it',
    ).choices(headChoices),
  )
  .addOption(
    new Option(
      '--rate <x>',
      'rate of the inner loop; where left out, the best on tasks of the drawings',
    ).argParser(positive),
  )
  .addOption(countOption('--updates <n>', 'updates of the inner loop', 4))
  .addOption(countOption('--ways <n>', 'classes a task, for a head that starts at zero', 5))
  .addOption(countOption('--shots <n>', 'examples a class to learn from', 5))
  .option(
    '--data <dir-or-zip...>',
    "drawings to measure scales and rate on, in Omniglot's layout; invented ones where left out",
  )
  .addOption(alphabetsOption())
  .addOption(seedOption())
  .addOption(jsonOption())
  .action(async (path: string, options: ImportOptions) => {
    const { data, alphabets, out, json } = options;
    const classes = data && (await readOmniglot(data, alphabets));
    const bars = new Bars();
    const { model, report } = await importModel(path, {
      ...options,
      classes,
      invent: inventCharacters,
      onProgress: (phase, done, total) => bars.update(phase, done, total),
    }).finally(() => bars.end());
    await saveModel(out, model);
    print({ out, ...report }, describe(out, report), json);
  });

function finite(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || text.trim() === '') throw new InvalidArgumentError('It must be a number.');
  return value;
}

/** A bar a phase. */
class Bars {
  #phase?: string;
  #progress?: Progress;

  update(phase: string, done: number, total: number): void {
    if (phase !== this.#phase) {
      this.end();
      this.#progress = showProgress(phase);
    }
    this.#phase = phase;
    this.#progress?.update(done, total);
  }

  end(): void {
    this.#progress?.end();
    this.#progress = undefined;
  }
}

function describe(out: string, { format, layers, ignored, head, inner, comparison }: ImportReport): string {
  const { of, images, greatestDifference, greatestOutput } = comparison;
  const heads = {
    keep: `starts from the network's weights, for ${head.ways} ways`,
    zero: "starts at zero, for any number of ways; the network's weights for it are left behind",
    add: 'was added behind the network and starts at zero, for any number of ways',
  };
  return [
    table([['layer', 'type'], ...layers.map(({ name, type }) => [name, type])]),
    ...(ignored.length > 0 ? [`Computes nothing in a model: ${ignored.join(', ')}.`] : []),
    `The head ${head.layer} ${heads[head.choice]}.`,
    `Greatest difference from the ${format} network's ${of} on ${images} random images: ${greatestDifference.toExponential(1)} (greatest value ${greatestOutput.toPrecision(3)}).`,
    `Inner loop: ${inner.updates} updates at the rate ${inner.rate}; ${inner.tasks} tasks of ${inner.ways} ways and ${inner.shots} shots in software: ${percent(inner.float32)} in float32, ${percent(inner.int4)} in 4 bits.`,
    `${out} written.`,
  ].join('\n');
}
