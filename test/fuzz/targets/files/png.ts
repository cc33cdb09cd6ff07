import { crc32, deflateSync } from 'node:zlib';
import { PNG } from 'pngjs';
import { DataError, type Random } from '../../../../network/index.js';
import { mutateBytes } from '../../mutate-bytes.js';
import type { Target } from '../../target.js';
import { pixels, readImage, SIDE } from './pixels.js';

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

/** A small image. */
export function encodePng(options: object): Uint8Array {
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
