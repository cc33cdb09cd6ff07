import { type Html, html } from '../html/html.js';

/** The few numbers that a page is about, large, each with what it means. */
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
