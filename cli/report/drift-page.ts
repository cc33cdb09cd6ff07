import * as Plot from '@observablehq/plot';
import { driftMethodNames } from '../../runtime/index.js';
import type { PairedDifference } from '../../network/index.js';
import { counted, formatDuration, percent, percentWithin, pointsWithin } from '../terminal/output.js';
import { chart, halfSize, limits } from './figures/chart.js';
import { type Html, html } from './html/html.js';
import { type Section, renderPage } from './html/page.js';
import { type Series, legend, seriesScales } from './figures/series.js';

/** Result of one method at one time, as in the command's JSON. */
export interface DriftPoint {
  seconds: number;
  method: string;
  /** The method itself, or the one that it chose. */
  estimatedBy: string;
  accuracy: number;
  ci95: number;
  mvmErrorRms: number;
  probes: number;
  /** Difference from `global` at the same time, task by task; only if `global` was measured. */
  overGlobal?: PairedDifference;
}

export interface DriftSummary {
  model: string;
  profile: string;
  serial: string;
  /** Time after flashing at which each task was learned, in seconds; only if each was learned just once. */
  learnAt?: number;
  tasks: number;
  results: DriftPoint[];
  /** Estimated drift exponents of the columns, and the method that estimated them. */
  exponents: { method: string; values: number[] };
}

/** Styles of the methods, in the order of `driftMethodNames`. */
const styles: readonly Omit<Series, 'name'>[] = [
  { colour: 'var(--first)', symbol: 'circle' },
  { colour: 'var(--second)', symbol: 'square' },
  { colour: 'var(--fourth)', symbol: 'diamond' },
  { colour: 'var(--fifth)', symbol: 'star' },
  { colour: 'var(--third)', symbol: 'triangle' },
  { colour: 'var(--sixth)', symbol: 'cross' },
];

function seriesOf(name: string): Series {
  const index = driftMethodNames.findIndex((known) => known === name);
  return { name, ...styles[Math.max(0, index) % styles.length] };
}

/** The method, with the one that it chose if it chose another. */
export const methodLabel = ({ method, estimatedBy }: Pick<DriftPoint, 'method' | 'estimatedBy'>): string =>
  estimatedBy === method ? method : `${method} (${estimatedBy})`;

/** The page of `pcm drift`: accuracy and multiplication error against time, and the drift exponents. */
export function driftPage(summary: DriftSummary): string {
  const { learnAt, results, exponents } = summary;
  const retention = learnAt !== undefined;
  const introduction = html`<p>
    Model ${summary.model} on the board ${summary.serial} (${summary.profile}),
    ${counted(summary.tasks, 'task')}.
    ${
      retention
        ? `Each task was learned once, on a chip flashed ${formatDuration(learnAt)} before, and tested again later. Time counts from learning.`
        : 'At each time, every task was learned again on the drifted chip. Time counts from flashing.'
    }
  </p>`;
  const sections: Section[] = [
    {
      title: retention ? 'Retention of a learned task' : 'Accuracy',
      half: true,
      caption: 'Query drawings recognised, mean over the tasks. The band is the 95 % confidence interval.',
      body: accuracyChart(results),
    },
    {
      title: 'Multiplication error',
      half: true,
      caption:
        "Root mean square difference between the board and a perfect chip on activations of the network, in percent of the standard deviation of the perfect chip's answers.",
      body: errorChart(results),
    },
  ];
  if (exponents.values.length > 0)
    sections.push({
      title: 'Drift exponents',
      caption: `Histogram of the columns by drift exponent, as the method ${exponents.method} estimates it between the first and the last time.`,
      body: exponentChart(exponents.values),
    });
  sections.push({
    title: 'Figures',
    caption:
      'Over global: gain over the method global in percentage points, mean of the differences task by task. Probes: vectors multiplied to estimate the compensation at that time.',
    body: resultTable(results),
  });
  const title = retention ? 'Learned, then drifted' : 'Drift and its compensation';
  return renderPage(title, introduction, sections);
}

/**
 * Decades of time; zero stands at `min`. The axis itself is linear, since Plot drops the labels of a
 * logarithmic one.
 */
const shownTime = (seconds: number, min: number) => Math.log10(Math.max(seconds, min));

function timeAxis(results: readonly DriftPoint[]) {
  const times = [...new Set(results.map(({ seconds }) => seconds))];
  const positive = times.filter((seconds) => seconds > 0);
  const min = positive.length > 0 ? Math.min(60, Math.min(...positive) / 10) : 1;
  const labels = new Map(times.map((seconds) => [shownTime(seconds, min), formatDuration(seconds)]));
  return {
    min,
    x: {
      label: 'time',
      ticks: [...labels.keys()],
      tickFormat: (value: number) => labels.get(value) ?? '',
    },
  };
}

function lines(
  results: readonly DriftPoint[],
  value: (point: DriftPoint) => number,
  label: string,
  band?: (point: DriftPoint) => number,
): Html {
  const { x, min } = timeAxis(results);
  const max = band ? 100 : Infinity; // an error can be more than 100 %
  const points = results.map((point) => ({
    method: point.method,
    time: shownTime(point.seconds, min),
    value: 100 * value(point),
    low: Math.max(0, 100 * (value(point) - (band?.(point) ?? 0))),
    high: Math.min(max, 100 * (value(point) + (band?.(point) ?? 0))),
  }));
  const shown = [...new Set(results.map(({ method }) => method))].map(seriesOf);
  const domain = limits(
    points.flatMap(({ low, high }) => [low, high]),
    1,
    max,
  );
  return html`${legend(shown)}
  ${chart(`${label} against time`, {
    ...halfSize,
    x,
    y: { label, grid: true, domain, nice: true },
    ...seriesScales(shown),
    marks: [
      ...(band
        ? [Plot.areaY(points, { x: 'time', y1: 'low', y2: 'high', fill: 'method', fillOpacity: 0.15 })]
        : []),
      Plot.line(points, { x: 'time', y: 'value', stroke: 'method', strokeWidth: 2 }),
      Plot.dot(points, { x: 'time', y: 'value', fill: 'method', symbol: 'method', r: 4.5 }),
    ],
  })}`;
}

const accuracyChart = (results: readonly DriftPoint[]): Html =>
  lines(
    results,
    ({ accuracy }) => accuracy,
    'accuracy (%)',
    // An interval that is unknown is not drawn.
    ({ ci95 }) => (Number.isNaN(ci95) ? 0 : ci95),
  );

const errorChart = (results: readonly DriftPoint[]): Html =>
  lines(results, ({ mvmErrorRms }) => mvmErrorRms, 'error (%)');

const exponentChart = (values: readonly number[]): Html =>
  chart('Histogram of the columns by drift exponent', {
    height: 240,
    x: { label: 'drift exponent' },
    y: { label: 'columns', grid: true },
    marks: [
      Plot.rectY(
        values.map((exponent) => ({ exponent })),
        { ...Plot.binX({ y: 'count' }, { x: { value: 'exponent', thresholds: 40 } }), fill: 'var(--second)' },
      ),
      Plot.ruleY([0], { stroke: 'currentColor' }),
    ],
  });

function resultTable(results: readonly DriftPoint[]): Html {
  const rows = results.map(
    ({ seconds, method, estimatedBy, accuracy, ci95, overGlobal, mvmErrorRms, probes }) =>
      html`<tr>
        <td>${formatDuration(seconds)}</td>
        <td>${methodLabel({ method, estimatedBy })}</td>
        <td>${percentWithin(accuracy, ci95)}</td>
        <td>${overGlobal ? pointsWithin(overGlobal.difference, overGlobal.ci95) : ''}</td>
        <td>${percent(mvmErrorRms)}</td>
        <td>${probes}</td>
      </tr>`,
  );
  return html`<div class="scroll">
    <table>
      <tr>
        <th>time</th>
        <th>method</th>
        <th>accuracy</th>
        <th>over global</th>
        <th>error</th>
        <th>probes</th>
      </tr>
      ${rows}
    </table>
  </div>`;
}
