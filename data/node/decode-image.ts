import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { DataError, type Drawing } from '../../network/index.js';
import { checkImage } from './image-size.js';
import { type Pixels, drawingOf, drawingOfPhoto } from '../images/drawing.js';

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
    return isPng ? PNG.sync.read(Buffer.from(bytes)) : jpeg.decode(bytes, { useTArray: true });
  } catch (error) {
    throw new DataError(`${name} is damaged and cannot be decoded (${(error as Error).message}).`);
  }
}
