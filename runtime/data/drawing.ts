import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { DataError } from './errors.js';
import { type Ink, areaAverage } from './ink.js';
import { cleanPhoto } from './photo.js';

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** An image as the network takes it: `side` x `side` values in row-major order, ink 1, paper 0. */
export type Drawing = Float32Array;

/** Decodes a PNG or JPEG and reduces it to side x side by area averaging; `name` appears in errors. */
export function decodeDrawing(bytes: Uint8Array, name: string, side = 28): Drawing {
  return areaAverage(decodeInk(bytes, name), side);
}

/** The same for a person's own photo or scan: paper and ink of any brightness, the drawing of any size and place. */
export function decodePhoto(bytes: Uint8Array, name: string, side = 28): Drawing {
  return areaAverage(cleanPhoto(decodeInk(bytes, name)), side);
}

/** Ink of every pixel: 1 - luminance (Rec. 709); transparent pixels are paper. */
function decodeInk(bytes: Uint8Array, name: string): Ink {
  const { data, width, height } = decodePixels(bytes, name);
  const values = new Float32Array(width * height);
  for (let pixel = 0; pixel < values.length; pixel++) {
    const [red, green, blue, opacity] = data.subarray(pixel * 4, pixel * 4 + 4);
    const luminance = (2126 * red + 7152 * green + 722 * blue) / 2_550_000;
    values[pixel] = (opacity / 255) * (1 - luminance);
  }
  return { values, width, height };
}

/** Pixels as red, green, blue and opacity, one byte each. */
function decodePixels(bytes: Uint8Array, name: string): { data: Uint8Array; width: number; height: number } {
  const isPng = PNG_SIGNATURE.every((byte, index) => bytes[index] === byte);
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
  if (!isPng && !isJpeg) throw new DataError(`${name} is neither a PNG nor a JPEG image.`);
  try {
    return isPng ? PNG.sync.read(Buffer.from(bytes)) : jpeg.decode(bytes, { useTArray: true });
  } catch (error) {
    throw new DataError(`${name} is damaged and cannot be decoded (${(error as Error).message}).`);
  }
}

/** The drawing turned by a quarter counter-clockwise `quarters` times. */
export function rotate(drawing: Drawing, quarters: number): Drawing {
  const side = Math.sqrt(drawing.length);
  let turned = drawing;
  for (let turn = 0; turn < quarters % 4; turn++) {
    const source = turned;
    turned = Float32Array.from(source, (_, index) => {
      const y = Math.floor(index / side);
      const x = index % side;
      return source[x * side + (side - 1 - y)];
    });
  }
  return turned;
}

/** The drawing with left and right exchanged. */
export function mirror(drawing: Drawing): Drawing {
  const side = Math.sqrt(drawing.length);
  return Float32Array.from(drawing, (_, index) => {
    const x = index % side;
    return drawing[index - x + side - 1 - x];
  });
}
