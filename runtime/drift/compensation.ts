import type { LayerCorrection } from '../device/layer-correction.js';
import type { DriftedLayers, DriftMethod } from './methods/method.js';
import { driftMethod, type DriftMethodName } from './methods/methods.js';

/** A compensation as it was estimated. */
export interface Compensation {
  /** Name of the method whose corrections these are: the one that was asked, or the one that it chose. */
  method: string;
  /** That method, to compensate further layers of the same board. */
  estimator: DriftMethod;
  /** One for each layer. */
  corrections: LayerCorrection[];
  /** Vectors multiplied for the estimate, counted per core. */
  probes: number;
}

/**
 * Estimates the compensation of layers from present answers of the board. `method`: a name of `driftMethods`,
 * or a method of the user's own. Errors: `RangeError` for an unknown name; the board's `Refusal`,
 * `LinkError`.
 */
export async function compensate(
  method: DriftMethod | DriftMethodName,
  drifted: DriftedLayers,
): Promise<Compensation> {
  const asked = driftMethod(method);
  const { corrections, probes, chosen = asked } = await asked.estimate(drifted);
  return { method: chosen.name, estimator: chosen, corrections, probes };
}
