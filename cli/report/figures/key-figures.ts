import { type Html, html } from '../html/html.js';

/** The main numbers of a page in large type, each with its meaning. */
export const keyFigures = (figures: readonly (readonly [value: string, meaning: string])[]): Html =>
  html`<dl class="figures">
    ${figures.map(
      ([value, meaning]) =>
        html`<div>
          <dt>${meaning}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
