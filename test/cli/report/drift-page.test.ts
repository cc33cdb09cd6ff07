import test from 'ava';
import { parseHTML } from 'linkedom';
import { driftPage } from '../../../cli/report/drift-page.js';
import { driftMethodNames } from '../../../runtime/index.js';

const seconds = [0, 3600, 86_400, 30 * 86_400, 365 * 86_400];
const summary = {
  model: '<model>',
  profile: 'hermes',
  serial: 'hermes-1',
  tasks: 3,
  results: seconds.flatMap((time) =>
    driftMethodNames.map((method, index) => ({
      seconds: time,
      method,
      estimatedBy: method === 'validated' ? ('global' as const) : method,
      accuracy: 0.9 + index / 100,
      ci95: 0.01,
      mvmErrorRms: 0.1,
      probes: 1792,
    })),
  ),
  exponents: { method: 'column' as const, values: [0.04, 0.05, 0.05, 0.06] },
};

test('the page labels every time, draws every method and loads nothing from outside', (t) => {
  const page = driftPage(summary);
  const { document } = parseHTML(page);
  const charts = [...document.querySelectorAll('.wide svg')];
  t.is(charts.length, 3);
  for (const chart of charts.slice(0, 2)) {
    const labels = [...chart.querySelectorAll('text')].map(({ textContent }) => textContent);
    for (const label of ['0s', '1h', '1d', '30d', '1y']) t.true(labels.includes(label), label);
    t.is(chart.querySelectorAll('[aria-label=dot] > *').length, seconds.length * driftMethodNames.length);
  }
  t.is(document.querySelectorAll('tr').length, 1 + summary.results.length);
  t.notRegex(page, /(src|href)="(https?:)?\/\//);
  t.notRegex(page, /NaN|undefined|<model>/);
});

test('a page about tasks learned once says when', (t) => {
  t.regex(driftPage({ ...summary, learnAt: 30 * 86_400 }), /flashed 30d before/);
});
