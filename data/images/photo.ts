import { cropToDrawing } from './crop.js';
import { type Ink, resample } from './ink.js';
import { darkOnBright } from './polarity.js';
import { twoTones } from './tones.js';

/** Longest side that a photo is first reduced to, in pixels: strokes stay several pixels wide. */
const WORKING_SIDE = 224;

/**
 * Makes a photo or scan of a drawing look like the drawings that models are trained on. Paper becomes 0 and
 * ink 1, whatever the brightness of the paper, the light on it and the darkness of the ink, and also if the
 * paper is the darker of the two; and the drawing fills the image.
 */
export function cleanPhoto(photo: Ink): Ink {
  const shrink = Math.max(1, Math.max(photo.width, photo.height) / WORKING_SIDE);
  const small =
    shrink === 1
      ? photo
      : resample(photo, Math.round(photo.width / shrink), Math.round(photo.height / shrink));
  return cropToDrawing(stretchContrast(subtractPaper(darkOnBright(small))));
}

/** Cells in each direction of the grid on which the brightness of the paper is estimated. */
const GRID = 4;

/**
 * Subtracts the darkness of the paper around each pixel: the 10th percentile of each cell of a grid,
 * interpolated.
 */
function subtractPaper({ values, width, height }: Ink): Ink {
  const paper = Array.from({ length: GRID * GRID }, (_, cell) => {
    const [row, column] = [Math.floor(cell / GRID), cell % GRID];
    const pixels: number[] = [];
    for (let y = Math.floor((row * height) / GRID); y < ((row + 1) * height) / GRID; y++)
      for (let x = Math.floor((column * width) / GRID); x < ((column + 1) * width) / GRID; x++)
        pixels.push(values[y * width + x]);
    return pixels.sort((a, b) => a - b)[Math.floor(0.1 * pixels.length)];
  });
  const between = (place: number, extent: number): [number, number, number] => {
    const at = Math.min(GRID - 1, Math.max(0, ((place + 0.5) * GRID) / extent - 0.5));
    return [Math.floor(at), Math.min(GRID - 1, Math.floor(at) + 1), at % 1];
  };
  const flat = values.map((value, index) => {
    const [top, bottom, down] = between(Math.floor(index / width), height);
    const [left, right, along] = between(index % width, width);
    const above = paper[top * GRID + left] * (1 - along) + paper[top * GRID + right] * along;
    const below = paper[bottom * GRID + left] * (1 - along) + paper[bottom * GRID + right] * along;
    return Math.max(0, value - above * (1 - down) - below * down);
  });
  return { values: flat, width, height };
}

/**
 * Stretches the means of ink and paper to 1 and 0; values within 15 % of the way from paper to ink become
 * paper.
 */
function stretchContrast({ values, width, height }: Ink): Ink {
  const { paper, ink } = twoTones(values);
  if (ink === paper) return { values, width, height };
  const stretched = values.map((value) =>
    Math.min(1, Math.max(0, ((value - paper) / (ink - paper) - 0.15) / 0.6)),
  );
  return { values: stretched, width, height };
}
