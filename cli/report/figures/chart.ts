import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { Html, html } from '../html/html.js';

const { document } = parseHTML('<!doctype html><html><body></body></html>');

/** Size of a chart that leaves room for a second one beside it. */
export const halfSize = { width: 468, height: 280 };

/**
 * Limits of an axis around all values. They are at least `span` apart, so that tiny differences look tiny.
 */
export function limits(values: readonly number[], span: number, max = Infinity): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const top = Math.min(max, Math.max(high, low + span));
  return [Math.min(low, top - span), top];
}

/** Width of a phone's screen without the page's margins. */
const NARROW_WIDTH = 326;

/**
 * A chart as inline SVG, drawn twice: at its own width, and for a narrow screen, on which a scaled-down chart
 * would be unreadable. `label` describes it to screen readers. Colours may be variables of the page, such as
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
  return html`${drawn('wide', width)}${drawn('narrow', Math.min(width, NARROW_WIDTH))}`;
}
