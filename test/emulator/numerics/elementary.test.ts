import test from 'ava';
import { exp, log, power } from '../../../emulator/numerics/elementary.js';

const unitInLastPlace = (x: number) => 2 ** (Math.floor(Math.log2(Math.abs(x))) - 52);

/** Deterministic points that fill [from, to] evenly. */
function* points(from: number, to: number, count = 100_000) {
  const golden = (Math.sqrt(5) - 1) / 2;
  for (let i = 1; i <= count; i++) yield from + ((i * golden) % 1) * (to - from);
}

function worst(values: Iterable<number>, error: (x: number) => number) {
  let max = 0;
  for (const x of values) max = Math.max(max, error(x));
  return max;
}

// The platform's functions, themselves good to one unit in the last place, are the yardstick.
test('log is within 2 units in the last place', (t) => {
  const error = (x: number) => Math.abs(log(x) - Math.log(x)) / unitInLastPlace(Math.log(x));
  t.true(worst(points(0.01, 4), error) <= 2);
  t.true(worst(points(1, 1e9), error) <= 1);
  t.true(
    worst(points(-700, 700), (y) => Math.abs(log(Math.exp(y)) - y) / unitInLastPlace(Math.max(1, y))) < 2,
  );
  t.is(log(1), 0);
  t.is(log(2), Math.LN2);
});

test('exp is within 1 unit in the last place', (t) => {
  const error = (x: number) => Math.abs(exp(x) - Math.exp(x)) / unitInLastPlace(Math.exp(x));
  t.true(worst(points(-1, 1), error) <= 1);
  t.true(worst(points(-700, 700), error) <= 1);
  t.deepEqual([exp(0), exp(-1e9), exp(1e9), exp(-Infinity)], [1, 0, Infinity, 0]);
});

test('power is good to 2e-16 times the exponent of the result', (t) => {
  for (const y of [-0.06, 0.65, 3, -11.5])
    t.true(
      worst(points(1e-3, 1e6), (x) => {
        const expected = Math.pow(x, y);
        return Math.abs(power(x, y) - expected) / expected / (1 + Math.abs(y * Math.log(x)));
      }) < 2e-16,
    );
});
