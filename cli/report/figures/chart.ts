import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { Html, html } from '../html/html.js';

const { document } = parseHTML('<!doctype html><html><body></body></html>');

/** Of a chart beside which there is room for a second one. */
export const halfSize = { width: 468, height: 280 };

/** Limits of an axis around all values, at least `span` apart, so that values that are all alike are drawn as such. */
export function limits(values: readonly number[], span: number, greatest = Infinity): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const top = Math.min(greatest, Math.max(high, low + span));
  return [Math.min(low, top - span), top];
}

/** Width of a telephone's screen, less the page's margins. */
const narrowWidth = 326;

/**
 * A chart as inline SVG, drawn twice: at its own width, and for a narrow screen, where a chart that is merely scaled down
 * could not be read. `label` says to those who do not see it what it shows; colours may be the page's variables, such as
 * `var(--second)`.
 */
export function chart(label: string, options: Plot.PlotOptions): Html {
  const drawn = (size: string, width: number) => {
    const figure = Plot.plot({
      marginTop: 30,
      marginLeft: 50,
      marginBottom: 42,
      ...options,
      ariaLabel: label,
      style: { fontSize: '13px', fontFamily: 'inherit' },
      width,
      document: document as unknown as Document,
    });
    figure.setAttribute('role', 'img');
    return html`<div class="${size}">${new Html(figure.outerHTML)}</div>`;
  };
  const { width = 720 } = options;
  return html`${drawn('wide', width)}${drawn('narrow', Math.min(width, narrowWidth))}`;
}
