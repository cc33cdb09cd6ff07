import test from 'ava';
import { halfInterval, pairedDifference } from '../../../network/index.js';
import { studentQuantile } from '../../../network/numerics/statistics.js';

test('a single value has no interval, which JSON writes as null', (t) => {
  t.is(halfInterval([0.5]), NaN);
  t.is(JSON.stringify(pairedDifference([1], [0.5])), '{"difference":0.5,"ci95":null}');
  t.is(halfInterval([0.5, 0.5]), 0);
  t.true(Math.abs(halfInterval([0, 1]) - 12.7062 / 2) < 1e-12);
  const many = Array.from({ length: 10_000 }, (_, i) => i % 2);
  t.true(Math.abs(halfInterval(many) - 0.0098) < 1e-5);
});

test("quantiles of Student's t distribution are those of the tables", (t) => {
  const table: Record<number, number> = {
    1: 12.706,
    2: 4.303,
    4: 2.776,
    5: 2.571,
    6: 2.447,
    9: 2.262,
    30: 2.042,
    120: 1.98,
  };
  for (const [degrees, quantile] of Object.entries(table))
    t.true(Math.abs(studentQuantile(Number(degrees)) - quantile) < 0.001, degrees);
});
