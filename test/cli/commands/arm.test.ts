import { bundledModels } from '../../../network/node/index.js';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { saveArmModel } from '../../../network/node/model-files.js';
import { smallArm } from '../../network/arm/small-arm.js';

const main = fileURLToPath(new URL('../../../cli/main.js', import.meta.url));
const fewShotModel = bundledModels.omniglot;

/** Runs `pcm arm`; with `lines`, the reader of its output goes away after so many. */
function pcmArm(args: string[], lines = Infinity) {
  return new Promise<{ code: number | null; output: string; errors: string }>((resolve) => {
    const child = spawn(process.execPath, [main, 'arm', ...args]);
    let output = '';
    let errors = '';
    child.stdout.on('data', (bytes) => {
      output += bytes;
      if (output.split('\n').length > lines) child.stdout.destroy();
    });
    child.stderr.on('data', (bytes) => (errors += bytes));
    child.on('close', (code) => resolve({ code, output, errors }));
  });
}

async function withModel(work: (model: string, folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'pcm-arm-'));
  try {
    const model = join(folder, 'arm.safetensors');
    await saveArmModel(model, smallArm());
    await work(model, folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test.serial('the same seed prints the same JSON document, with all that the contract names', (t) =>
  withModel(async (model) => {
    const args = [model, '--trajectories', '2', '--seed', '3', '--json'];
    const first = await pcmArm(args);
    t.is(first.code, 0, first.errors);
    const { errorBefore, errorAfter, software, updates, devicesUpdated } = JSON.parse(first.output);
    for (const error of [errorBefore, errorAfter, software.float32, software.int4]) t.true(error > 0);
    t.is(updates, 1);
    t.true(devicesUpdated > 0);
    t.is((await pcmArm(args)).output, first.output);
  }),
);

test.serial('joint angles come as lines, every movement from its first step to its last', (t) =>
  withModel(async (model) => {
    const { code, output, errors } = await pcmArm([model, '--trajectories', '2', '--stream', 'ndjson']);
    t.is(code, 0, errors);
    const records = output
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const steps = Array.from({ length: 41 }, (_, step) => step);
    t.deepEqual(
      records.map(({ movement, step }) => [movement, step]),
      [0, 1].flatMap((movement) => steps.map((step) => [movement, step])),
    );
  }),
);

test.serial('a reader that goes away ends the command with a sentence', (t) =>
  withModel(async (model) => {
    const { code, errors } = await pcmArm([model, '--trajectories', '50', '--stream', 'ndjson'], 5);
    t.is(code, 1);
    t.regex(errors, /standard output went away while joint angles were streamed/);
  }),
);

test.serial('what cannot work is refused with a sentence', (t) =>
  withModel(async (model, folder) => {
    const cases: [string[], number, RegExp][] = [
      [[fewShotModel], 1, /for the task "few-shot-classification"; give one for the task "arm"/],
      [[join(folder, 'none.safetensors')], 1, /none\.safetensors: there is no such model file/],
      [[model, '--json', '--stream', 'ndjson'], 2, /both want standard output/],
      [[model, '--stream', 'udp:1'], 2, /--stream takes ndjson or serial/],
      [[model, '--stream', 'serial:/dev/no-such-port'], 1, /no-such-port/],
      [[model, '--trajectories', '0'], 2, /whole number of at least 1/],
    ];
    for (const [args, expected, sentence] of cases) {
      const { code, output, errors } = await pcmArm(args);
      t.is(code, expected, errors);
      t.regex(errors, sentence);
      t.is(output, '');
    }
  }),
);
