import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { CurvePoint, Phase } from '../meta/state.js';

/** CSS colours for weights in float32 and in 4 bits; may be variables of a page. */
export interface CurveColours {
  float32: string;
  int4: string;
}

/** A learning curve to plot. */
export interface TrainingCurve {
  points: readonly CurvePoint[];
  /** The step from which meta-training computes with weights of 4 bits. */
  fourBitFrom: number;
}

const phaseNames: Record<Phase, string> = { classifier: 'warm start', meta: 'meta-training' };

/** Options for Observable's `Plot.plot`. Not typed as such: its types need those of d3 in every program. */
export interface PhasePlots {
  loss: object;
  validation: object;
}

/**
 * Plots training loss and validation accuracy of one phase over its steps; undefined if the curve has no
 * point of it.
 */
export function phasePlots(
  { points, fourBitFrom }: TrainingCurve,
  phase: Phase,
  colours: CurveColours,
): PhasePlots | undefined {
  const own = points.filter((point) => point.phase === phase);
  if (own.length === 0) return undefined;
  const x: Plot.ScaleOptions = { label: `steps of the ${phaseNames[phase]}`, domain: [0, own.at(-1)!.step] };
  const isFourBit = ({ step }: CurvePoint) => phase === 'meta' && step > fourBitFrom;
  const change = own.findIndex(isFourBit);
  const losses = [
    { stroke: colours.float32, points: change < 0 ? own : own.slice(0, change) },
    { stroke: colours.int4, points: change < 0 ? [] : own.slice(Math.max(0, change - 1)) },
  ];
  return {
    loss: {
      x,
      y: { label: 'training loss (nats)', grid: true, zero: true, nice: true },
      marks: losses.flatMap(({ points, stroke }) => [
        Plot.line(points, { x: 'step', y: 'loss', stroke, strokeWidth: 2 }),
        Plot.dot(points, { x: 'step', y: 'loss', fill: stroke, r: 2.5 }),
      ]),
    },
    validation: {
      x,
      y: { label: 'validation accuracy (%)', grid: true, nice: true },
      marks: (['float32', 'int4'] as const).flatMap((bits) => {
        const y = (point: CurvePoint) => 100 * point[bits];
        return [
          Plot.line(own, { x: 'step', y, stroke: colours[bits], strokeWidth: 2 }),
          Plot.dot(own, { x: 'step', y, fill: colours[bits], r: 2.5 }),
        ];
      }),
    },
  };
}

const size = { width: 400, height: 260 };

/**
 * The learning curve as an SVG document. Each phase is a column, with validation accuracy at 32 and 4 bits
 * above and training loss below.
 */
export function learningCurve(curve: TrainingCurve): string {
  const { document } = parseHTML('<html><body></body></html>');
  const colours = { float32: '#57606a', int4: '#0369a1' };
  const columns = (['classifier', 'meta'] as const).flatMap(
    (phase) => phasePlots(curve, phase, colours) ?? [],
  );
  const cells = columns.flatMap(({ validation, loss }, column) =>
    [validation, loss].map((options, row) => {
      const plot = Plot.plot({ marginLeft: 50, marginBottom: 42, ...options, ...size, document });
      plot.setAttribute('x', `${column * size.width}`);
      plot.setAttribute('y', `${24 + row * size.height}`);
      return plot.outerHTML;
    }),
  );
  const names = [
    ['weights in float32', colours.float32],
    ['weights in 4 bits', colours.int4],
  ].map(
    ([name, colour], index) =>
      `<circle cx="${20 + 160 * index}" cy="14" r="4" fill="${colour}"/><text x="${30 + 160 * index}" y="18">${name}</text>`,
  );
  const [width, height] = [Math.max(1, columns.length) * size.width, 24 + 2 * size.height];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13"><rect width="100%" height="100%" fill="white"/>${names.join('')}${cells.join('')}</svg>\n`;
}
