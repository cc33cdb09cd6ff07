import * as Plot from '@observablehq/plot';
import type { CalibrationReport } from '../../runtime/index.js';
import { chart } from './figures/chart.js';
import { type Html, html } from './html/html.js';
import { keyFigures } from './figures/key-figures.js';
import { renderPage } from './html/page.js';

type Setting = CalibrationReport['cores'][number]['before'][number];

/** The page of `pcm calibrate`: gains and offsets before and after, and the linearity of the converters. */
export function calibrationPage(report: CalibrationReport, fullScale: number): string {
  const introduction = html`<p>
      Board ${report.serial} (${report.profile}), ${report.at}. ${report.columnsMeasured} columns were
      measured with ${report.multiplications} multiplications and ${report.reads} reads of a
      core.${report.dryRun ? ' This was a dry run: nothing was changed on the board.' : ''}
    </p>
    ${keyFigures([
      [`${(100 * report.gainSpread).toFixed(2)} %`, 'spread of the converter gains'],
      [report.offsetSpreadCodes.toFixed(2), 'codes, spread of the converter offsets'],
      [report.gainErrorCodes.toFixed(2), 'codes at full scale, maximum standard error of a gain'],
      [report.offsetErrorCodes.toFixed(3), 'codes, maximum standard error of an offset'],
    ])}`;
  return renderPage('Calibration', introduction, [
    {
      title: 'Gain',
      caption: 'Histogram of the columns by the gain of their codes after the digital unit; 1 is nominal.',
      body: beforeAfter(report, ({ gain }) => gain, 'gain'),
    },
    {
      title: 'Offset',
      caption:
        'Histogram of the columns by the code at zero input. The digital unit adds whole codes, so up to half a code remains.',
      body: beforeAfter(report, ({ offset }) => offset, 'offset (codes)'),
    },
    {
      title: 'Linearity',
      caption:
        'Mean measured code against the code that the calibration predicts. Beyond full scale the converter saturates.',
      body: linearity(report, fullScale),
    },
  ]);
}

function beforeAfter({ cores }: CalibrationReport, value: (setting: Setting) => number, label: string): Html {
  const measured = (key: 'before' | 'after') =>
    cores.flatMap(({ [key]: settings, unmeasured }) =>
      settings.filter((_, column) => !unmeasured.includes(column)).map(value),
    );
  const [before, after] = [measured('before'), measured('after')];
  const all = [...before, ...after];
  const domain: [number, number] = [Math.min(...all), Math.max(...all)];
  const histogram = (values: number[], title: string, colour: string) =>
    html`<figure>
      <figcaption>${title}</figcaption>
      ${chart(`${label}, ${title}`, {
        width: 480,
        height: 220,
        x: { label, domain },
        y: { label: 'columns', grid: true },
        marks: [
          Plot.rectY(
            values.map((v) => ({ v })),
            { ...Plot.binX({ y: 'count' }, { x: { value: 'v', thresholds: 40, domain } }), fill: colour },
          ),
          Plot.ruleY([0], { stroke: 'currentColor' }),
        ],
      })}
    </figure>`;
  return html`<div class="row">
    ${histogram(before, 'before', 'var(--first)')}${histogram(after, 'after', 'var(--second)')}
  </div>`;
}

function linearity({ cores }: CalibrationReport, fullScale: number): Html {
  const points = cores.flatMap(({ core, linearity: curve }) =>
    curve.map(({ expected, measured }) => ({ core: `core ${core}`, expected, measured })),
  );
  const limit = Math.max(fullScale, ...points.map(({ expected }) => Math.abs(expected)));
  return chart('Measured code against predicted code', {
    height: 320,
    x: { label: 'predicted code', grid: true },
    y: { label: 'measured code', grid: true },
    marks: [
      Plot.line(
        [
          [-limit, -limit],
          [limit, limit],
        ],
        { stroke: 'var(--faint)', strokeDasharray: '4 4' },
      ),
      Plot.ruleY([-fullScale, fullScale - 1], { stroke: 'var(--faint)', strokeOpacity: 0.5 }),
      Plot.text([fullScale - 1], {
        y: (code) => code,
        text: () => 'full scale',
        frameAnchor: 'left',
        dy: -9,
        dx: 4,
      }),
      Plot.dot(points, { x: 'expected', y: 'measured', fill: 'var(--second)', r: 3, title: 'core' }),
    ],
  });
}
