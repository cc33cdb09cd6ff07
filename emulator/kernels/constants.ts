import { EXPONENT_MAX, EXPONENT_UNITS } from '../chip/devices/drift.js';
import { PURPOSE_SHIFT } from '../chip/devices/draws.js';
import { DRAW_PAIRS } from '../chip/devices/slow-noise.js';
import { MAX_SLOW_OCTAVES, modelDraws } from '../chip/model.js';
import { type Constants, upperCase } from '../declaration/assembly-source.js';
import { LN2, LN2_HIGH, LN2_LOW, LOG2_E, ROUND, SQRT_2 } from '../numerics/elementary.js';
import {
  CENTRE,
  CENTRE_SQUARED,
  centreDenominator,
  centreNumerator,
  NORMAL_TABLE_BITS,
  TAIL_START,
  tailDenominator,
  tailNumerator,
  WORD_PROBABILITY,
} from '../numerics/normal.js';
import { ROUNDS } from '../numerics/philox.js';
import { CONDUCTANCE_LIMIT } from '../profile/profile.js';

/** Columns of a block of packed weights: four vectors of four columns. */
export const BLOCK = 16;
/** Vectors multiplied at a time, so that their sums stay in the first cache. */
export const CHUNK = 16;
/** Counters that one run of Philox takes. */
export const LANES = 8;
/** Columns whose noise one run of Philox draws: a draw of four words is 8 columns. */
export const DRAW_COLUMNS = 8 * LANES;
/** Address of the normal table, int16: the first thing in memory. Address 0 stands for "none". */
export const NORMAL_TABLE = 64;
/** Mask of a byte offset in the normal table. */
const NORMAL_TABLE_MASK = 2 * ((1 << NORMAL_TABLE_BITS) - 1);

/** PURPOSE_PROGRAM and so on. */
const purposes = Object.fromEntries(
  Object.entries(modelDraws).map(([name, purpose]) => [`PURPOSE_${upperCase(name)}`, purpose]),
);

/** The constants that the kernels share with the host, by their type in the kernels. */
export const kernelConstants = {
  i32: { BLOCK, CHUNK, DRAW_COLUMNS, LANES, NORMAL_TABLE_MASK, ROUNDS },
  u32: { DRAW_PAIRS, MAX_SLOW_OCTAVES, PURPOSE_SHIFT, ...purposes },
  usize: { NORMAL_TABLE },
  f64: {
    ...{ CONDUCTANCE_LIMIT, EXPONENT_MAX, EXPONENT_UNITS },
    ...{ LN2, LN2_HIGH, LN2_LOW, LOG2_E, ROUND, SQRT_2 },
    ...{ CENTRE, CENTRE_SQUARED, TAIL_START, WORD_PROBABILITY },
    CENTRE_NUMERATOR: centreNumerator,
    CENTRE_DENOMINATOR: centreDenominator,
    TAIL_NUMERATOR: tailNumerator,
    TAIL_DENOMINATOR: tailDenominator,
  },
} satisfies Constants;
