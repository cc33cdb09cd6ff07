import type { Drawing, InventDrawings } from '../../network/index.js';
import { drawStrokes } from './strokes.js';

/** Drawings of invented characters, in the size that a model takes. */
export const inventCharacters: InventDrawings = ({ channels, height, width }, options) => {
  const side = Math.max(height, width);
  const fitted = (drawing: Drawing): Drawing =>
    Float32Array.from({ length: channels * height * width }, (_, index) => {
      const [y, x] = [Math.floor(index / width) % height, index % width];
      return drawing[y * side + x];
    });
  return drawStrokes({ ...options, side }).map(({ drawings }) => drawings.map(fitted));
};
