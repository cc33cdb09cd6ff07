import test from 'ava';
import { columnRanges } from '../../../network/levels/levels.js';
import { Random } from '../../../network/numerics/random.js';
import { quantiseTrunk } from '../../../training/meta/meta.js';
import { FILTERS } from '../../../training/tensors/parameters.js';
import { mean, standardDeviation } from '../../../network/numerics/statistics.js';

const ROWS = 200;
const random = new Random(1);
const weights = Float32Array.from({ length: ROWS * FILTERS }, () => random.normal());
const parameters = {
  'conv2.weight': weights,
  'conv2.bias': Float32Array.of(1, 2),
  'inner.rate': Float32Array.of(3),
};
/** [rows, filters] as [filters, rows]. */
const byFilter = (values: Float32Array) =>
  Array.from({ length: FILTERS }, (_, filter) => values.filter((_, index) => index % FILTERS === filter));

test('at 4 bits each filter has the 15 levels of its own range, and nothing else is changed', (t) => {
  const quantised = quantiseTrunk(parameters);
  for (const [filter, values] of byFilter(quantised['conv2.weight']).entries()) {
    const [range] = columnRanges({ shape: [1, ROWS], data: byFilter(weights)[filter] });
    for (const value of values) {
      const level = (7 * value) / range;
      t.true(Math.abs(level - Math.round(level)) < 1e-4 && Math.abs(level) < 7.001);
    }
  }
  t.is(quantised['conv2.bias'], parameters['conv2.bias']);
  t.is(quantised['inner.rate'], parameters['inner.rate']);
});

test('noise has the deviation asked for, as a fraction of the maximum weight of each filter, and depends on the seed', (t) => {
  const noisy = (seed: number) => quantiseTrunk(parameters, { deviation: 0.05, random: new Random(seed) });
  const [clean, one] = [quantiseTrunk(parameters), noisy(2)];
  t.deepEqual(one, noisy(2));
  t.notDeepEqual(one, noisy(3));
  t.is(one['conv2.bias'], parameters['conv2.bias']);
  const [noise, ranges] = [
    byFilter(one['conv2.weight'].map((value, index) => value - clean['conv2.weight'][index])),
    byFilter(weights).map((values) => columnRanges({ shape: [1, ROWS], data: values })[0]),
  ];
  for (const [filter, values] of noise.entries()) {
    const relative = [...values].map((value) => value / ranges[filter]);
    t.true(Math.abs(mean(relative)) < 0.017);
    t.true(Math.abs(standardDeviation(relative) / 0.05 - 1) < 0.25, `${standardDeviation(relative)}`);
  }
});
