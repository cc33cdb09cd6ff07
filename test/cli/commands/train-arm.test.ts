import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { loadArmModel } from '../../../network/node/model-files.js';

const main = fileURLToPath(new URL('../../../cli/main.js', import.meta.url));

const pcmTrainArm = (args: string[]) =>
  new Promise<{ code: number; output: string; errors: string }>((resolve) => {
    execFile(process.execPath, [main, 'train', 'arm', ...args], (error, output, errors) =>
      resolve({ code: error === null ? 0 : Number(error.code), output, errors }),
    );
  });

test('a training writes model and checkpoint, is not begun anew over them, and goes on with --resume', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'pcm-train-arm-'));
  try {
    const out = join(folder, 'arm.safetensors');
    const first = await pcmTrainArm(['--out', out, '--iterations', '1', '--seed', '5', '--json']);
    t.is(first.code, 0, first.errors);
    const { iterations, validation } = JSON.parse(first.output);
    t.is(iterations, 1);
    t.deepEqual(Object.keys(validation), ['float32', 'levels', 'noisy']);
    t.deepEqual((await readdir(folder)).sort(), ['arm.safetensors', 'arm.safetensors.checkpoint']);

    const written = await readFile(out);
    const again = await pcmTrainArm(['--out', out, '--iterations', '2']);
    t.is(again.code, 1);
    t.regex(again.errors, /is there already; add --resume/);
    t.deepEqual(await readFile(out), written);

    const resumed = await pcmTrainArm(['--out', out, '--iterations', '2', '--resume']);
    t.is(resumed.code, 0, resumed.errors);
    t.regex(resumed.errors, /Going on after iteration 1/);
    const { training } = (await loadArmModel(out)).description;
    t.is(training?.iteration, 2);
    t.is(training?.seed, 5);
    t.regex(String(training?.command), /^pcm train arm --out .* --resume$/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
