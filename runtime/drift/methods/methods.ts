import { type LayerCorrection, identityCorrection, partsOf } from '../../device/layer-correction.js';
import type { Placement } from '../../mapping/placement.js';
import { mean } from '../../../network/index.js';
import type { LayerCodes } from '../probes/codes.js';
import { type Fit, fitAffine, fitScale, shrink } from './regression.js';

/** What the probes of one layer should give and what they give now, as codes. */
export interface LayerAnswers {
  placement: Placement;
  expected: LayerCodes;
  present: LayerCodes;
}

/** A way to compensate drift: which probes it asks for, and what it makes of the answers. */
export interface DriftMethod {
  /**
   * `recorded`: random vectors, compared with the board's own answers at flash time; `activations`: vectors of the network's
   * own kind, compared with what a perfect chip would answer; `none` asks nothing.
   */
  readonly probes: 'none' | 'recorded' | 'activations';
  /** Corrections, one a layer. */
  estimate(layers: readonly LayerAnswers[]): LayerCorrection[];
}

/** No compensation. */
const none: DriftMethod = {
  probes: 'none',
  estimate: (layers) => layers.map(({ placement }) => identityCorrection(placement)),
};

/** One factor a core, as of a single read-out of all its columns. */
const global: DriftMethod = {
  probes: 'recorded',
  estimate(layers) {
    const factors = new Map<number, number>();
    const cores = new Set(layers.flatMap(({ placement }) => coreOfParts(placement)));
    for (const core of cores) {
      const expected = joined(layers.map((layer) => answersOn(core, layer, layer.expected)));
      const present = joined(layers.map((layer) => answersOn(core, layer, layer.present)));
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
  },
};

/** One factor a column. */
const column: DriftMethod = {
  probes: 'recorded',
  estimate: (layers) => layers.map((layer) => fromFits(columnFits(layer, fitScale))),
};

/** Scale and offset a column. */
const affine: DriftMethod = {
  probes: 'recorded',
  estimate: (layers) => layers.map((layer) => fromFits(columnFits(layer, fitAffine))),
};

/**
 * Scale and offset a column, matched to the network: probes are its own activations, what they should give is known from the
 * levels (so programming errors are compensated along with drift, and nothing has to be recorded at flash time), and the
 * scales of a layer are shrunk towards their mean as far as they are uncertain.
 */
const matched: DriftMethod = {
  probes: 'activations',
  estimate: (layers) =>
    layers.map((layer) => {
      const fits = columnFits(layer, fitAffine);
      const scales = shrink(fits);
      const means = columnMeans(layer);
      return {
        scale: Float64Array.from(scales),
        offset: Float64Array.from(scales, (scale, i) => means[i].expected - scale * means[i].present),
      };
    }),
};

export const driftMethods = { none, global, column, affine, matched } as const;
export type EstimatedMethod = keyof typeof driftMethods;
export const estimatedMethods = Object.keys(driftMethods) as EstimatedMethod[];

/** `validated` takes `global` unless `matched` proves better on invented tasks; see `DriftStudy.estimate`. */
export type DriftMethodName = EstimatedMethod | 'validated';
export const driftMethodNames: readonly DriftMethodName[] = [...estimatedMethods, 'validated'];

/** Core that each part of a layer sits on. */
function coreOfParts({ tiles }: Placement): number[] {
  return tiles.flatMap(({ core, cores }) => Array.from({ length: cores }, (_, offset) => core + offset));
}

function answersOn(core: number, { placement }: LayerAnswers, codes: LayerCodes): Float64Array {
  const length = codes.length / partsOf(placement);
  return joined(
    coreOfParts(placement).flatMap((own, part) =>
      own === core ? [codes.subarray(part * length, (part + 1) * length)] : [],
    ),
  );
}

function joined(pieces: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
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
