import type { Drawing } from '../data/drawing.js';
import { drawStrokes } from '../data/strokes.js';
import type { Model } from '../model.js';

/** Drawings of invented characters of the size that the model takes, one list a class: no data set is needed. */
export function inventCharacters(
  { description }: Model,
  options: { classes: number; drawings: number; seed: number },
): Drawing[][] {
  const { channels, height, width } = description.input;
  const side = Math.max(height, width);
  const fitted = (drawing: Drawing): Drawing =>
    Float32Array.from({ length: channels * height * width }, (_, index) => {
      const [y, x] = [Math.floor(index / width) % height, index % width];
      return drawing[y * side + x];
    });
  return drawStrokes({ ...options, side }).map(({ drawings }) => drawings.map(fitted));
}
