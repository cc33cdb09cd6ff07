import { PNG } from 'pngjs';
import type { Drawing } from '../../../network/index.js';
import { type Html, html } from '../html/html.js';

type Colour = readonly [red: number, green: number, blue: number, opacity: number];

/** An image as a PNG inside the page; `colourOf` gives the colour of each pixel, row by row. */
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

/** A drawing, black ink on the page. */
export function drawingPicture(drawing: Drawing, alt: string): Html {
  const side = Math.sqrt(drawing.length);
  return picture(side, side, (pixel) => [0, 0, 0, Math.round(255 * drawing[pixel])], { alt });
}

/** Orange for plus, blue for minus; what conducts nothing shows the page. */
const polarities: readonly (readonly [number, number, number])[] = [
  [234, 88, 12],
  [37, 99, 235],
];

/** Difference of both polarities of each unit cell, [2, rows, columns] in nS; opaque at `conductanceMax`. */
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
