import type { Window } from '../../../drivers/index.js';
import { type Html, html } from '../html/html.js';
import { conductancePicture } from './picture.js';

/** Contents of a core: conductances and the windows of layers. */
export interface CoreMap extends Window {
  core: number;
  /** [2, rows, columns] in nS. */
  conductances: Uint16Array;
  /** Maximum conductance of a polarity, in nS. */
  conductanceMax: number;
  layers: (Window & { name: string })[];
}

/** All cores of a board, with the colour scale. */
export function coreFigures(cores: readonly CoreMap[]): Html {
  const max = `${cores[0].conductanceMax / 1000} µS`;
  return html`<div class="scale"><span>−${max}</span><i></i><span>+${max}</span></div>
    <div class="row">${cores.map(coreFigure)}</div>`;
}

function coreFigure({ core, rows, columns, conductances, conductanceMax, layers }: CoreMap): Html {
  const frames = layers.map(
    ({ rowStart, columnStart, rows: height, columns: width }) =>
      html`<rect x="${columnStart}" y="${rowStart}" width="${width}" height="${height}" />`,
  );
  const names = layers.map(({ name, rowStart, columnStart, columns: width }) => {
    const [left, top] = [(100 * (columnStart + width / 2)) / columns, (100 * rowStart) / rows];
    return html`<span style="left:${left}%;top:${top}%">${name}</span>`;
  });
  return html`<figure>
    <div class="map">
      ${conductancePicture(conductances, rows, columns, conductanceMax, `Conductances of core ${core}`)}
      <svg viewBox="0 0 ${columns} ${rows}" aria-hidden="true">${frames}</svg>
      ${names}
    </div>
    <figcaption>Core ${core}: ${rows} rows (inputs) by ${columns} columns (outputs)</figcaption>
  </figure>`;
}
