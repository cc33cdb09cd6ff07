/**
 * The one-cycle rate (Smith 2018): a linear rise over the first 30 % of the steps from a 25th of the peak,
 * then half a cosine down to a ten-thousandth of it.
 */
export function oneCycleRate(step: number, steps: number, peak: number): number {
  const rise = 0.3 * steps;
  if (step < rise) return peak * (1 / 25 + (24 / 25) * (step / rise));
  const progress = Math.min(1, (step - rise) / (steps - rise));
  return peak * (1e-4 + (1 - 1e-4) * 0.5 * (1 + Math.cos(Math.PI * progress)));
}

/** A linear rise over the first 5 % of the steps, times half a cosine down to zero. */
export function cosineRate(step: number, steps: number, peak: number): number {
  return peak * Math.min(1, (step + 1) / (0.05 * steps)) * 0.5 * (1 + Math.cos((Math.PI * step) / steps));
}
