import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { CurvePoint } from './state.js';

/** The learning curve as an SVG document: validation accuracy at 32 and 4 bits above, training loss below, each phase in its part. */
export function learningCurve(points: CurvePoint[]): string {
  const { document } = parseHTML('<html><body></body></html>');
  const placed = withPositions(points);
  const change = placed.findIndex(({ phase }) => phase === 'meta');
  const rule =
    change > 0 ? [Plot.ruleX([placed[change - 1].x], { stroke: '#999', strokeDasharray: '4' })] : [];
  const common = { document, width: 720, style: { background: 'white' }, x: { label: 'steps' } };
  const accuracy = Plot.plot({
    ...common,
    height: 260,
    y: { label: 'validation accuracy', grid: true },
    color: { legend: false, domain: ['float32', '4 bits'], range: ['#1f6fb4', '#d9622b'] },
    marks: [
      ...rule,
      Plot.lineY(placed, { x: 'x', y: 'float32', stroke: '#1f6fb4' }),
      Plot.lineY(placed, { x: 'x', y: 'int4', stroke: '#d9622b' }),
      Plot.text(['float32'], { frameAnchor: 'bottom-right', dy: -18, fill: '#1f6fb4' }),
      Plot.text(['4 bits'], { frameAnchor: 'bottom-right', dy: -4, fill: '#d9622b' }),
    ],
  });
  const loss = Plot.plot({
    ...common,
    height: 200,
    y: { label: 'training loss (nats)', type: 'log', grid: true },
    marks: [
      ...rule,
      Plot.lineY(placed, { x: 'x', y: 'loss', z: 'phase', stroke: '#444' }),
      Plot.text(placed.slice(0, 1), { x: 'x', frameAnchor: 'top', text: 'phase', textAnchor: 'start' }),
      ...(change > 0
        ? [Plot.text([placed[change]], { x: 'x', frameAnchor: 'top', text: 'phase', textAnchor: 'start' })]
        : []),
    ],
  });
  loss.setAttribute('y', '260');
  const namespace = 'http://www.w3.org/2000/svg';
  return `<svg xmlns="${namespace}" width="720" height="460" viewBox="0 0 720 460">${accuracy.outerHTML}${loss.outerHTML}</svg>\n`;
}

/** The phases one after the other on one axis. */
function withPositions(points: CurvePoint[]): (CurvePoint & { x: number })[] {
  const lastOfClassifier = Math.max(
    0,
    ...points.filter(({ phase }) => phase === 'classifier').map(({ step }) => step),
  );
  return points.map((point) => ({
    ...point,
    x: point.phase === 'classifier' ? point.step : lastOfClassifier + point.step,
  }));
}
