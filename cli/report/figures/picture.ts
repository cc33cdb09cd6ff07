import { PNG } from 'pngjs';
import type { Drawing } from '../../../network/index.js';
import { type Html, html } from '../html/html.js';

type Colour = readonly [red: number, green: number, blue: number, opacity: number];

/** A PNG inside the page; `colourOf` gives the colour of each pixel, row by row. */
export function picture(
  width: number,
  height: number,
  colourOf: (pixel: number) => Colour,
  { alt }: { alt: string },
): Html {
  const png = new PNG({ width, height });
  for (let pixel = 0; pixel < width * height; pixel++) png.data.set(colourOf(pixel), 4 * pixel);
  const source = `data:image/png;base64,${PNG.sync.write(png).toString('base64')}`;
  return html`<img alt="${alt}" src="${source}" />`;
}

/** A drawing in black ink on the colour of the page. */
export function drawingPicture(drawing: Drawing, alt: string): Html {
  const side = Math.sqrt(drawing.length);
  return picture(side, side, (pixel) => [0, 0, 0, Math.round(255 * drawing[pixel])], { alt });
}

/** Colours of the polarities: orange for plus, blue for minus. */
const polarities: readonly (readonly [number, number, number])[] = [
  [234, 88, 12],
  [37, 99, 235],
];

/**
 * Difference of the polarities of each unit cell, from conductances [2, rows, columns] in nS. A difference of
 * zero is transparent, one of `conductanceMax` opaque.
 */
export function conductancePicture(
  conductances: Uint16Array,
  rows: number,
  columns: number,
  conductanceMax: number,
  alt: string,
): Html {
  const plane = rows * columns;
  const colourOf = (pixel: number): Colour => {
    const difference = conductances[pixel] - conductances[plane + pixel];
    const opacity = Math.min(255, Math.round((255 * Math.abs(difference)) / conductanceMax));
    return [...polarities[difference >= 0 ? 0 : 1], opacity];
  };
  return picture(columns, rows, colourOf, { alt });
}
