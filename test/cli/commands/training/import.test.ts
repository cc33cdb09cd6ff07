import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { loadModel } from '../../../../network/node/index.js';
import { batchNorm, pytorchLike } from '../../../network/import/networks.js';
import { onnxFile } from '../../../network/import/onnx-file.js';
import { writeShapes } from '../../fixtures/images.js';
import { Emulator, pcm, pcmJson, temporaryFolder, withoutSeconds } from '../../rig.js';

test('an imported network is flashed, verified and learns on an emulated board', async (t) => {
  const folder = await temporaryFolder();
  const [network, model] = [join(folder, 'net.onnx'), join(folder, 'net.safetensors')];
  await writeFile(network, onnxFile(pytorchLike(1, 8)));
  const report = await pcmJson('import', network, '--out', model, '--head', 'zero', '--updates', '6');
  t.like(report, { out: model, format: 'onnx', name: 'net', head: { layer: 'head', choice: 'zero' } });
  const { greatestDifference, greatestOutput } = report.comparison as Record<string, number>;
  t.true(greatestDifference < 1e-5 * greatestOutput);
  const { description } = await loadModel(model);
  t.is(description.inner.updates, 6);
  t.is(description.inner.rate, (report.inner as { rate: number }).rate);

  const emulator = await Emulator.start('--seed', '2');
  const board = ['--board', emulator.url];
  const flashed = await pcmJson('flash', model, ...board);
  t.true((flashed.converged as number) > 0.9 * (flashed.devices as number));
  const verified = await pcmJson('verify', model, ...board);
  t.is(verified.devices, flashed.devices);
  const { classes, files } = await writeShapes(folder);
  const learned = await pcmJson('learn', model, '--classes', classes, '--classify', ...files, ...board);
  t.true((learned.supportAccuracy as number) > 0.6, `learned ${String(learned.supportAccuracy)}`);
  t.true((learned.devicesUpdated as number) > 0);
  await emulator.stop();
});

test('the same import gives the same file, whether it reports as text or as JSON', async (t) => {
  const folder = await temporaryFolder();
  const [network, first, second] = ['net.onnx', 'a.safetensors', 'b.safetensors'].map((name) =>
    join(folder, name),
  );
  await writeFile(network, onnxFile(pytorchLike()));
  const json = await pcmJson('import', network, '--out', first);
  const text = await pcm('import', network, '--out', second);
  t.is(text.code, 0, text.stderr);
  t.regex(text.stdout, /conv1 +convolution\n/);
  t.regex(text.stdout, /The head head starts from the network's weights, for 5 ways\./);
  t.regex(text.stdout, /Maximum difference from the onnx network's logits on 8 random images: \d/);
  t.deepEqual(await readFile(first), await readFile(second));
  t.deepEqual(withoutSeconds(json), json);
});

test('a network that cannot be imported writes no file and leaves an existing model as it is', async (t) => {
  const folder = await temporaryFolder();
  const [network, model] = [join(folder, 'net.onnx'), join(folder, 'net.safetensors')];
  const spec = pytorchLike();
  const whole = onnxFile(spec);
  spec.nodes.splice(3, 0, batchNorm('bn1', 'c', 'again'));
  spec.nodes[4].inputs = ['again'];
  const sentences: [Uint8Array, RegExp][] = [
    [onnxFile(spec), /^\S+net\.onnx: Layer bn1 adds offsets between ReLU or pooling and conv2/],
    [whole.subarray(0, 1000), /^\S+net\.onnx: This is not an ONNX file, or it is truncated/],
  ];
  for (const [bytes, sentence] of sentences) {
    await writeFile(network, bytes);
    for (const existing of [false, true]) {
      if (existing) await writeFile(model, 'a model of before');
      const { code, stdout, stderr } = await pcm('import', network, '--out', model);
      t.is(code, 1);
      t.is(stdout, '');
      t.regex(stderr, sentence);
      t.regex(stderr, /^[^\n]+\.\n$/);
      const there = await readdir(folder);
      t.deepEqual(there.sort(), existing ? ['net.onnx', 'net.safetensors'] : ['net.onnx']);
    }
    t.is(await readFile(model, 'utf8'), 'a model of before');
    await rm(model);
  }
});

test('wrong usage of import ends with 2, missing drawings with 1', async (t) => {
  const folder = await temporaryFolder();
  const network = join(folder, 'net.onnx');
  await writeFile(network, onnxFile(pytorchLike()));
  const out = ['--out', join(folder, 'net.safetensors')];
  t.is((await pcm('import', network)).code, 2);
  t.is((await pcm('import', network, ...out, '--head', 'off')).code, 2);
  t.is((await pcm('import', network, ...out, '--ink', 'black')).code, 2);
  const { code, stderr } = await pcm('import', network, ...out, '--data', join(folder, 'nowhere'));
  t.is(code, 1);
  t.regex(stderr, /there is no such folder or zip/);
  t.deepEqual(await readdir(folder), ['net.onnx']);
});
