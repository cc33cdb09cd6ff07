import { mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { PNG } from 'pngjs';
import { type EncodedImage, decodeAll } from '../../../data/node/decoded-cache.js';
import type { Drawing } from '../../../network/learning/classes.js';
import { decodeDrawing } from '../../../data/node/decode-image.js';
import { DataError } from '../../../network/learning/errors.js';

/** `count` images of which no two are the same in all sets of another `shade`. */
function imagesOf(count: number, shade = 0): EncodedImage[] {
  return Array.from({ length: count }, (_, index) => {
    const image = new PNG({ width: 28, height: 28 });
    image.data.fill(255);
    image.data.fill(shade, index * 4, index * 4 + 3);
    return { name: `${index}.png`, bytes: PNG.sync.write(image) };
  });
}

async function decodedAgain(images: readonly EncodedImage[]): Promise<{ decoded: number; same: boolean }> {
  let decoded = 0;
  const drawings = await decodeAll(images, 'drawing', () => decoded++);
  const expected = images.map(({ bytes, name }) => decodeDrawing(bytes, name));
  return { decoded, same: Buffer.compare(bytesOf(drawings), bytesOf(expected)) === 0 };
}

const bytesOf = (drawings: readonly Drawing[]): Buffer =>
  Buffer.concat(drawings.map(({ buffer }) => new Uint8Array(buffer)));

test.serial.beforeEach(async (t) => {
  process.env.PCM_CACHE = join(await mkdtemp(join(tmpdir(), 'pcm-cache-')), 'sets');
  t.context = process.env.PCM_CACHE;
});

test.serial('a set is decoded once, and found again to the bit', async (t) => {
  const images = imagesOf(120);
  t.deepEqual(await decodedAgain(images), { decoded: 120, same: true });
  t.deepEqual(await decodedAgain(images), { decoded: 0, same: true });
  t.deepEqual(await decodedAgain(images.slice(1)), { decoded: 119, same: true });
  t.deepEqual(await decodedAgain([...imagesOf(1, 9), ...images.slice(1)]), { decoded: 120, same: true });
});

test.serial('a damaged file of the cache is decoded again and repaired', async (t) => {
  const images = imagesOf(100);
  await decodedAgain(images);
  const folder = t.context as string;
  const file = join(folder, (await readdir(folder))[0]);
  const whole = await readFile(file);
  for (const damaged of [
    whole.subarray(0, 40),
    Buffer.alloc(0),
    Buffer.from(whole.map((byte, i) => (i === 999 ? byte ^ 1 : byte))),
  ]) {
    await writeFile(file, damaged);
    t.deepEqual(await decodedAgain(images), { decoded: 100, same: true });
    t.deepEqual(await readFile(file), whole);
  }
});

test.serial('a cache that cannot be written costs time alone', async (t) => {
  const file = join(t.context as string, '..', 'a-file');
  await writeFile(file, '');
  process.env.PCM_CACHE = file;
  const images = imagesOf(100);
  t.deepEqual(await decodedAgain(images), { decoded: 100, same: true });
  t.deepEqual(await decodedAgain(images), { decoded: 100, same: true });
});

test.serial('eight sets are kept, few images not at all, and none of which one is broken', async (t) => {
  for (let shade = 0; shade < 10; shade++) await decodedAgain(imagesOf(100, shade));
  await decodedAgain(imagesOf(99));
  const broken = [...imagesOf(100), { name: 'broken.png', bytes: new Uint8Array(9) }];
  await t.throwsAsync(decodeAll(broken, 'drawing'), { instanceOf: DataError, message: /^broken\.png/ });
  t.is((await readdir(t.context as string)).length, 8);
});
