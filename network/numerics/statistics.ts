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
 * Half of the 95 % confidence interval of a mean: 1.96 standard errors. NaN, which JSON writes as null, for fewer
 * than two values: they say nothing about their spread.
 */
export const halfInterval = (values: readonly number[]): number =>
  values.length < 2 ? NaN : (1.96 * standardDeviation(values)) / Math.sqrt(values.length);

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
