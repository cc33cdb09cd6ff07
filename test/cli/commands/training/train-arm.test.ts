import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { loadArmModel } from '../../../../network/node/index.js';
import { pcm, temporaryFolder } from '../../rig.js';

test('a training writes model and checkpoint, does not overwrite them, and continues with --resume', async (t) => {
  const folder = await temporaryFolder();
  const out = join(folder, 'arm.safetensors');
  const first = await pcm('train', 'arm', '--out', out, '--iterations', '1', '--seed', '5', '--json');
  t.is(first.code, 0, first.stderr);
  const { iterations, validation } = JSON.parse(first.stdout);
  t.is(iterations, 1);
  t.deepEqual(Object.keys(validation), ['float32', 'levels', 'noisy']);
  t.deepEqual((await readdir(folder)).sort(), ['arm.safetensors', 'arm.safetensors.checkpoint']);

  const written = await readFile(out);
  const again = await pcm('train', 'arm', '--out', out, '--iterations', '2');
  t.is(again.code, 1);
  t.regex(again.stderr, /exists already; add --resume/);
  t.deepEqual(await readFile(out), written);

  const resumed = await pcm('train', 'arm', '--out', out, '--iterations', '2', '--resume');
  t.is(resumed.code, 0, resumed.stderr);
  t.regex(resumed.stderr, /Continuing after iteration 1/);
  const { training } = (await loadArmModel(out)).description;
  t.is(training?.iteration, 2);
  t.is(training?.seed, 5);
  t.regex(String(training?.command), /^pcm train arm --out .* --resume$/);
});
