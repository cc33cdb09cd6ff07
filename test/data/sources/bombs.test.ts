import { mkdtemp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import test from 'ava';
import { zipSync } from 'fflate';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { decodeDrawing } from '../../../data/node/decode-image.js';
import { listFiles, isImage } from '../../../data/node/source.js';
import { DataError } from '../../../network/learning/errors.js';

/** A small PNG whose header declares another size, and another way of interlacing. */
function forgedPng(width: number, height: number, interlaced = 0): Buffer {
  const bytes = Buffer.from(PNG.sync.write(new PNG({ width: 1, height: 1 })));
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  bytes[28] = interlaced;
  return bytes;
}

function chunk(kind: string, data: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length);
  head.write(kind, 4, 'latin1');
  return Buffer.concat([head, data, Buffer.alloc(4)]);
}

test('an image with too many pixels in its header is refused before it is decoded', (t) => {
  for (const [width, height] of [
    [100_000, 100_000],
    [0xffffffff, 0xffffffff],
    [1, 0x7fffffff],
  ])
    t.throws(() => decodeDrawing(forgedPng(width, height), 'big.png'), {
      instanceOf: DataError,
      message: new RegExp(`big.png has ${width} x ${height} pixels, more than 32 million`),
    });
  const photo = jpeg.encode({ data: Buffer.alloc(4 * 64), width: 8, height: 8 }, 90).data;
  const frame = photo.indexOf(Buffer.from([0xff, 0xc0]));
  photo.writeUInt16BE(60_000, frame + 5);
  photo.writeUInt16BE(60_000, frame + 7);
  t.throws(() => decodeDrawing(photo, 'big.jpg'), { instanceOf: DataError, message: /60000 x 60000 pixels/ });
  // Within the limit, baseline or progressive, but without the data for it
  photo.writeUInt16BE(5600, frame + 5);
  photo.writeUInt16BE(5600, frame + 7);
  for (const kind of [0xc0, 0xc2]) {
    photo[frame + 1] = kind;
    const message = /big\.jpg is damaged and cannot be decoded \(its data end too early\)/;
    t.throws(() => decodeDrawing(photo, 'big.jpg'), { instanceOf: DataError, message });
  }
});

test('an image without a size, or without an end, is called damaged', (t) => {
  for (const bytes of [forgedPng(0, 5), forgedPng(5, 0), forgedPng(1, 1).subarray(0, 20), forgedPng(9, 9, 1)])
    t.throws(() => decodeDrawing(bytes, 'bad.png'), { instanceOf: DataError, message: /bad.png is damaged/ });
});

test('a kind of pixels that PNG does not have is called damaged before anything is allocated', (t) => {
  for (const [depth, colourType, interlaced] of [
    [0, 0, 0],
    [1, 2, 0],
    [16, 3, 0],
    [4, 6, 1],
    [8, 5, 0],
    [8, 6, 2],
  ]) {
    const bytes = forgedPng(5600, 5600, interlaced);
    bytes[24] = depth;
    bytes[25] = colourType;
    const message = /bad\.png is damaged .*\(its header gives no kind of pixels\)/;
    t.throws(() => decodeDrawing(bytes, 'bad.png'), { instanceOf: DataError, message });
  }
});

test('an interlaced image cannot be inflated beyond its size', (t) => {
  const head = forgedPng(8, 8, 1).subarray(0, 33);
  const data = chunk('IDAT', deflateSync(Buffer.alloc(50_000_000)));
  const bytes = Buffer.concat([head, data, chunk('IEND', new Uint8Array())]);
  t.throws(() => decodeDrawing(bytes, 'bomb.png'), {
    instanceOf: DataError,
    message: /Cannot create a Buffer larger/,
  });
});

test('an image whose data end too early is damaged, not filled up with what memory holds', (t) => {
  const head = forgedPng(100, 100).subarray(0, 33);
  const data = chunk('IDAT', deflateSync(Buffer.alloc(500)));
  const bytes = Buffer.concat([head, data, chunk('IEND', new Uint8Array())]);
  t.throws(() => decodeDrawing(bytes, 'short.png'), { instanceOf: DataError, message: /end too early/ });
});

async function zipFile(bytes: Uint8Array): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'pcm-bombs-')), 'set.zip');
  await writeFile(file, bytes);
  return file;
}

/** Start of each entry of the central directory. */
function directoryOf(zip: Buffer): number[] {
  const found = [];
  for (let at = zip.indexOf('PK\x01\x02'); at >= 0; at = zip.indexOf('PK\x01\x02', at + 4)) found.push(at);
  return found;
}

test('a zip whose entries overlap, repeat or are too large in sum is refused', async (t) => {
  const files = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`a/${10 + i}.png`, Buffer.alloc(999)]),
  );
  const zip = Buffer.from(zipSync(files, { level: 0 }));
  const entries = directoryOf(zip);
  const forge = (change: (copy: Buffer) => void) => {
    const copy = Buffer.from(zip);
    change(copy);
    return zipFile(copy);
  };
  t.is((await listFiles(await zipFile(zip), isImage)).length, 40);
  // Every entry takes the whole rest of the file
  const overlapping = await forge((copy) => entries.forEach((at) => copy.writeUInt32LE(9000, at + 20)));
  await t.throwsAsync(listFiles(overlapping, isImage), {
    instanceOf: DataError,
    message: /overlap or repeat/,
  });
  const repeated = await forge((copy) => copy.copy(copy, entries[1] + 46, entries[0] + 46, entries[0] + 54));
  await t.throwsAsync(listFiles(repeated, isImage), { instanceOf: DataError, message: /overlap or repeat/ });
  const large = await forge((copy) => entries.forEach((at) => copy.writeUInt32LE(2 ** 30, at + 24)));
  await t.throwsAsync(listFiles(large, isImage), { instanceOf: DataError, message: /more than 512 MiB/ });
});

test('links in a folder of drawings are not followed', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'pcm-bombs-'));
  const outside = await mkdtemp(join(tmpdir(), 'pcm-outside-'));
  await writeFile(join(outside, 'secret.png'), forgedPng(1, 1));
  await mkdir(join(folder, 'a'));
  await writeFile(join(folder, 'a', 'own.png'), forgedPng(1, 1));
  await symlink('/dev/zero', join(folder, 'a', 'endless.png'));
  await symlink(outside, join(folder, 'b'));
  t.deepEqual(
    (await listFiles(folder, isImage)).map(({ path }) => path),
    ['a/own.png'],
  );
});
