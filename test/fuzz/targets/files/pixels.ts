import { decodeDrawing, decodePhoto } from '../../../../data/node/index.js';
import { require } from '../../target.js';

/** Width and height of the images. */
export const SIDE = 9;

/** Red, green, blue and opacity of an image. */
export const pixels = (): Buffer =>
  Buffer.from(Array.from({ length: 4 * SIDE * SIDE }, (_, at) => (at % 4 === 3 ? 255 : (at * 37) % 256)));

/** Both ways of reading an image. */
export function readImage(input: Uint8Array): void {
  for (const decode of [decodeDrawing, decodePhoto]) {
    const drawing = decode(input, 'an image');
    require(decode(input, 'an image').every(
      (value, at) => value === drawing[at],
    ), 'It is another drawing each time.');
    require(drawing.length === 28 * 28, 'A drawing has another size.');
    require(drawing.every((value) => value >= 0 && value <= 1), 'A value is not ink from 0 to 1.');
  }
}
