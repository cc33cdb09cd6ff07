import { join } from 'node:path';
import test from 'ava';
import { saveArmModel } from '../../../../network/node/index.js';
import { smallArm } from '../../../network/arm/small-arm.js';
import { bundledModel, finished, pcm, start, temporaryFolder } from '../../rig.js';

async function writeModel(): Promise<{ folder: string; model: string }> {
  const folder = await temporaryFolder();
  const model = join(folder, 'arm.safetensors');
  await saveArmModel(model, smallArm());
  return { folder, model };
}

test('the same seed prints the same JSON document, with every key of the contract', async (t) => {
  const { model } = await writeModel();
  const args = [model, '--trajectories', '2', '--seed', '3', '--json'];
  const first = await pcm('arm', ...args);
  t.is(first.code, 0, first.stderr);
  const { errorBefore, errorAfter, software, updates, devicesUpdated } = JSON.parse(first.stdout);
  for (const error of [errorBefore, errorAfter, software.float32, software.int4]) t.true(error > 0);
  t.is(updates, 1);
  t.true(devicesUpdated > 0);
  t.is((await pcm('arm', ...args)).stdout, first.stdout);
});

test('joint angles are printed as lines, every movement from its first step to its last', async (t) => {
  const { model } = await writeModel();
  const { code, stdout, stderr } = await pcm('arm', model, '--trajectories', '2', '--stream', 'ndjson');
  t.is(code, 0, stderr);
  const records = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const steps = Array.from({ length: 41 }, (_, step) => step);
  t.deepEqual(
    records.map(({ movement, step }) => [movement, step]),
    [0, 1].flatMap((movement) => steps.map((step) => [movement, step])),
  );
});

test('if the reader goes away, the command ends without a word, and tells it in its exit code', async (t) => {
  const { model } = await writeModel();
  const child = start(['arm', model, '--trajectories', '50', '--stream', 'ndjson']);
  let text = '';
  child.stdout!.on('data', (bytes) => {
    text += bytes;
    if (text.split('\n').length > 5) child.stdout!.destroy();
  });
  const { code, stderr } = await finished(child);
  t.is(code, 141);
  t.notRegex(stderr, /\.\n$/);
});

test('wrong usage and unusable models are refused with a sentence', async (t) => {
  const { model, folder } = await writeModel();
  const cases: [string[], number, RegExp][] = [
    [
      [bundledModel],
      1,
      /for the task "few-shot-classification"; give one for the task "arm", or use 'pcm learn'/,
    ],
    [[join(folder, 'none.safetensors')], 1, /none\.safetensors: there is no such model file/],
    [[model, '--json', '--stream', 'ndjson'], 2, /both write to standard output/],
    [[model, '--stream', 'udp:1'], 2, /--stream takes ndjson or serial/],
    [[model, '--stream', 'serial:/dev/no-such-port'], 1, /no-such-port/],
    [[model, '--trajectories', '0'], 2, /whole number of at least 1/],
  ];
  for (const [args, expected, sentence] of cases) {
    const { code, stdout, stderr } = await pcm('arm', ...args);
    t.is(code, expected, stderr);
    t.regex(stderr, sentence);
    t.is(stdout, '');
  }
});
