import test from 'ava';
import { meanWithInterval } from '../../../training/meta/evaluate.js';

test('the interval is 1.96 standard errors', (t) => {
  const { accuracy, ci95 } = meanWithInterval([0, 1, 0, 1]);
  t.is(accuracy, 0.5);
  t.true(Math.abs(ci95 - (1.96 * Math.sqrt(1 / 3)) / 2) < 1e-12);
});
