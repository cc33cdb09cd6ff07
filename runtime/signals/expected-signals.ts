import { type Drawing, MAX_LEVEL, type Model, networkInput } from '../../network/index.js';
import { inputScaleOf } from '../device/device-layer.js';
import { partsOf } from '../device/layer-correction.js';
import { constantsOf, stageOutputs, stageVectors } from '../device/stage.js';
import { idealCodes, type LayerCodes } from '../drift/probes/codes.js';
import { layerLevels } from '../mapping/layer-levels.js';
import type { Placement, Plan } from '../mapping/placement.js';
import { type LayerSignals, SignalCounts } from './layer-signals.js';

/**
 * What would go through each layer of a model for these drawings on a perfect chip with nominal converters, the head
 * last: whether its scales fit the chip, known before any device is programmed. A head without stored weights has
 * no codes yet. Errors: `ModelError` for drawings of another size.
 */
export function expectedSignals(model: Model, plan: Plan, drawings: readonly Drawing[]): LayerSignals[] {
  let images = drawings.map((drawing) => networkInput(model.description, drawing));
  return plan.placements.map((placement) => {
    const { shape } = placement;
    const { name, weights } = shape.layer;
    const counts = new SignalCounts();
    const vectors = stageVectors(shape, inputScaleOf(placement), images, counts);
    if (weights === undefined) return { ...counts.of(name), dead: counts.busy === 0 };
    const matrix = layerLevels(model, placement);
    const codes = idealCodes(placement, matrix, plan.chip, vectors);
    clip(codes, plan, counts);
    const sums = sumsOf(codes, placement, plan, matrix.unit);
    counts.lookAt(sums);
    if (shape.output) images = stageOutputs(shape, sums, images.length, constantsOf(model, shape));
    return counts.of(name);
  });
}

/** Limits codes to those that the converter has, and counts them. */
function clip(codes: LayerCodes, { chip }: Plan, counts: SignalCounts): void {
  const full = 2 ** (chip.adcBits - 1);
  for (const [at, code] of codes.entries()) {
    codes[at] = Math.max(-full, Math.min(full - 1, code));
    if (Math.round(codes[at]) === full - 1 || Math.round(codes[at]) === -full) counts.codesClipped++;
  }
  counts.codes += codes.length;
}

/** Weighted sums [vectors, outputs] of codes [parts, outputs, vectors], in the units of the network. */
function sumsOf(codes: LayerCodes, placement: Placement, { chip }: Plan, unit: Float32Array): Float32Array {
  const { outputs, repeats } = placement;
  const columns = partsOf(placement) * outputs;
  const count = codes.length / columns;
  const value = (chip.adcStep * inputScaleOf(placement) * MAX_LEVEL) / (chip.conductanceMax * repeats);
  const sums = new Float32Array(count * outputs);
  for (let column = 0, at = 0; column < columns; column++)
    for (let vector = 0; vector < count; vector++, at++)
      sums[vector * outputs + (column % outputs)] += codes[at] * value * unit[column % outputs];
  return sums;
}
