import { ModelError } from './errors.js';

/** A function of one value: applied to each output of a layer after its bias and before its pooling. */
export type Activation = (value: number) => number;

/**
 * By the name that a model file gives. The model's schema, the software reference and the host of a board all
 * ask here.
 */
const activations = new Map<string, Activation>([
  ['relu', (value) => (value > 0 ? value : 0)],
  ['none', (value) => value],
]);

/** The names that a model file may give. */
export const activationNames = (): string[] => [...activations.keys()];

/** Errors: `ModelError` for a name that no activation has. */
export function activationOf(name: string): Activation {
  const activation = activations.get(name);
  if (activation) return activation;
  throw new ModelError(
    `There is no activation "${name}"; use one of ${activationNames().join(', ')}, or add it with addActivation.`,
  );
}

/**
 * Lets models use another activation, under a name of its own, for as long as the program runs.
 * Errors: `RangeError` for a name that is taken.
 */
export function addActivation(name: string, activation: Activation): void {
  if (activations.has(name))
    throw new RangeError(`There is an activation "${name}" already; choose another name.`);
  activations.set(name, activation);
}
