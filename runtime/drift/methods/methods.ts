import { affine, column, global, matched, none } from './factors.js';
import type { DriftMethod } from './method.js';
import { validated } from './validated.js';

/** The methods that users can name, in the order in which they are listed. */
export const driftMethods = { none, global, column, affine, matched, validated } as const satisfies Record<
  string,
  DriftMethod
>;

/** Name of one of `driftMethods`. */
export type DriftMethodName = keyof typeof driftMethods;

/** All names, in the order of `driftMethods`. */
export const driftMethodNames = Object.keys(driftMethods) as readonly DriftMethodName[];

/**
 * The method of this name; a method of the user's own is returned as it is. Errors: `RangeError` for a name
 * that no method has.
 */
export function driftMethod(method: DriftMethod | DriftMethodName): DriftMethod {
  if (typeof method !== 'string') return method;
  if (Object.hasOwn(driftMethods, method)) return driftMethods[method];
  throw new RangeError(
    `There is no method '${String(method)}'; name some of ${driftMethodNames.join(', ')}.`,
  );
}
