import type { Drawing } from '../learning/classes.js';
import type { ModelDescription } from './model.js';
import { ModelError } from './errors.js';
import { sizeOf } from './shapes.js';

/**
 * Input of a network for a drawing [channels, height, width] of ink 1 on paper 0: the values that the network
 * was trained to see for these. Errors: `ModelError` if the drawing has another size.
 */
export function networkInput({ input }: ModelDescription, drawing: Drawing): Float32Array {
  const { channels, height, width, ink = 1, paper = 0 } = input;
  if (drawing.length !== sizeOf(input))
    throw new ModelError(
      `The model takes images of ${channels} x ${height} x ${width} values, but a drawing has ${drawing.length}; use a model for drawings of this size.`,
    );
  return ink === 1 && paper === 0 ? drawing : drawing.map((value) => paper + (ink - paper) * value);
}
