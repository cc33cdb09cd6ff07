import test from 'ava';
import {
  NORMAL_TABLE_BITS,
  normalOfWord,
  normalQuantile,
  normalTable,
} from '../../../emulator/numerics/normal.js';

/**
 * Upper tail probability of the standard normal at x > 0, by the continued fraction of Laplace (from 3 on) or
 * by the Taylor series: not the method of the code under test.
 */
function upperTail(x: number): number {
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  if (x < 3) {
    let term = x;
    let sum = x;
    for (let k = 1; k < 200; k++) sum += term *= (x * x) / (2 * k + 1);
    return 0.5 - density * sum;
  }
  let fraction = x;
  for (let k = 200; k > 0; k--) fraction = x + k / fraction;
  return density / fraction;
}

/** Root of upperTail(x) = p by Newton's method. */
function exactQuantileOfTail(p: number, start: number): number {
  let x = start;
  for (let i = 0; i < 3; i++) x += (upperTail(x) - p) / (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI));
  return x;
}

test('the quantile is good to 15 digits in the centre and in the tails', (t) => {
  for (const p of [0.4, 0.3, 0.1, 0.0751, 0.0749, 0.01, 1e-3, 1e-4, 1e-6, 1e-8, 1e-10, 2 ** -33]) {
    const z = normalQuantile(p);
    const expected = -exactQuantileOfTail(p, -z);
    t.true(Math.abs(z / expected - 1) < 5e-15, `p ${p}: ${z} for ${expected}`);
  }
  t.is(normalQuantile(0.5), 0);
});

test('it is odd, and rises through the seams of its ranges', (t) => {
  for (const p of [0.25, 0.0751953125, 0.07421875, 2 ** -20]) t.is(normalQuantile(p), -normalQuantile(1 - p));
  let last = -Infinity;
  for (let i = -1000; i <= 1000; i++) {
    const z = normalQuantile(0.075 + i * 1e-9);
    t.true(z > last);
    last = z;
  }
});

test('a word of 32 bits gives a standard normal variate', (t) => {
  const count = 1 << 16;
  let sum = 0;
  let squares = 0;
  let fourths = 0;
  for (let i = 0; i < count; i++) {
    const z = normalOfWord(i * 65536 + 32768);
    sum += z;
    squares += z * z;
    fourths += z ** 4;
  }
  t.true(Math.abs(sum / count) < 2e-9);
  t.true(Math.abs(squares / count - 1) < 1e-4);
  t.true(Math.abs(fourths / count - 3) < 1e-3);
  t.is(normalOfWord(0), -normalOfWord(0xffffffff));
});

test('the table is symmetric, sorted, and has variance one', (t) => {
  const size = 1 << NORMAL_TABLE_BITS;
  t.is(normalTable.length, size);
  for (let i = 0; i < size / 2; i++) t.is(normalTable[i], -normalTable[size - 1 - i]);
  for (let i = 1; i < size; i++) t.true(normalTable[i] >= normalTable[i - 1]);
  const variance = normalTable.reduce((total, z) => total + (z / 4096) ** 2, 0) / size;
  t.true(Math.abs(variance - 1) < 1e-6);
  t.is(normalTable[size - 1], 15028);
});
