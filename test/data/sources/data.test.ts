import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { loadClasses, loadOmniglot } from '../../../data/node/classes.js';
import { withMirrors, withRotations } from '../../../data/images/symmetries.js';
import { decodeDrawing } from '../../../data/node/decode-image.js';
import { mirror, rotate } from '../../../data/images/symmetries.js';
import { DataError } from '../../../network/learning/errors.js';
import { areaAverage } from '../../../data/images/ink.js';
import { omniglotSplit } from '../../../data/omniglot/split.js';

/** A white PNG with one black pixel. */
function png(side: number, [x, y]: [x: number, y: number]): Buffer {
  const image = new PNG({ width: side, height: side });
  image.data.fill(255);
  image.data.fill(0, (y * side + x) * 4, (y * side + x) * 4 + 3);
  return PNG.sync.write(image);
}

async function folderOf(files: Record<string, Uint8Array>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pcm-data-'));
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  return folder;
}

const drawings = {
  'set/Greek/character01/0001_01.png': png(56, [0, 0]),
  'set/Greek/character01/0001_02.png': png(56, [2, 0]),
  'set/Greek/character02/0002_01.png': png(56, [4, 0]),
  'set/Korean/character01/0003_01.png': png(56, [6, 0]),
};

test('a 1-bit greyscale PNG whose width is no multiple of 8 is decoded: ink 1, paper 0', (t) => {
  // 9 x 9, bit depth 1; black are the last pixel of the first row and the first of the second
  const bytes = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAkAAAAJAQAAAADI6ju9AAAAEklEQVR4nGP4X89Q/5/hPxYEANooEO8KmZ/+AAAAAElFTkSuQmCC',
    'base64',
  );
  const drawing = decodeDrawing(bytes, 'one.png', 9);
  t.deepEqual(
    [...drawing.entries()].filter(([, ink]) => ink > 0),
    [
      [8, 1],
      [9, 1],
    ],
  );
});

test('a JPEG is decoded, and transparent pixels are paper', (t) => {
  const data = Buffer.alloc(16 * 16 * 4, 255);
  data.fill(0, 0, 8 * 16 * 4);
  const drawing = decodeDrawing(jpeg.encode({ data, width: 16, height: 16 }, 95).data, 'half.jpg', 2);
  t.deepEqual([...drawing].map(Math.round), [1, 1, 0, 0]);
  const image = new PNG({ width: 2, height: 1 });
  image.data.set([0, 0, 0, 255, 0, 0, 0, 0]);
  t.deepEqual([...decodeDrawing(PNG.sync.write(image), 'half.png', 2)], [0.5, 0, 0.5, 0]);
});

test('area averaging keeps the amount of ink, whatever the size', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer(),
      (width, height, seed) => {
        const values = Float32Array.from(
          { length: width * height },
          (_, index) => ((index * 7 + seed) & 3) / 3,
        );
        const extent = Math.max(width, height);
        const share = values.reduce((sum, value) => sum + value, 0) / extent ** 2;
        const mean =
          areaAverage({ values, width, height }, 28).reduce((sum, value) => sum + value, 0) / 28 ** 2;
        return Math.abs(share - mean) < 1e-5;
      },
    ),
  );
  t.pass();
});

test('an edge that falls inside a pixel is weighted by its share', (t) => {
  const target = areaAverage({ values: Float32Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0), width: 3, height: 3 }, 2);
  t.true(Math.abs(target[0] - 4 / 9) < 1e-6);
  t.is(target[3], 0);
});

test('four quarter turns are none, and one turns counter-clockwise', (t) => {
  const drawing = Float32Array.of(1, 2, 3, 4);
  t.deepEqual(rotate(drawing, 1), Float32Array.of(2, 4, 1, 3));
  t.deepEqual(rotate(drawing, 4), drawing);
  t.deepEqual(rotate(rotate(drawing, 1), 2), rotate(drawing, 3));
});

test('folder and zip give the same classes, and a drawing in both counts once', async (t) => {
  const folder = await folderOf(drawings);
  const zip = join(await folderOf({ 'omniglot.zip': zipSync(drawings) }), 'omniglot.zip');
  const values = (classes: Awaited<ReturnType<typeof loadOmniglot>>) =>
    classes.map(({ name, alphabet, drawings }) => ({ name, alphabet, drawings }));
  const fromFolder = await loadOmniglot([folder]);
  t.deepEqual(
    fromFolder.map(({ name, drawings }) => [name, drawings.length]),
    [
      ['Greek/character01', 2],
      ['Greek/character02', 1],
      ['Korean/character01', 1],
    ],
  );
  t.deepEqual(values(await loadOmniglot([zip])), values(fromFolder));
  t.deepEqual(values(await loadOmniglot([folder, zip])), values(fromFolder));
  t.deepEqual(
    (await loadOmniglot([join(folder, 'set', 'Greek')])).map(({ name }) => name),
    ['Greek/character01', 'Greek/character02'],
  );
});

test('only the alphabets asked for are read', async (t) => {
  const folder = await folderOf(drawings);
  t.deepEqual(
    (await loadOmniglot([folder], ['Korean'])).map(({ name }) => name),
    ['Korean/character01'],
  );
  await t.throwsAsync(loadOmniglot([folder], ['Klingon']), {
    instanceOf: DataError,
    message: /Klingon.*Greek, Korean/,
  });
});

test('rotations are classes of their own', async (t) => {
  const classes = withRotations(await loadOmniglot([await folderOf(drawings)]));
  t.is(classes.length, 12);
  t.is(new Set(classes.map(({ name }) => name)).size, 12);
  t.true(classes[0].drawings[0][0] > 0);
  t.true(classes[3].drawings[0][27 * 28] > 0, 'top left turns to bottom left');
});

test('mirrors are classes of their own', async (t) => {
  const classes = withMirrors(await loadOmniglot([await folderOf(drawings)]));
  t.is(new Set(classes.map(({ name }) => name)).size, 6);
  t.true(classes[3].drawings[0][27] > 0, 'top left goes to top right');
  t.deepEqual(mirror(classes[3].drawings[0]), classes[0].drawings[0]);
});

test('a folder a class: the user’s own images', async (t) => {
  const folder = await folderOf({ 'cat/a.png': png(30, [1, 1]), 'dog/b.PNG': png(50, [1, 1]) });
  t.deepEqual(
    (await loadClasses(folder)).map(({ name, drawings }) => [name, drawings[0].length]),
    [
      ['cat', 784],
      ['dog', 784],
    ],
  );
});

test('each fault of the data is one sentence that names the file', async (t) => {
  const sound = png(28, [0, 0]);
  const corrupt = await folderOf({ 'A/character01/broken.png': sound.subarray(0, sound.length - 20) });
  await t.throwsAsync(loadOmniglot([corrupt]), { instanceOf: DataError, message: /broken\.png/ });
  await t.throwsAsync(loadOmniglot([join(corrupt, 'missing')]), {
    instanceOf: DataError,
    message: /missing/,
  });
  const notZip = join(await folderOf({ 'a.zip': Buffer.from('no zip at all') }), 'a.zip');
  await t.throwsAsync(loadOmniglot([notZip]), {
    instanceOf: DataError,
    message: /a\.zip is not a sound zip/,
  });
  await t.throwsAsync(loadClasses(await folderOf({ 'a.png': sound })), {
    instanceOf: DataError,
    message: /subfolders/,
  });
  await t.throwsAsync(loadOmniglot([await folderOf({ 'notes.txt': sound })]), {
    instanceOf: DataError,
    message: /no PNG or JPEG/,
  });
  await t.throwsAsync(loadOmniglot([await folderOf({ 'A/character01/text.png': Buffer.from('text') })]), {
    instanceOf: DataError,
    message: /text\.png is neither/,
  });
});

test('the split is disjoint by alphabet', (t) => {
  const all = Object.values(omniglotSplit).flat();
  t.is(new Set(all).size, all.length);
  t.is(all.length, 8);
});
