import type { Parameters } from './parameters.js';

/** State of AdamW; plain, so that a checkpoint holds it. */
export interface AdamState {
  step: number;
  /** Running means of gradients and of their squares. */
  first: Parameters;
  second: Parameters;
}

const MEAN_DECAY = 0.9;
const SQUARE_DECAY = 0.999;
const EPSILON = 1e-8;

export function initialAdam(parameters: Parameters): AdamState {
  const zeros = () =>
    Object.fromEntries(
      Object.entries(parameters).map(([name, values]) => [name, new Float32Array(values.length)]),
    );
  return { step: 0, first: zeros(), second: zeros() };
}

/**
 * One step of Adam with decoupled weight decay, in place (Kingma and Ba 2015; Loshchilov and Hutter 2019); `rateOf` gives
 * the rate of each parameter. Only names that end in
 * "weight" decay.
 */
export function adamStep(
  parameters: Parameters,
  gradients: Parameters,
  state: AdamState,
  rateOf: (name: string) => number,
  weightDecay: number,
): void {
  state.step++;
  const meanCorrection = 1 - MEAN_DECAY ** state.step;
  const squareCorrection = 1 - SQUARE_DECAY ** state.step;
  for (const [name, gradient] of Object.entries(gradients)) {
    const values = parameters[name];
    const rate = rateOf(name);
    const first = state.first[name];
    const second = state.second[name];
    const decay = name.endsWith('weight') ? rate * weightDecay : 0;
    for (let index = 0; index < values.length; index++) {
      const slope = gradient[index];
      first[index] += (1 - MEAN_DECAY) * (slope - first[index]);
      second[index] += (1 - SQUARE_DECAY) * (slope * slope - second[index]);
      const direction =
        first[index] / meanCorrection / (Math.sqrt(second[index] / squareCorrection) + EPSILON);
      values[index] -= rate * direction + decay * values[index];
    }
  }
}

/**
 * The one-cycle rate (Smith 2018): a linear rise over the first 30 % from a 25th of the peak, then half a cosine to a
 * ten-thousandth of it.
 */
export function oneCycleRate(step: number, steps: number, peak: number): number {
  const rise = 0.3 * steps;
  if (step < rise) return peak * (1 / 25 + (24 / 25) * (step / rise));
  const progress = Math.min(1, (step - rise) / (steps - rise));
  return peak * (1e-4 + (1 - 1e-4) * 0.5 * (1 + Math.cos(Math.PI * progress)));
}

/** A linear rise over the first 5 %, then half a cosine to zero. */
export function cosineRate(step: number, steps: number, peak: number): number {
  return peak * Math.min(1, (step + 1) / (0.05 * steps)) * 0.5 * (1 + Math.cos((Math.PI * step) / steps));
}
