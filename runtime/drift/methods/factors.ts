import { type LayerCorrection, identityCorrection, partsOf } from '../../device/layer-correction.js';
import type { Placement } from '../../mapping/placement.js';
import { concatenate, mean } from '../../../network/index.js';
import type { LayerCodes } from '../probes/codes.js';
import { type DriftMethod, fromActivations, fromRecorded, type LayerAnswers } from './method.js';
import { type Fit, fitAffine, fitScale, shrink } from './regression.js';

/** No compensation. */
export const none: DriftMethod = {
  name: 'none',
  description: 'no compensation',
  estimate: async ({ layers }) => ({
    corrections: layers.map(({ placement }) => identityCorrection(placement)),
    probes: 0,
  }),
};

/** One factor for each core. */
export const global: DriftMethod = {
  name: 'global',
  description: 'one factor a core, as from a single read-out of all its columns',
  estimate: fromRecorded((layers) => {
    const factors = new Map<number, number>();
    const cores = new Set(layers.flatMap(({ placement }) => coreOfParts(placement)));
    for (const core of cores) {
      const expected = concatenate(
        Float64Array,
        layers.map((layer) => answersOn(core, layer, layer.expected)),
      );
      const present = concatenate(
        Float64Array,
        layers.map((layer) => answersOn(core, layer, layer.present)),
      );
      factors.set(core, fitScale(expected, present).scale);
    }
    return layers.map(({ placement }) => {
      const parts = coreOfParts(placement);
      const correction = identityCorrection(placement);
      return {
        ...correction,
        scale: correction.scale.map((_, column) =>
          factors.get(parts[Math.floor(column / placement.outputs)])!,
        ),
      };
    });
  }),
};

/** One factor for each column. */
export const column: DriftMethod = {
  name: 'column',
  description: 'one factor a column',
  estimate: fromRecorded((layers) => layers.map((layer) => fromFits(columnFits(layer, fitScale)))),
};

/** Scale and offset of each column. */
export const affine: DriftMethod = {
  name: 'affine',
  description: 'scale and offset of each column',
  estimate: fromRecorded((layers) => layers.map((layer) => fromFits(columnFits(layer, fitAffine)))),
};

/**
 * Scale and offset of each column. Probes are the network's own activations, and the expected answers follow
 * from the levels: programming errors are compensated along with drift, and nothing has to be recorded
 * at flash time. The scales of a layer are shrunk towards their mean as far as they are uncertain.
 */
export const matched: DriftMethod = {
  name: 'matched',
  description: "scale and offset of each column, from the network's own activations",
  estimate: fromActivations((layers) =>
    layers.map((layer) => {
      const fits = columnFits(layer, fitAffine);
      const scales = shrink(fits);
      const means = columnMeans(layer);
      return {
        scale: Float64Array.from(scales),
        offset: Float64Array.from(scales, (scale, i) => means[i].expected - scale * means[i].present),
      };
    }),
  ),
};

/** Core of each part of a layer. */
function coreOfParts({ tiles }: Placement): number[] {
  return tiles.flatMap(({ core, cores }) => Array.from({ length: cores }, (_, offset) => core + offset));
}

function answersOn(core: number, { placement }: LayerAnswers, codes: LayerCodes): Float64Array {
  const length = codes.length / partsOf(placement);
  return concatenate(
    Float64Array,
    coreOfParts(placement).flatMap((own, part) =>
      own === core ? [codes.subarray(part * length, (part + 1) * length)] : [],
    ),
  );
}

/** Fits of all columns, [parts, outputs]. */
export function columnFits(
  { placement, expected, present }: LayerAnswers,
  fit: (expected: Float64Array, present: Float64Array) => Fit,
): Fit[] {
  const columns = partsOf(placement) * placement.outputs;
  const count = present.length / columns;
  const of = (codes: LayerCodes, index: number) => codes.subarray(index * count, (index + 1) * count);
  return Array.from({ length: columns }, (_, index) => fit(of(expected, index), of(present, index)));
}

function columnMeans({ placement, expected, present }: LayerAnswers) {
  const columns = partsOf(placement) * placement.outputs;
  const count = present.length / columns;
  const meanOf = (codes: LayerCodes, index: number) =>
    mean(codes.subarray(index * count, (index + 1) * count));
  return Array.from({ length: columns }, (_, index) => ({
    expected: meanOf(expected, index),
    present: meanOf(present, index),
  }));
}

const fromFits = (fits: readonly Fit[]): LayerCorrection => ({
  scale: Float64Array.from(fits, ({ scale }) => scale),
  offset: Float64Array.from(fits, ({ offset }) => offset),
});
