// Exponential, logarithm and power on doubles from + - * / alone, so that every engine, and the WebAssembly
// of the fast path with the same order of operations, gives the same bits. (Math.exp and its kin differ
// between engines.)

/** Natural logarithm of 2. */
export const LN2 = 0.6931471805599453;
/** Its first 33 significant bits, so that k * LN2_HIGH is exact for |k| < 2^20. */
export const LN2_HIGH = 0.6931471803691238;
/** The rest of it. */
export const LN2_LOW = 1.9082149292705877e-10;
export const LOG2_E = 1.4426950408889634;
export const SQRT_2 = 1.4142135623730951;

/**
 * 1.5 x 2^52: added to a double of small magnitude it leaves the nearest integer, ties to even, in the low
 * word.
 */
export const ROUND = 6755399441055744;

const float64 = new Float64Array(1);
const words = new Int32Array(float64.buffer);
const HIGH = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;
const LOW = 1 - HIGH;

/**
 * Natural logarithm of a finite x >= 2^-1022; smaller and other arguments are outside the domain. With x = m
 * 2^k, m in [1/sqrt 2, sqrt 2), and s = (m - 1) / (m + 1): ln x = k ln 2 + 2 atanh s, the series up to s^21.
 * Measured: within 2 units in the last place of the platform's Math.log, within 1 for x > 4
 * (test/emulator/numerics/elementary.test.ts).
 */
export function log(x: number): number {
  float64[0] = x;
  const high = words[HIGH];
  let k = (high >> 20) - 1023;
  words[HIGH] = (high & 0xfffff) | 0x3ff00000;
  let m = float64[0];
  if (m >= SQRT_2) {
    m *= 0.5;
    k += 1;
  }
  const s = (m - 1) / (m + 1);
  const z = s * s;
  let series = 1 / 21;
  series = series * z + 1 / 19;
  series = series * z + 1 / 17;
  series = series * z + 1 / 15;
  series = series * z + 1 / 13;
  series = series * z + 1 / 11;
  series = series * z + 1 / 9;
  series = series * z + 1 / 7;
  series = series * z + 1 / 5;
  series = series * z + 1 / 3;
  const twoS = s + s;
  return k * LN2_HIGH + (twoS + (twoS * z * series + k * LN2_LOW));
}

/**
 * e^x; 0 below -708 and Infinity above 709. With x = k ln 2 + r, |r| <= ln 2 / 2: 2^k times the Taylor series
 * of e^r up to r^13. Measured: within 1 unit in the last place of the platform's Math.exp
 * (test/emulator/numerics/elementary.test.ts).
 */
export function exp(x: number): number {
  if (x < -708) return 0;
  if (x > 709) return Infinity;
  const k = Math.floor(x * LOG2_E + 0.5);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let series = 1 / 6227020800;
  series = series * r + 1 / 479001600;
  series = series * r + 1 / 39916800;
  series = series * r + 1 / 3628800;
  series = series * r + 1 / 362880;
  series = series * r + 1 / 40320;
  series = series * r + 1 / 5040;
  series = series * r + 1 / 720;
  series = series * r + 1 / 120;
  series = series * r + 1 / 24;
  series = series * r + 1 / 6;
  series = series * r + 0.5;
  series = series * r + 1;
  series = series * r + 1;
  words[HIGH] = (k + 1023) << 20;
  words[LOW] = 0;
  return series * float64[0];
}

/**
 * x^y = exp(y ln x) for x > 0. Measured relative error: below 2e-16 (1 + |y ln x|), so 15 digits where the
 * result is of everyday size (test/emulator/numerics/elementary.test.ts).
 */
export function power(x: number, y: number): number {
  return exp(y * log(x));
}
