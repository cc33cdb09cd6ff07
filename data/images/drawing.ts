import type { Drawing } from '../../network/index.js';
import { type Ink, areaAverage } from './ink.js';
import { cleanPhoto } from './photo.js';
import { darkOnBright } from './polarity.js';

/** A decoded image: red, green, blue and opacity of each pixel, one byte each, in row-major order. */
export interface Pixels {
  data: Uint8Array | Uint8ClampedArray;
  width: number;
  height: number;
}

/** Reduces an image to a drawing [side, side] by area averaging; bright ink on dark paper is inverted first. */
export const drawingOf = (pixels: Pixels, side = 28): Drawing =>
  areaAverage(darkOnBright(inkOf(pixels)), side);

/**
 * The same for a person's own photo or scan: paper and ink of any brightness, the drawing of any size and
 * place.
 */
export const drawingOfPhoto = (pixels: Pixels, side = 28): Drawing =>
  areaAverage(cleanPhoto(inkOf(pixels)), side);

/** Ink of every pixel: 1 - luminance (Rec. 709); transparent pixels are paper. */
function inkOf({ data, width, height }: Pixels): Ink {
  const values = new Float32Array(width * height);
  for (let pixel = 0; pixel < values.length; pixel++) {
    const at = 4 * pixel;
    const luminance = (2126 * data[at] + 7152 * data[at + 1] + 722 * data[at + 2]) / 2_550_000;
    values[pixel] = (data[at + 3] / 255) * (1 - luminance);
  }
  return { values, width, height };
}
