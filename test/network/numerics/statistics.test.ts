import test from 'ava';
import { halfInterval, pairedDifference } from '../../../network/index.js';

test('a single value has no interval, which JSON writes as null', (t) => {
  t.is(halfInterval([0.5]), NaN);
  t.is(JSON.stringify(pairedDifference([1], [0.5])), '{"difference":0.5,"ci95":null}');
  t.is(halfInterval([0.5, 0.5]), 0);
  t.true(Math.abs(halfInterval([0, 1]) - 0.98) < 1e-12);
});
