import exif from 'exif-reader';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { DataError, type Drawing } from '../../network/index.js';
import { checkImage } from './image-size.js';
import { type Pixels, drawingOf, drawingOfPhoto } from '../images/drawing.js';
import { upright } from '../images/orientation.js';

const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * Decodes a PNG or JPEG and reduces it to [side, side] by area averaging.
 * Errors: `DataError`, which mentions `name`, for another format, and for an image that is damaged or too large.
 */
export const decodeDrawing = (bytes: Uint8Array, name: string, side = 28): Drawing =>
  drawingOf(decodePixels(bytes, name), side);

/** The same for a photo or scan; see `drawingOfPhoto`. */
export const decodePhoto = (bytes: Uint8Array, name: string, side = 28): Drawing =>
  drawingOfPhoto(decodePixels(bytes, name), side);

function decodePixels(bytes: Uint8Array, name: string): Pixels {
  const isPng = pngSignature.every((byte, index) => bytes[index] === byte);
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
  if (!isPng && !isJpeg) throw new DataError(`${name} is neither a PNG nor a JPEG image.`);
  checkImage(bytes, isPng, name);
  try {
    if (isPng) return PNG.sync.read(Buffer.from(bytes));
    const image: Decoded = jpeg.decode(bytes, { useTArray: true });
    return upright(image, orientationOf(image.exifBuffer));
  } catch (error) {
    throw new DataError(`${name} is damaged and cannot be decoded (${(error as Error).message}).`);
  }
}

/** A decoded JPEG, and its EXIF data behind the letters "Exif" and a zero. */
type Decoded = Pixels & { exifBuffer?: Uint8Array };

/** Orientation of a photo, 1 to 8; 1, upright, if it says none. Damaged EXIF data is no reason to refuse it. */
function orientationOf(exifData: Uint8Array | undefined): number {
  if (!exifData) return 1;
  try {
    return exif(Buffer.from(exifData.subarray(1))).Image?.Orientation ?? 1;
  } catch {
    return 1;
  }
}
