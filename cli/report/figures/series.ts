import * as Plot from '@observablehq/plot';
import { type Html, html } from '../html/html.js';

/** A series of a chart. It has a colour and, for readers who do not see it, a symbol. */
export interface Series {
  name: string;
  colour: string;
  symbol: 'circle' | 'square' | 'triangle' | 'diamond' | 'star' | 'cross';
}

/** The networks that learn a task. */
export const networks = {
  float32: { name: 'software float32', short: 'float32', colour: 'var(--first)', symbol: 'circle' },
  int4: { name: 'software 4-bit', short: '4-bit', colour: 'var(--second)', symbol: 'square' },
  device: { name: 'device', short: 'device', colour: 'var(--third)', symbol: 'triangle' },
} as const satisfies Record<string, Series & { short: string }>;

export type NetworkName = keyof typeof networks;
export const networkNames = Object.keys(networks) as NetworkName[];

/**
 * Scales that give each series its colour and symbol, for marks with `stroke`, `fill` and `symbol` by name.
 */
export function seriesScales(series: readonly Series[]): Pick<Plot.PlotOptions, 'color' | 'symbol'> {
  const domain = series.map(({ name }) => name);
  return {
    color: { domain, range: series.map(({ colour }) => colour) },
    symbol: { domain, range: series.map(({ symbol }) => symbol) },
  };
}

const outlines: Record<Series['symbol'], Html> = {
  circle: html`<circle r="4.5" />`,
  square: html`<rect x="-4" y="-4" width="8" height="8" />`,
  triangle: html`<path d="M0,-5.2L5,3.6H-5Z" />`,
  diamond: html`<path d="M0,-6L4.5,0L0,6L-4.5,0Z" />`,
  star: html`<path
    d="M0,-6L1.6,-1.9L5.8,-1.8L2.4,0.8L3.6,4.9L0,2.5L-3.6,4.9L-2.4,0.8L-5.8,-1.8L-1.6,-1.9Z"
  />`,
  cross: html`<path d="M-5,-1.7H-1.7V-5H1.7V-1.7H5V1.7H1.7V5H-1.7V1.7H-5Z" />`,
};

/** The symbol of a series, for a line of text. */
export const symbolOf = ({ colour, symbol }: Series): Html =>
  html`<svg class="symbol" viewBox="-7 -7 14 14" width="14" height="14" fill="${colour}" aria-hidden="true">
    ${outlines[symbol]}
  </svg>`;

export const legend = (series: readonly Series[]): Html =>
  html`<ul class="legend">
    ${series.map((one) => html`<li>${symbolOf(one)} ${one.name}</li>`)}
  </ul>`;
