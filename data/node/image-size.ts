import { inflateSync } from 'node:zlib';
import { DataError } from '../../network/index.js';
import { MAX_IMAGE_BYTES, MAX_IMAGE_PIXELS } from './limits.js';

/** Width and height that an image's header declares. */
interface ImageSize {
  width: number;
  height: number;
}

/** Refuses an image that would take too much memory. Errors: `DataError`, which mentions `name`. */
export function checkImage(bytes: Uint8Array, isPng: boolean, name: string): void {
  if (bytes.length > MAX_IMAGE_BYTES)
    throw new DataError(`${name} is larger than ${MAX_IMAGE_BYTES / 2 ** 20} MiB; scale it down.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = isPng ? pngSize(view) : jpegSize(view);
  if (!size || size.width === 0 || size.height === 0)
    throw new DataError(`${name} is damaged and cannot be decoded (its header gives no size).`);
  const { width, height } = size;
  if (width * height > MAX_IMAGE_PIXELS)
    throw new DataError(
      `${name} has ${width} x ${height} pixels, more than ${MAX_IMAGE_PIXELS / 1e6} million; scale it down.`,
    );
  if (isPng) checkPngData(view, size, name);
  // Every block of a JPEG takes a bit at least, and the decoder some hundreds of bytes
  else if (8 * bytes.length < (width * height) / BLOCK_PIXELS)
    throw new DataError(`${name} is damaged and cannot be decoded (its data end too early).`);
}

/** Pixels of a block of a JPEG. */
const BLOCK_PIXELS = 64;

const IHDR = 0x49484452;
const IDAT = 0x49444154;
const IEND = 0x49454e44;

function pngSize(view: DataView): ImageSize | undefined {
  if (view.byteLength < 33 || view.getUint32(8) !== 13 || view.getUint32(12) !== IHDR) return undefined;
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

/** Columns and rows of the passes of an interlaced image: first, and distance (PNG specification, 8.2). */
const passes = [
  [0, 8, 0, 8],
  [4, 8, 0, 8],
  [0, 4, 4, 8],
  [2, 4, 0, 4],
  [0, 2, 2, 4],
  [1, 2, 0, 2],
  [0, 1, 1, 2],
];
/** Values of a pixel, and how many bits each may have, by the colour type (PNG specification, 11.2.2). */
const colourTypes: Readonly<Record<number, { channels: number; depths: readonly number[] }>> = {
  0: { channels: 1, depths: [1, 2, 4, 8, 16] },
  2: { channels: 3, depths: [8, 16] },
  3: { channels: 1, depths: [1, 2, 4, 8] },
  4: { channels: 2, depths: [8, 16] },
  6: { channels: 4, depths: [8, 16] },
};
/** Bytes that may follow the pixels. */
const SPARE_BYTES = 1024;

/**
 * Checks that the data hold as many bytes as the image needs: the decoder takes what is missing from memory
 * that was not initialised, and inflates an interlaced image without a bound.
 */
function checkPngData(view: DataView, size: ImageSize, name: string): void {
  let reason = 'its data end too early';
  try {
    const needed = pngDataBytes(view, size);
    const bytes = inflateSync(pngData(view), { maxOutputLength: needed + SPARE_BYTES });
    if (bytes.length >= needed) return;
  } catch (error) {
    reason = (error as Error).message;
  }
  throw new DataError(`${name} is damaged and cannot be decoded (${reason}).`);
}

/** Number of bytes of the rows of all passes, each with its filter type. */
function pngDataBytes(view: DataView, { width, height }: ImageSize): number {
  const [depth, colourType, interlace] = [24, 25, 28].map((at) => view.getUint8(at));
  const colour = colourTypes[colourType];
  if (!colour?.depths.includes(depth) || interlace > 1) throw new Error('its header gives no kind of pixels');
  const pixelBits = depth * colour.channels;
  return (interlace === 0 ? [[0, 1, 0, 1]] : passes).reduce((sum, [x, stepX, y, stepY]) => {
    const columns = Math.ceil((width - x) / stepX);
    const rows = Math.ceil((height - y) / stepY);
    return columns > 0 && rows > 0 ? sum + rows * (1 + Math.ceil((columns * pixelBits) / 8)) : sum;
  }, 0);
}

/** The compressed data: the content of the chunks IDAT up to the end of the image. */
function pngData(view: DataView): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = 8; at + 12 <= view.byteLength;) {
    const [length, kind] = [view.getUint32(at), view.getUint32(at + 4)];
    if (kind === IEND || at + 12 + length > view.byteLength) break;
    if (kind === IDAT) parts.push(new Uint8Array(view.buffer, view.byteOffset + at + 8, length));
    at += 12 + length;
  }
  return Buffer.concat(parts);
}

/** Reads the first frame header (SOF) of a JPEG, ITU-T T.81, B.2.2. */
function jpegSize(view: DataView): ImageSize | undefined {
  for (let at = 2; at + 9 <= view.byteLength;) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    const isBare = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    at += isBare ? 2 : 2 + view.getUint16(at + 2);
  }
  return undefined;
}
