import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { loadArmModel } from '../../../network/node/model-files.js';
import { ModelError } from '../../../network/model/errors.js';
import { armNetwork, type ArmTrainingOptions, trainArm } from '../../../training/arm/train-arm.js';

const network = { ...armNetwork, steps: 50, neurons: 24, generatorNeurons: 24 };

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'pcm-arm-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const train = (out: string, options: Partial<ArmTrainingOptions> = {}) =>
  trainArm({ out, network, iterations: 12, batch: 2, every: 4, ...options });

test('a training that was stopped and resumed ends as one that ran through', (t) =>
  inFolder(async (folder) => {
    const whole = join(folder, 'whole.safetensors');
    const parts = join(folder, 'parts.safetensors');
    await train(whole);
    const stop = new AbortController();
    const first = await train(parts, {
      signal: stop.signal,
      onEvent: (event) => event.type === 'iteration' && event.iteration === 5 && stop.abort(),
    });
    t.is(first.iterations, 5);
    await train(parts, { resume: true });
    const [one, other] = await Promise.all([whole, parts].map(loadArmModel));
    t.deepEqual(one.parameters, other.parameters);
    t.is(one.description.training?.iteration, 12);
  }));

test('training changes all that it may, and leaves model and checkpoint and nothing else', (t) =>
  inFolder(async (folder) => {
    const out = join(folder, 'arm.safetensors');
    await train(out, { iterations: 1 });
    const before = (await loadArmModel(out)).parameters;
    await train(out, { iterations: 40, seed: 1 });
    const after = (await loadArmModel(out)).parameters;
    for (const name of Object.keys(after) as (keyof typeof after)[])
      t.notDeepEqual(after[name], before[name], name);
    t.deepEqual((await readdir(folder)).sort(), ['arm.safetensors', 'arm.safetensors.checkpoint']);
  }));

test('a checkpoint of another network is refused, and stays as it is', (t) =>
  inFolder(async (folder) => {
    const out = join(folder, 'arm.safetensors');
    await train(out, { iterations: 2 });
    const before = await readFile(`${out}.checkpoint`);
    const other = { ...network, neurons: 28 };
    const error = await t.throwsAsync(train(out, { network: other, resume: true }), {
      instanceOf: ModelError,
    });
    t.regex(error.message, /other sizes; train without --resume/);
    t.deepEqual(await readFile(`${out}.checkpoint`), before);
  }));
