import type { Drawing } from '../../network/index.js';
import { inScope } from '../tensors/kernels.js';
import { FEATURES, type Parameters, SIDE } from '../tensors/parameters.js';
import { centred, forward, MEAN } from './trunk.js';

/** Drawings per forward pass. */
const BATCH = 64;
const PIXELS = SIDE * SIDE;

/**
 * Features [504] of each drawing, by convolutions with folded statistics; without their mean if the
 * parameters have it.
 */
export function featuresOf(parameters: Parameters, drawings: Drawing[]): Float32Array[] {
  const features: Float32Array[] = [];
  for (let start = 0; start < drawings.length; start += BATCH) {
    const part = drawings.slice(start, start + BATCH);
    const images = new Float32Array(part.length * PIXELS);
    for (const [index, drawing] of part.entries()) images.set(drawing, index * PIXELS);
    const plain = inScope(() => forward(parameters, images, false).features.dataSync() as Float32Array);
    const rows = parameters[MEAN] ? centred(plain, parameters[MEAN]) : plain;
    for (let index = 0; index < part.length; index++)
      features.push(rows.slice(index * FEATURES, (index + 1) * FEATURES));
  }
  return features;
}
