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
}

const IHDR = 0x49484452;
const IDAT = 0x49444154;

function pngSize(view: DataView): ImageSize | undefined {
  if (view.byteLength < 33 || view.getUint32(8) !== 13 || view.getUint32(12) !== IHDR) return undefined;
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

/** The decoder inflates interlaced images without a bound, so they are inflated within one first. */
function checkPngData(view: DataView, { width, height }: ImageSize, name: string): void {
  const isInterlaced = view.getUint8(28) !== 0;
  if (!isInterlaced) return;
  const parts: Uint8Array[] = [];
  for (let at = 8; at + 12 <= view.byteLength;) {
    const length = view.getUint32(at);
    if (at + 12 + length > view.byteLength) break;
    if (view.getUint32(at + 4) === IDAT)
      parts.push(new Uint8Array(view.buffer, view.byteOffset + at + 8, length));
    at += 12 + length;
  }
  try {
    // Eight bytes a pixel are the maximum; seven passes have a filter byte and a part of a byte a row
    inflateSync(Buffer.concat(parts), { maxOutputLength: 8 * width * height + 14 * (height + 8) });
  } catch (error) {
    throw new DataError(`${name} is damaged and cannot be decoded (${(error as Error).message}).`);
  }
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
