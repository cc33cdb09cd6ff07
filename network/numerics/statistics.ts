/** Sum of values. */
export const sum = (values: Iterable<number>): number => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};

/** Mean of values; NaN of none. */
export const mean = (values: ArrayLike<number> & Iterable<number>): number => sum(values) / values.length;

/** Standard deviation of a sample; 0 of fewer than two values. */
export function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  return Math.sqrt(sum(values.map((value) => (value - centre) ** 2)) / (values.length - 1));
}

/**
 * Half of the 95 % confidence interval of a mean, by Student's t distribution: 1.96 standard errors of many
 * values, 12.7 of two. NaN, which JSON writes as null, for fewer than two values: they say nothing about their
 * spread.
 */
export const halfInterval = (values: readonly number[]): number =>
  values.length < 2
    ? NaN
    : (studentQuantile(values.length - 1) * standardDeviation(values)) / Math.sqrt(values.length);

/** 97.5 % quantiles of Student's t distribution for 1 to 4 degrees of freedom, for which the series is too short. */
const firstQuantiles = [12.7062, 4.30265, 3.18245, 2.77645];

/**
 * 97.5 % quantile of Student's t distribution. Source: Abramowitz and Stegun, Handbook of Mathematical Functions
 * (1964), 26.7.5, of which four terms are within 0.001 from 5 degrees of freedom on.
 */
export function studentQuantile(degrees: number): number {
  if (degrees <= firstQuantiles.length) return firstQuantiles[degrees - 1];
  const z = 1.959964;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  const fourth = (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92_160;
  return z + first / degrees + second / degrees ** 2 + third / degrees ** 3 + fourth / degrees ** 4;
}

/** Advantage of one method over another on the same tasks. */
export interface PairedDifference {
  /** Mean of the differences. */
  difference: number;
  /** Half of its 95 % confidence interval; NaN for a single pair of values. */
  ci95: number;
}

/** These values minus those, paired in order. */
export function pairedDifference(these: readonly number[], those: readonly number[]): PairedDifference {
  const differences = these.map((value, index) => value - those[index]);
  return { difference: mean(differences), ci95: halfInterval(differences) };
}
