import type { DriftResult } from './study.js';

/**
 * Drift exponents of the columns, from the first and the last results of one method; empty unless these are
 * two. A column whose scale rose from s1 at age a1 to s2 at age a2 fell as (t / t0)^-nu with nu = ln(s2 / s1)
 * / ln((a2 + t0) / (a1 + t0)). `driftStart` is t0 and `ageOfFirst` the age at time 0 of the results, both in
 * seconds.
 */
export function driftExponents(
  results: readonly DriftResult[],
  driftStart: number,
  ageOfFirst = 0,
): number[] {
  const [first, last] = [results.at(0), results.at(-1)];
  if (!first || !last || last.seconds <= first.seconds) return [];
  const age = ({ seconds }: DriftResult) => ageOfFirst + seconds + driftStart;
  const decades = Math.log(age(last) / age(first));
  return last.scales.flatMap((layer, index) =>
    layer.map((scale, column) => Math.log(scale / first.scales[index][column]) / decades),
  );
}
