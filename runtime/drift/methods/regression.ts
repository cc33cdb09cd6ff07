import { mean, sum } from '../../../network/index.js';

/** Least-squares fit of expected answers on present ones: expected = scale x present + offset. */
export interface Fit {
  /**
   * The best predictor from answers with read noise. It is smaller than the ratio of the conductances by the
   * share of that noise in the power of the answers.
   */
  scale: number;
  /** Standard error of the scale, from the residuals. */
  scaleError: number;
  offset: number;
}

/** The fit of a column whose answers are all zero: it stays as it is. */
const untouched: Fit = { scale: 1, scaleError: Infinity, offset: 0 };

/** One factor for all answers given. */
export function fitScale(expected: Float64Array, present: Float64Array): Fit {
  return fitAbout(expected, 0, present, 0, 1);
}

/** A factor and an offset. */
export function fitAffine(expected: Float64Array, present: Float64Array): Fit {
  const fit = fitAbout(expected, mean(expected), present, mean(present), 2);
  return fit.scaleError === Infinity ? { ...fit, offset: mean(expected) - mean(present) } : fit;
}

/** The fit through a given point of the plane; `parameters` are the degrees of freedom that it uses. */
function fitAbout(
  expected: Float64Array,
  expectedCentre: number,
  present: Float64Array,
  presentCentre: number,
  parameters: number,
): Fit {
  let product = 0;
  let square = 0;
  let expectedSquare = 0;
  for (let index = 0; index < present.length; index++) {
    const x = present[index] - presentCentre;
    const y = expected[index] - expectedCentre;
    product += x * y;
    square += x * x;
    expectedSquare += y * y;
  }
  if (square === 0 || product <= 0) return untouched;
  const scale = product / square;
  const residual = Math.max(0, expectedSquare - scale * product) / Math.max(1, present.length - parameters);
  return { scale, scaleError: Math.sqrt(residual / square), offset: expectedCentre - scale * presentCentre };
}

/**
 * Shrinks scales towards their common mean, each according to its own uncertainty (empirical Bayes for normal
 * means, with the spread between columns by moments: DerSimonian and Laird 1986).
 */
export function shrink(fits: readonly Fit[]): number[] {
  const known = fits.filter(({ scaleError }) => scaleError > 0 && scaleError < Infinity);
  if (known.length < 3) return fits.map(({ scale }) => scale);
  const weights = known.map(({ scaleError }) => 1 / scaleError ** 2);
  const total = sum(weights);
  const centre = sum(known.map(({ scale }, i) => weights[i] * scale)) / total;
  const excess = sum(known.map(({ scale }, i) => weights[i] * (scale - centre) ** 2)) - (known.length - 1);
  const between = Math.max(0, excess / (total - sum(weights.map((weight) => weight ** 2)) / total));
  return fits.map(({ scale, scaleError }) => {
    if (scaleError === Infinity) return centre;
    if (between === 0) return centre;
    const trust = between / (between + scaleError ** 2);
    return trust * scale + (1 - trust) * centre;
  });
}
