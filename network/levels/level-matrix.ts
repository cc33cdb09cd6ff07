import { MAX_LEVEL, columnRanges, toLevel } from './levels.js';
import type { Tensor } from '../model/model.js';

/** A weight matrix as levels. */
export interface LevelMatrix {
  outputs: number;
  inputs: number;
  /** [outputs, inputs] in row-major order, -7 .. 7. */
  levels: Int8Array;
  /** [outputs] weight of one level; 0 for an output whose weights are all 0. */
  unit: Float32Array;
}

/**
 * Quantises weights [outputs, ...] with one scale for each output (a column of the crossbar): its largest
 * magnitude becomes the outermost level. With `range`, that magnitude does for all outputs; weights beyond it
 * take the outermost level.
 */
export function levelMatrix(weights: Tensor, range?: number): LevelMatrix {
  const outputs = weights.shape[0];
  const inputs = weights.data.length / outputs;
  const ranges = range === undefined ? columnRanges(weights) : new Float32Array(outputs).fill(range);
  const levels = Int8Array.from(weights.data, (weight, index) =>
    toLevel(weight, ranges[Math.floor(index / inputs)]),
  );
  return { outputs, inputs, levels, unit: ranges.map((magnitude) => magnitude / MAX_LEVEL) };
}

/**
 * The pair of target conductances for a level; the unused polarity is 0. `conductanceMax` and targets in nS.
 */
export function targetPair(level: number, conductanceMax: number): [plus: number, minus: number] {
  const conductance = Math.round((Math.abs(level) / MAX_LEVEL) * conductanceMax);
  return level > 0 ? [conductance, 0] : [0, conductance];
}

/**
 * Target conductances [2, levels] of a list of levels, plus then minus; `conductanceMax` and targets in nS.
 */
export function pairTargets(levels: Int8Array, conductanceMax: number): Uint16Array {
  const targets = new Uint16Array(2 * levels.length);
  for (const [index, level] of levels.entries()) {
    const [plus, minus] = targetPair(level, conductanceMax);
    targets[index] = plus;
    targets[levels.length + index] = minus;
  }
  return targets;
}
