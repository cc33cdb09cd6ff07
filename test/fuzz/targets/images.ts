import { crc32, deflateSync } from 'node:zlib';
import { zipSync } from 'fflate';
import jpegJs from 'jpeg-js';
import { PNG } from 'pngjs';
import { decodeDrawing, decodePhoto, loadClasses } from '../../../data/node/index.js';
import { DataError, type Random } from '../../../network/index.js';
import { mutateBytes } from '../mutate.js';
import { require, type Target } from '../target.js';
import { Scratch } from './files.js';

const SIDE = 9;

interface Chunk {
  kind: Uint8Array;
  data: Uint8Array;
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function writeChunks(chunks: readonly Chunk[]): Uint8Array {
  const written = chunks.map(({ kind, data }) => {
    const bytes = Buffer.alloc(12 + data.length);
    bytes.writeUInt32BE(data.length);
    bytes.set(kind, 4);
    bytes.set(data, 8);
    bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), 8 + data.length);
    return bytes;
  });
  return Uint8Array.from(Buffer.concat([signature, ...written]));
}

const pixels = (): Buffer =>
  Buffer.from(Array.from({ length: 4 * SIDE * SIDE }, (_, at) => (at % 4 === 3 ? 255 : (at * 37) % 256)));

function encodePng(options: object): Uint8Array {
  const image = new PNG({ width: SIDE, height: SIDE });
  image.data = pixels();
  return PNG.sync.write(image, options);
}

/** Interlaced, two colours of a palette: the encoder does not write such images. */
function interlacedPng(): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(4);
  header.writeUInt32BE(4, 4);
  header.set([1, 3, 0, 0, 1], 8);
  // Pass 1 has one row, pass 2 and 3 none, and so on: each row is a filter type and a byte of pixels.
  const rows = deflateSync(Buffer.from([0, 128, 0, 128, 0, 64, 0, 192, 0, 160, 0, 80, 0, 240]));
  return writeChunks([
    { kind: Buffer.from('IHDR'), data: header },
    { kind: Buffer.from('PLTE'), data: Buffer.from([0, 0, 0, 255, 255, 255]) },
    { kind: Buffer.from('IDAT'), data: rows },
    { kind: Buffer.from('IEND'), data: Buffer.alloc(0) },
  ]);
}

const pngSeeds = (): Uint8Array[] => [
  encodePng({}),
  encodePng({ colorType: 0 }),
  encodePng({ colorType: 2, bitDepth: 16 }),
  interlacedPng(),
];

const encodeJpeg = (quality: number): Uint8Array =>
  jpegJs.encode({ data: pixels(), width: SIDE, height: SIDE }, quality).data;

/** Both ways of reading an image. */
function readImage(input: Uint8Array): void {
  for (const decode of [decodeDrawing, decodePhoto]) {
    const drawing = decode(input, 'an image');
    require(decode(input, 'an image').every(
      (value, at) => value === drawing[at],
    ), 'It is another drawing each time.');
    require(drawing.length === 28 * 28, 'A drawing has another size.');
    require(drawing.every((value) => value >= 0 && value <= 1), 'A value is not ink from 0 to 1.');
  }
}

/** Changes one chunk of a PNG, or their order; lengths and checksums fit. */
function mutateChunks(input: Uint8Array, random: Random): Uint8Array {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  const chunks: Chunk[] = [];
  for (let at = 8; at + 12 <= input.length;) {
    const end = at + 8 + view.getUint32(at);
    if (end + 4 > input.length) break;
    chunks.push({ kind: input.subarray(at + 4, at + 8), data: input.subarray(at + 8, end) });
    at = end + 4;
  }
  if (chunks.length === 0) return mutateBytes(input, random);
  const chosen = random.below(chunks.length);
  const change = random.below(6);
  if (change === 0) chunks.splice(random.below(chunks.length), 0, chunks[chosen]);
  else if (change === 1) chunks.splice(chosen, 1);
  else chunks[chosen].data = mutateBytes(chunks[chosen].data, random);
  return writeChunks(chunks);
}

export const png: Target = {
  name: 'png',
  reads: 'PNG images',
  refusals: [DataError],
  seeds: pngSeeds,
  read: readImage,
  mutate: mutateChunks,
  words: ['IHDR', 'IDAT', 'PLTE', 'tRNS', 'gAMA', 'IEND'],
};

export const jpeg: Target = {
  name: 'jpeg',
  reads: 'JPEG images',
  refusals: [DataError],
  seeds: () => [encodeJpeg(50), encodeJpeg(95)],
  read: readImage,
};

const scratch = new Scratch();

export const zip: Target = {
  name: 'zip',
  reads: 'zip files of drawings',
  refusals: [DataError],
  seeds: () => [
    zipSync({ 'a/1.png': encodePng({}), 'b/2.jpg': encodeJpeg(50), 'b/readme.txt': new Uint8Array(9) }),
    zipSync({ 'a/1.png': [encodePng({}), { level: 0 }] }),
  ],
  read: async (input) => {
    const classes = await loadClasses(scratch.write('drawings.zip', input));
    require(classes.length > 0, 'There is no class.');
  },
};
