/** Arrays of numbers by name: parameters, or gradients by them. */
export type NamedArrays = Record<string, Float32Array>;

/** State of the optimiser; plain arrays, so that a checkpoint can hold it. */
export interface AdamState {
  /** Number of steps done. */
  step: number;
  /** Running means of the gradients and of their squares. */
  first: NamedArrays;
  second: NamedArrays;
}

/** How one step is made. */
export interface AdamOptions {
  /** Decoupled weight decay of names that end in "weight". Default 0. */
  weightDecay?: number;
  /** Maximum global norm of the gradients, which are scaled down to it. Default: no maximum. */
  maxNorm?: number;
  /**
   * Where epsilon is added: to the root of the bias-corrected second moment (`corrected`, the default;
   * algorithm 1 of Kingma and Ba), or to the root of the raw one (`raw`, the faster form at the end of their
   * section 2).
   */
  epsilonTo?: 'corrected' | 'raw';
}

const FIRST_DECAY = 0.9;
const SECOND_DECAY = 0.999;
const EPSILON = 1e-8;

/** The state before the first step. */
export function initialAdam(parameters: NamedArrays): AdamState {
  const zeros = () =>
    Object.fromEntries(
      Object.entries(parameters).map(([name, values]) => [name, new Float32Array(values.length)]),
    );
  return { step: 0, first: zeros(), second: zeros() };
}

/**
 * One step of Adam (Kingma and Ba 2015) against the gradients, in place. `rateOf` gives the rate of each
 * parameter by its name. Weight decay is decoupled (Loshchilov and Hutter 2019).
 */
export function adamStep(
  parameters: NamedArrays,
  gradients: NamedArrays,
  state: AdamState,
  rateOf: (name: string) => number,
  { weightDecay = 0, maxNorm = Infinity, epsilonTo = 'corrected' }: AdamOptions = {},
): void {
  state.step++;
  const firstCorrection = 1 - FIRST_DECAY ** state.step;
  const secondCorrection = 1 - SECOND_DECAY ** state.step;
  const rawCorrection = Math.sqrt(secondCorrection) / firstCorrection;
  const scale = clipping(gradients, maxNorm);
  for (const [name, gradient] of Object.entries(gradients)) {
    const values = parameters[name];
    const rate = rateOf(name);
    const rawRate = rate * rawCorrection;
    const decay = name.endsWith('weight') ? rate * weightDecay : 0;
    const first = state.first[name];
    const second = state.second[name];
    for (let i = 0; i < values.length; i++) {
      const slope = scale * gradient[i];
      first[i] += (1 - FIRST_DECAY) * (slope - first[i]);
      second[i] += (1 - SECOND_DECAY) * (slope * slope - second[i]);
      const change =
        epsilonTo === 'raw'
          ? (rawRate * first[i]) / (Math.sqrt(second[i]) + EPSILON)
          : rate * (first[i] / firstCorrection / (Math.sqrt(second[i] / secondCorrection) + EPSILON));
      values[i] -= change + decay * values[i];
    }
  }
}

/** Factor that brings the global norm of the gradients down to `maxNorm`; 1 if it is not above. */
function clipping(gradients: NamedArrays, maxNorm: number): number {
  if (maxNorm === Infinity) return 1;
  let squares = 0;
  for (const gradient of Object.values(gradients)) for (const value of gradient) squares += value * value;
  const norm = Math.sqrt(squares);
  return norm > maxNorm ? maxNorm / norm : 1;
}
