import * as Plot from '@observablehq/plot';
import type { AccuracyPerUpdate, PerNetwork } from '../../../runtime/index.js';
import { percentWithin } from '../../terminal/output.js';
import { chart, halfSize, limits } from './chart.js';
import { type Html, html } from '../html/html.js';
import { legend, networkNames, networks, seriesScales, symbolOf } from './series.js';

const allNetworks = networkNames.map((key) => networks[key]);

export const networkLegend = (): Html => legend(allNetworks);

/** Accuracies after 0, 1, .. updates, with their confidence intervals if there are many tasks. */
export interface AccuracyCurves {
  accuracies: AccuracyPerUpdate;
  ci95?: AccuracyPerUpdate;
  /** Accuracy of guessing. */
  chance: number;
}

/** Half interval to draw: none (0) if it is unknown. */
const drawn = (half: number | undefined): number => (half === undefined || Number.isNaN(half) ? 0 : half);

/** Points of the curves, in percent; `place` keeps the marks of the networks apart. */
function pointsOf({ accuracies, ci95 }: AccuracyCurves) {
  return networkNames.flatMap((key, index) =>
    accuracies[key].map((accuracy, update) => {
      const half = drawn(ci95?.[key][update]);
      return {
        name: networks[key].name,
        update,
        place: update + 0.09 * (index - 1),
        accuracy: 100 * accuracy,
        low: 100 * Math.max(0, accuracy - half),
        high: 100 * Math.min(1, accuracy + half),
      };
    }),
  );
}

const updateAxis = (first: number, last: number): Plot.ScaleOptions => ({
  label: 'updates of the dense layer',
  domain: [first - 0.2, last + 0.2],
  ticks: Array.from({ length: last - first + 1 }, (_, index) => first + index),
  tickFormat: 'd',
});

/** Accuracy per update of the three networks over the whole range, with the level of chance. */
export function accuracyChart(curves: AccuracyCurves): Html {
  const points = pointsOf(curves);
  const chance = 100 * curves.chance;
  return chart('Accuracy per update, in software and on the device', {
    ...halfSize,
    x: updateAxis(0, curves.accuracies.device.length - 1),
    y: { label: 'query drawings recognised (%)', domain: [0, 100], grid: true },
    ...seriesScales(allNetworks),
    marks: [
      Plot.ruleY([chance], { stroke: 'var(--faint)', strokeDasharray: '3 4' }),
      Plot.text([chance], {
        y: (value) => value,
        text: () => 'chance',
        frameAnchor: 'right',
        dy: 11,
        fill: 'var(--faint)',
      }),
      Plot.areaY(points, { x: 'update', y1: 'low', y2: 'high', fill: 'name', fillOpacity: 0.18 }),
      Plot.line(points, { x: 'update', y: 'accuracy', stroke: 'name', strokeWidth: 2 }),
      Plot.dot(points, { x: 'update', y: 'accuracy', fill: 'name', symbol: 'name', r: 5 }),
    ],
  });
}

/**
 * Accuracy from the first update on, with intervals, on an axis that shows the small differences between
 * curves.
 */
export function magnifiedAccuracyChart(curves: AccuracyCurves): Html {
  const points = pointsOf(curves).filter(({ update }) => update > 0);
  const domain = limits(
    points.flatMap(({ low, high }) => [low, high]),
    1,
    100,
  );
  return chart('Accuracy from the first update on, magnified', {
    ...halfSize,
    x: updateAxis(1, curves.accuracies.device.length - 1),
    y: { label: 'query drawings recognised (%)', grid: true, nice: true, domain },
    ...seriesScales(allNetworks),
    marks: [
      Plot.line(points, { x: 'place', y: 'accuracy', stroke: 'name', strokeOpacity: 0.5 }),
      Plot.ruleX(points, { x: 'place', y1: 'low', y2: 'high', stroke: 'name', strokeWidth: 2 }),
      Plot.dot(points, { x: 'place', y: 'accuracy', fill: 'name', symbol: 'name', r: 4.5 }),
    ],
  });
}

/** Final accuracy of the three networks with intervals, on an axis that shows the differences. */
export function finalAccuracyChart(accuracy: PerNetwork<number>, ci95: PerNetwork<number>): Html {
  const points = networkNames.map((key) => ({
    name: networks[key].name,
    accuracy: 100 * accuracy[key],
    low: 100 * Math.max(0, accuracy[key] - drawn(ci95[key])),
    high: 100 * Math.min(1, accuracy[key] + drawn(ci95[key])),
    text: `${networks[key].name}  ${percentWithin(accuracy[key], ci95[key])}`,
  }));
  const [min, max] = limits(
    points.flatMap(({ low, high }) => [low, high]),
    0.2,
    100,
  );
  const margin = 0.2 * (max - min);
  return chart('Accuracy of each model after the last update', {
    width: halfSize.width,
    height: 220,
    marginLeft: 10,
    marginRight: 20,
    x: {
      label: 'query drawings recognised (%)',
      domain: [Math.max(0, min - margin), Math.min(100, max + margin)],
      grid: true,
    },
    y: { axis: null, domain: points.map(({ name }) => name) },
    ...seriesScales(allNetworks),
    marks: [
      Plot.ruleY(points, { y: 'name', x1: 'low', x2: 'high', stroke: 'name', strokeWidth: 3, dy: 8 }),
      Plot.dot(points, { y: 'name', x: 'accuracy', fill: 'name', symbol: 'name', r: 6, dy: 8 }),
      Plot.text(points, { y: 'name', frameAnchor: 'left', text: 'text', dy: -11 }),
    ],
  });
}

/** Accuracy per update as a table, in percent. */
export function accuracyTable({ accuracies, ci95 }: AccuracyCurves): Html {
  const inPercent = (fraction: number) =>
    Number.isNaN(fraction) ? '-' : (100 * fraction).toFixed(ci95 ? 2 : 1);
  const rows = accuracies.device.map((_, update) => {
    const cells = networkNames.map((key) => {
      const interval =
        ci95 && !Number.isNaN(ci95[key][update])
          ? html` <span class="interval">± ${inPercent(ci95[key][update])}</span>`
          : '';
      return html`<td>${inPercent(accuracies[key][update])}${interval}</td>`;
    });
    return html`<tr>
      <th scope="row">${update}</th>
      ${cells}
    </tr>`;
  });
  const heads = networkNames.map(
    (key) => html`<th scope="col">${symbolOf(networks[key])} ${networks[key].short}</th>`,
  );
  return html`<table>
    <caption>
      Query drawings recognised, in percent
    </caption>
    <tr>
      <th scope="col">updates</th>
      ${heads}
    </tr>
    ${rows}
  </table>`;
}
