import type { Board } from '../../../drivers/index.js';
import { MAX_LEVEL, type LevelMatrix } from '../../../network/index.js';
import { partsOf } from '../../device/layer-correction.js';
import type { Placement } from '../../mapping/placement.js';
import { outputsOf } from '../../mapping/spare-columns.js';
import { tileInputs } from '../../mapping/tile-inputs.js';

/** Codes of one placed layer, before its parts are added: [parts, outputs, vectors]. */
export type LayerCodes = Float64Array;

/** Multiplies input codes [vectors, inputs] on the board. Errors: the board's `Refusal`, `LinkError`. */
export async function measureCodes(
  board: Board,
  placement: Placement,
  vectors: Int8Array,
): Promise<LayerCodes> {
  const { inputs, outputs, tiles } = placement;
  const count = vectors.length / inputs;
  const result = new Float64Array(partsOf(placement) * outputs * count);
  for (const tile of tiles) {
    const codes = await board.multiply(
      tile.core,
      tile.cores,
      tile.window,
      tileInputs(placement, tile, vectors),
    );
    const columns = outputsOf(tile);
    for (let vector = 0, at = 0; vector < count; vector++)
      for (let part = 0; part < tile.cores; part++)
        for (let column = 0; column < columns.length; column++, at++)
          if (columns[column] >= 0)
            result[((tile.firstPart + part) * outputs + columns[column]) * count + vector] = codes[at];
  }
  return result;
}

/**
 * The codes of a perfect chip with nominal converters, neither rounded nor clipped. `vectors`: [vectors,
 * inputs]; `adcStep` in code x nS, `conductanceMax` in nS.
 */
export function idealCodes(
  placement: Placement,
  { levels }: LevelMatrix,
  { adcStep, conductanceMax }: { adcStep: number; conductanceMax: number },
  vectors: Int8Array,
): LayerCodes {
  const { inputs, outputs, partInputs, repeats } = placement;
  const count = vectors.length / inputs;
  const parts = partsOf(placement);
  const codesPerLevel = (conductanceMax / MAX_LEVEL / adcStep) * repeats;
  const result = new Float64Array(parts * outputs * count);
  for (let part = 0; part < parts; part++) {
    const last = Math.min(inputs, (part + 1) * partInputs);
    for (let vector = 0; vector < count; vector++)
      for (let input = part * partInputs; input < last; input++) {
        const code = vectors[vector * inputs + input] * codesPerLevel;
        if (code === 0) continue;
        for (let output = 0; output < outputs; output++)
          result[(part * outputs + output) * count + vector] += code * levels[output * inputs + input];
      }
  }
  return result;
}
