import test from 'ava';
import { cosineRate, oneCycleRate } from '../../../training/optimiser/rates.js';

test('the one-cycle rate rises to its peak at 30 % and falls to nearly nothing', (t) => {
  t.is(oneCycleRate(0, 100, 1), 0.04);
  t.true(Math.abs(oneCycleRate(30, 100, 1) - 1) < 1e-9);
  t.true(oneCycleRate(99, 100, 1) < 2e-3);
  t.is(cosineRate(0, 100, 1), 0.2);
  t.true(cosineRate(50, 100, 1) < 0.51 && cosineRate(99, 100, 1) < 1e-3);
});
