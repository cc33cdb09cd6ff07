import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { DataError } from './errors.js';

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** An image as the network takes it: `side` x `side` values in row-major order, ink 1, paper 0. */
export type Drawing = Float32Array;

/** Decodes a PNG or JPEG and reduces it to side x side by area averaging; `name` appears in errors. */
export function decodeDrawing(bytes: Uint8Array, name: string, side = 28): Drawing {
  const { values, width, height } = decodeInk(bytes, name);
  return areaAverage(values, width, height, side);
}

/** Ink of every pixel: 1 - luminance (Rec. 709); transparent pixels are paper. */
function decodeInk(bytes: Uint8Array, name: string): { values: Float32Array; width: number; height: number } {
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

/**
 * Mean of the source area under each target pixel, edges weighted by their share. An image that is not square is
 * centred on a square of paper.
 */
export function areaAverage(values: Float32Array, width: number, height: number, side: number): Drawing {
  const extent = Math.max(width, height);
  const columns = overlaps(width, (extent - width) / 2, extent, side);
  const rows = overlaps(height, (extent - height) / 2, extent, side);
  const target = new Float32Array(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      let sum = 0;
      for (const row of rows[y])
        for (const column of columns[x])
          sum += row.share * column.share * values[row.index * width + column.index];
      target[y * side + x] = sum;
    }
  }
  return target;
}

/** For each target pixel, the source pixels under it and the share of the target that each one covers. */
function overlaps(
  size: number,
  margin: number,
  extent: number,
  side: number,
): { index: number; share: number }[][] {
  const step = extent / side;
  return Array.from({ length: side }, (_, target) => {
    const begin = target * step - margin;
    const end = begin + step;
    const shares = [];
    for (let index = Math.max(0, Math.floor(begin)); index < Math.min(size, Math.ceil(end)); index++)
      shares.push({ index, share: (Math.min(end, index + 1) - Math.max(begin, index)) / step });
    return shares;
  });
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
