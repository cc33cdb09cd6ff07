import { log } from './elementary.js';

/** Below this distance from the median the quantile is one quotient of polynomials, without logarithm and root. */
const CENTRE = 0.425;

/**
 * Quantile of the standard normal distribution at probability p, for 1.4e-11 <= p <= 1 - 1.4e-11 (which holds every
 * draw of 32 bits). Wichura, algorithm AS 241 (PPND16), Applied Statistics 37 (1988), its first two ranges.
 * Measured relative error: below 5e-15 (test/emulator/normal.test.ts).
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (q >= -CENTRE && q <= CENTRE) {
    const r = 0.180625 - q * q;
    let numerator = 2509.0809287301227;
    numerator = numerator * r + 33430.57558358813;
    numerator = numerator * r + 67265.7709270087;
    numerator = numerator * r + 45921.95393154987;
    numerator = numerator * r + 13731.69376550946;
    numerator = numerator * r + 1971.5909503065513;
    numerator = numerator * r + 133.14166789178438;
    numerator = numerator * r + 3.3871328727963665;
    let denominator = 5226.495278852854;
    denominator = denominator * r + 28729.085735721943;
    denominator = denominator * r + 39307.89580009271;
    denominator = denominator * r + 21213.794301586597;
    denominator = denominator * r + 5394.196021424751;
    denominator = denominator * r + 687.1870074920579;
    denominator = denominator * r + 42.31333070160091;
    denominator = denominator * r + 1;
    return (q * numerator) / denominator;
  }
  const r = Math.sqrt(-log(q < 0 ? p : 1 - p)) - 1.6;
  let numerator = 0.0007745450142783414;
  numerator = numerator * r + 0.022723844989269184;
  numerator = numerator * r + 0.2417807251774506;
  numerator = numerator * r + 1.2704582524523684;
  numerator = numerator * r + 3.6478483247632045;
  numerator = numerator * r + 5.769497221460691;
  numerator = numerator * r + 4.630337846156546;
  numerator = numerator * r + 1.4234371107496835;
  let denominator = 1.0507500716444169e-9;
  denominator = denominator * r + 0.0005475938084995345;
  denominator = denominator * r + 0.015198666563616457;
  denominator = denominator * r + 0.14810397642748008;
  denominator = denominator * r + 0.6897673349851;
  denominator = denominator * r + 1.6763848301838038;
  denominator = denominator * r + 2.053191626637759;
  denominator = denominator * r + 1;
  const magnitude = numerator / denominator;
  return q < 0 ? -magnitude : magnitude;
}

/** Standard normal variate of a random 32-bit word: the quantile at (word + 1/2) / 2^32; at most 6.34 in magnitude. */
export function normalOfWord(word: number): number {
  return normalQuantile(((word >>> 0) + 0.5) * 2.3283064365386963e-10);
}

/** Random bits that choose an entry of `normalTable`. */
export const NORMAL_TABLE_BITS = 12;

/** Units of `normalTable` in one standard deviation. */
export const NORMAL_UNIT = 4096;

/**
 * Table of 2^12 equally likely values of a standard normal variate, in units of 1 / 4096: the quantiles at
 * (i + 1/2) / 2^12, scaled so that the variance is one. What a multiplication draws its noise from, one entry a column:
 * a lookup in place of a quantile. The greatest value is 3.67; the variance is 1 within 1e-6.
 */
export const normalTable: Int16Array = (() => {
  const size = 1 << NORMAL_TABLE_BITS;
  const quantiles = Float64Array.from({ length: size }, (_, i) => normalQuantile((i + 0.5) / size));
  const variance = quantiles.reduce((sum, z) => sum + z * z, 0) / size;
  const scale = NORMAL_UNIT / Math.sqrt(variance);
  return Int16Array.from(quantiles, (z) => Math.floor(z * scale + 0.5));
})();
