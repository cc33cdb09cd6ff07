import { log } from './elementary.js';

// The polynomials of algorithm AS 241 in its first two ranges, coefficients by ascending power.
/**
 * Below this distance from the median the quantile is one quotient of polynomials, without logarithm and
 * root.
 */
export const CENTRE = 0.425;
/** Square of `CENTRE`. */
export const CENTRE_SQUARED = 0.180625;
export const centreNumerator = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
  67265.7709270087, 33430.57558358813, 2509.0809287301227,
];
export const centreDenominator = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
  28729.085735721943, 5226.495278852854,
];
/** The argument of the polynomials of the tails is sqrt(-ln p) less this. */
export const TAIL_START = 1.6;
export const tailNumerator = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
  0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
];
export const tailDenominator = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
  0.0005475938084995345, 1.0507500716444169e-9,
];

/**
 * Quantile of the standard normal distribution at probability p, for 1.4e-11 <= p <= 1 - 1.4e-11 (which holds
 * every draw of 32 bits). Wichura, algorithm AS 241 (PPND16), Applied Statistics 37 (1988), its first two
 * ranges. Measured relative error: below 5e-15 (test/emulator/numerics/normal.test.ts).
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (q >= -CENTRE && q <= CENTRE) {
    const r = CENTRE_SQUARED - q * q;
    return (q * polynomial(centreNumerator, r)) / polynomial(centreDenominator, r);
  }
  const r = Math.sqrt(-log(q < 0 ? p : 1 - p)) - TAIL_START;
  const magnitude = polynomial(tailNumerator, r) / polynomial(tailDenominator, r);
  return q < 0 ? -magnitude : magnitude;
}

/** Value of a polynomial of degree 7 at r, from its highest power down. */
function polynomial(c: readonly number[], r: number): number {
  return ((((((c[7] * r + c[6]) * r + c[5]) * r + c[4]) * r + c[3]) * r + c[2]) * r + c[1]) * r + c[0];
}

/** Width of one of 2^32 equally likely words, as a share of all probability. */
export const WORD_PROBABILITY = 2.3283064365386963e-10;

/**
 * Standard normal variate of a random 32-bit word: the quantile at (word + 1/2) / 2^32; at most 6.34 in
 * magnitude.
 */
export function normalOfWord(word: number): number {
  return normalQuantile(((word >>> 0) + 0.5) * WORD_PROBABILITY);
}

/** Random bits that choose an entry of `normalTable`. */
export const NORMAL_TABLE_BITS = 12;

/** Units of `normalTable` in one standard deviation. */
export const NORMAL_UNIT = 4096;

/**
 * Table of 2^12 equally likely values of a standard normal variate, in units of 1 / 4096: the quantiles at (i
 * + 1/2) / 2^12, scaled so that the variance is one. A multiplication draws its noise from it, one entry a
 * column: a lookup in place of a quantile. The maximum is 3.67; the variance is 1 within 1e-6.
 */
export const normalTable: Int16Array = (() => {
  const size = 1 << NORMAL_TABLE_BITS;
  const quantiles = Float64Array.from({ length: size }, (_, i) => normalQuantile((i + 0.5) / size));
  const variance = quantiles.reduce((sum, z) => sum + z * z, 0) / size;
  const scale = NORMAL_UNIT / Math.sqrt(variance);
  return Int16Array.from(quantiles, (z) => Math.floor(z * scale + 0.5));
})();
