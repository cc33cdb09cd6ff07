import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { zipSync } from 'fflate';
import { PNG } from 'pngjs';
import { decodeNpy, encodeNpy } from '../../../data/index.js';
import { drawingLayouts, type DrawingLayout, loadDrawings } from '../../../data/node/index.js';
import { DataError, type DrawingClass, Random, sampleEpisode } from '../../../network/index.js';

/** Quick, Draw!'s bitmaps: one file NAME.npy a class, uint8 [drawings, 28 x 28], ink 255. */
const quickDraw: DrawingLayout = {
  files: '.npy files',
  takes: (path) => path.endsWith('.npy'),
  async read(sources) {
    const classes: DrawingClass[] = [];
    for (const { path, name, read } of sources.flatMap(({ files }) => files)) {
      const { shape, data } = decodeNpy(await read());
      if (shape.length !== 2 || shape[1] !== 784)
        throw new DataError(`${name} has the shape (${shape.join(', ')}), not (drawings, 784).`);
      const drawings = Array.from({ length: shape[0] }, (_, drawing) =>
        Float32Array.from(data.subarray(784 * drawing, 784 * (drawing + 1)), (value) => value / 255),
      );
      const files = drawings.map((_, drawing) => `${name}[${drawing}]`);
      classes.push({ name: path.replace(/^.*\/|\.npy$/g, ''), drawings, files });
    }
    return classes;
  },
};
const layouts = [...drawingLayouts, quickDraw];

/** Drawings whose first pixel has this value. */
const bitmap = (drawings: number, value: number): Uint8Array => {
  const data = new Uint8Array(784 * drawings);
  for (let drawing = 0; drawing < drawings; drawing++) data[784 * drawing] = value;
  return encodeNpy({ shape: [drawings, 784], data });
};

const folder = () => mkdtemp(join(tmpdir(), 'pcm-layout-'));

test("a data set in a layout of one's own is read from folders and zips, beside Omniglot's", async (t) => {
  const [drawn, archives, omniglot] = [await folder(), await folder(), await folder()];
  await writeFile(join(drawn, 'cat.npy'), bitmap(6, 255));
  await writeFile(join(drawn, 'README.md'), 'Not a drawing.');
  const zip = join(archives, 'more.zip');
  await writeFile(zip, zipSync({ 'bitmaps/dog.npy': bitmap(7, 51) }));
  const character = join(omniglot, 'Greek', 'character01');
  await mkdir(character, { recursive: true });
  await writeFile(join(character, '0001_01.png'), PNG.sync.write(new PNG({ width: 28, height: 28 })));

  const classes = await loadDrawings([drawn, omniglot, zip], { layouts });
  t.deepEqual(
    classes.map(({ name, drawings }) => [name, drawings.length, drawings[0][0]]),
    [
      ['Greek/character01', 1, 0],
      ['cat', 6, 1],
      ['dog', 7, Math.fround(0.2)],
    ],
  );
  t.is(classes[2].files[1], `${zip}:bitmaps/dog.npy[1]`);
  const episode = sampleEpisode(classes.slice(1), { ways: 2, shots: 1, queries: 5 }, new Random(1));
  t.is(episode.query.length, 10);
});

test('a source that no layout takes is refused, and so is a file that its layout cannot read', async (t) => {
  const [notes, wrong] = [await folder(), await folder()];
  await writeFile(join(notes, 'notes.txt'), 'None.');
  await t.throwsAsync(loadDrawings([notes], { layouts }), {
    instanceOf: DataError,
    message: `${notes} holds no PNG or JPEG images, and no .npy files.`,
  });
  await writeFile(join(wrong, 'cat.npy'), encodeNpy({ shape: [784], data: new Uint8Array(784) }));
  await t.throwsAsync(loadDrawings([wrong], { layouts }), {
    instanceOf: DataError,
    message: /cat\.npy has the shape \(784\)/,
  });
});
