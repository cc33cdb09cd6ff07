import type { Pixels } from './drawing.js';

/**
 * Turns and mirrors an image as its EXIF orientation says, so that it stands as it was seen. `orientation` is
 * 1 to 8, the sides of the picture that the first row and the first column of the file show (EXIF 2.32, tag
 * 0x0112); any other value leaves the image as it is.
 */
export function upright(image: Pixels, orientation: number): Pixels {
  const turn = turns[orientation];
  if (!turn) return image;
  const { data, width, height } = image;
  const isTurned = orientation >= 5;
  const size = isTurned ? { width: height, height: width } : { width, height };
  const source = new Uint32Array(Uint8Array.from(data).buffer);
  const target = new Uint32Array(source.length);
  for (let y = 0; y < size.height; y++)
    for (let x = 0; x < size.width; x++) {
      const [column, row] = turn(x, y, width - 1, height - 1);
      target[y * size.width + x] = source[row * width + column];
    }
  return { data: new Uint8Array(target.buffer), ...size };
}

/** The column and row of the file's pixel at [x, y] of the upright image; `right` and `bottom` are its last ones. */
type Turn = (x: number, y: number, right: number, bottom: number) => [column: number, row: number];

const turns: Record<number, Turn | undefined> = {
  2: (x, y, right) => [right - x, y],
  3: (x, y, right, bottom) => [right - x, bottom - y],
  4: (x, y, _, bottom) => [x, bottom - y],
  5: (x, y) => [y, x],
  6: (x, y, _, bottom) => [y, bottom - x],
  7: (x, y, right, bottom) => [right - y, bottom - x],
  8: (x, y, right) => [right - y, x],
};
