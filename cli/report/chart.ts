import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { Html } from './html.js';

const { document } = parseHTML('<!doctype html><html><body></body></html>');

/** A chart as inline SVG; colours may be the page's variables, such as `var(--second)`. */
export function chart(options: Plot.PlotOptions): Html {
  const figure = Plot.plot({
    style: { fontSize: '13px' },
    ...options,
    document: document as unknown as Document,
  });
  return new Html(figure.outerHTML);
}
