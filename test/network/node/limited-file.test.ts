import { mkdtemp, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { inventCharacters } from '../../../data/index.js';
import { ImportError } from '../../../network/import/errors.js';
import type { ImportOptions } from '../../../network/import/import.js';
import { ModelError } from '../../../network/model/errors.js';
import { SafetensorsError, readSafetensors } from '../../../network/model/safetensors.js';
import { importModel } from '../../../network/node/import-model.js';
import { FileTooLargeError, readLimited } from '../../../network/node/limited-file.js';
import { loadModel } from '../../../network/node/model-files.js';

const folderOf = () => mkdtemp(join(tmpdir(), 'pcm-limited-'));

const options: ImportOptions = {
  invent: inventCharacters,
  ink: 1,
  paper: 0,
  updates: 4,
  rate: 0.01,
  ways: 3,
  shots: 2,
  seed: 1,
};

test('a file is read up to the limit, and a device without an end is refused', async (t) => {
  const file = join(await folderOf(), 'three');
  await writeFile(file, 'abc');
  t.is(Buffer.from(await readLimited(file, 3)).toString(), 'abc');
  await t.throwsAsync(readLimited(file, 2), { instanceOf: FileTooLargeError });
  await t.throwsAsync(readLimited('/dev/zero', 5000), { instanceOf: FileTooLargeError });
});

/** A network of one dense layer whose shards are these. */
const modelJson = (paths: string[]) =>
  JSON.stringify({
    format: 'layers-model',
    modelTopology: {
      class_name: 'Sequential',
      config: [
        { class_name: 'Flatten', config: { name: 'flat', batch_input_shape: [null, 4, 4, 1] } },
        { class_name: 'Dense', config: { name: 'dense' } },
      ],
    },
    weightsManifest: [{ paths, weights: [{ name: 'dense/kernel', shape: [16, 4], dtype: 'float32' }] }],
  });

test('a shard is a regular file of its folder, and all of them have a limit', async (t) => {
  const folder = await folderOf();
  const refused = (message: RegExp) =>
    t.throwsAsync(importModel(folder, options), { instanceOf: ImportError, message });
  await writeFile(join(folder, 'model.json'), modelJson(['shard']));
  await symlink('/dev/zero', join(folder, 'shard'));
  await refused(/shard is no regular file in the network's folder/);
  const outside = join(await folderOf(), 'values');
  await writeFile(outside, new Uint8Array(256));
  await symlink(outside, join(folder, 'linked'));
  await writeFile(join(folder, 'model.json'), modelJson(['linked']));
  await refused(/linked is no regular file/);
  // Half of the limit, three times; the file is sparse
  await writeFile(join(folder, 'sparse'), '');
  await truncate(join(folder, 'sparse'), 200 * 2 ** 20);
  await writeFile(join(folder, 'model.json'), modelJson(['sparse', 'sparse', 'sparse']));
  await refused(/more than 512 MiB/);
});

test('a model that is too large is refused by its size', async (t) => {
  const file = join(await folderOf(), 'large.safetensors');
  await writeFile(file, '');
  await truncate(file, 2 ** 33);
  await t.throwsAsync(loadModel(file), { instanceOf: ModelError, message: /larger than 512 MiB/ });
});

test('tensors that overlap are refused before any is copied', (t) => {
  const count = 250_000;
  const entry = { dtype: 'F32', shape: [count], data_offsets: [0, 4 * count] };
  const header = JSON.stringify(Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`t${i}`, entry])));
  const bytes = Buffer.alloc(8 + header.length + 4 * count);
  bytes.writeBigUInt64LE(BigInt(header.length));
  bytes.write(header, 8, 'latin1');
  // 5 GB if each were copied
  const before = process.memoryUsage().arrayBuffers;
  t.throws(() => readSafetensors(bytes), { instanceOf: SafetensorsError, message: /damaged: tensor/ });
  t.true(process.memoryUsage().arrayBuffers - before < 100_000_000);
});
