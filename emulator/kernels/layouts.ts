import { DRAW_PAIRS } from '../chip/devices/slow-noise.js';
import { MAX_SLOW_OCTAVES, modelNumbers, modelTables } from '../chip/model.js';
import { array, f32, f64, i16, i32, u16, u32, u8, usize } from '../declaration/fields.js';
import { layout } from '../declaration/layout.js';
import { LANES } from './constants.js';

/** The parts of one core that a multiplication needs; the host fills it in. */
export const coreMemory = layout('CoreMemory', 'The parts of one core that a multiplication needs.', {
  rowPairs: u32('Rows of the crossbar in pairs, rounded up.'),
  weights: usize('Packed weights, int16: [block of 16 columns][row pair][column][row of the pair].'),
  variances: usize('Packed read noise variances, same order.'),
  adcGain: usize('Float64 per column: ADC codes per nS and input code.'),
  adcOffset: usize('Float64 per column: ADC codes.'),
  digitalScale: usize('Int16 per column, fixed point.'),
  digitalOffset: usize('Int16 per column, codes.'),
  keys: usize('Key of Philox: see philox-keys.ts.'),
  counter3: u32("Word 3 of Philox's counter."),
  adcMin: i32('Minimum ADC code.'),
  adcMax: i32('Maximum ADC code.'),
  clampFirst: u32('1 if the codes before saturation may not fit in 32 bits.'),
  scaleFractionBits: u32('Fraction bits of the digital scale.'),
  noiseUnit: f32('nS for the root of one variance code times one unit of the normal table.'),
});

/** Working memory of one thread that multiplies; the host fills it in. */
export const scratch = layout('Scratch', 'Working memory of one thread that multiplies.', {
  widened: usize('Inputs widened to int16, one row per vector.'),
  squared: usize('Their squares.'),
  widenedStride: u32('Bytes of one row of `widened` and `squared`.'),
  sums: usize(
    'One row per vector: for every 8 columns 8 int32 sums of input x weight, 8 of input^2 x variance.',
  ),
  sumStride: u32('Bytes of one row of `sums`.'),
  circuits: usize('Circuits, one for each group of 8 columns.'),
  draws: usize('Random 16 bits per column of one vector.'),
  codes: usize('Int16 codes of the groups of 8 columns of a window that begins or ends within one.'),
});

/** The devices of one core and the chip's model; the host fills it in. */
export const deviceMemory = layout('DeviceMemory', "The devices of one core and the chip's model.", {
  ...modelNumbers,
  ...modelTables,
  rows: u32('Rows of the crossbar.'),
  columns: u32('Columns of the crossbar.'),
  wireResistance: f64('Ohms of the column wire from one unit cell to the next.'),
  conductance: usize('Uint16 per device, as in CoreState.'),
  exponent: usize('Uint16 per device, as in CoreState.'),
  programmedAt: usize('Float64 per device, as in CoreState.'),
  pulses: usize('Uint32 per device, as in CoreState.'),
  fault: usize('Uint8 per device, as in CoreState.'),
  writes: usize('Uint32 per pair, as in CoreState.'),
  matrixConductance: usize('Int16 per pair, as in EffectiveMatrix.'),
  matrixVariance: usize('Int16 per pair, as in EffectiveMatrix.'),
  phases: usize('Float64 per octave: phases of the slow noise.'),
  keys: usize('Key of Philox: see philox-keys.ts.'),
  index: u32('Number of the core.'),
  plus: usize('Polarity: working memory for the plus polarities of a group of pairs.'),
  minus: usize('Polarity: the same for the minus polarities.'),
  slowNoise: usize('SlowNoise: working memory for the draws of slow noise.'),
  programming: usize('Programming: working memory of `program`.'),
});

/**
 * Circuits of 8 columns, and constants that all columns share: the engine would build them again at each use.
 */
export const circuits = layout('Circuits', 'Circuits of 8 columns, and constants that all columns share.', {
  gain: array('v128', 4, 'Float64 per column: ADC gain.'),
  offset: array('v128', 4, 'Float64 per column: ADC offset.'),
  scale: array('v128', 1, 'Int16 per column: digital scale.'),
  shift: array('v128', 1, 'Int16 per column: digital offset.'),
  low: f64('Minimum ADC code.'),
  high: f64('Maximum ADC code.'),
  round: f64('ROUND.'),
  unit: f32('Noise unit.'),
  lift: u16('Factor that brings a code to 15 fraction bits.'),
  min: i16('Minimum ADC code.'),
  max: i16('Maximum ADC code.'),
  clamp: u8('1 if codes are clamped before they are rounded.'),
});

/** Working memory for one polarity of a group of pairs that share draws of slow noise. */
export const polarity = layout('Polarity', 'Working memory for one polarity of a group of pairs.', {
  drifted: array('f64', DRAW_PAIRS, 'Conductance after drift, nS.'),
  deviation: array(
    'f64',
    DRAW_PAIRS,
    'Standard deviation of one octave of read noise, nS; 0 without read noise.',
  ),
  amplitude: array('f64', DRAW_PAIRS, 'Amplitude of one octave of slow noise relative to the deviation.'),
  decay: array('f64', DRAW_PAIRS, 'Share of the conductance of one device that drift has left.'),
  programmed: array('f64', DRAW_PAIRS, 'Conductance as programmed, nS.'),
  latest: array('f64', DRAW_PAIRS, 'Time of the last pulse on a device that conducts.'),
  octaves: array('u8', DRAW_PAIRS, 'Octaves of slow noise.'),
  signals: array('u8', DRAW_PAIRS, 'Sum of the signals of these octaves, int8; 0 without read noise.'),
});

/** Working memory for the draws of slow noise. */
export const slowNoise = layout('SlowNoise', 'Working memory for the draws of slow noise.', {
  countsLow: array('u32', MAX_SLOW_OCTAVES, 'Number of the present draw of each octave, low word.'),
  countsHigh: array('u32', MAX_SLOW_OCTAVES, 'High word.'),
  signals: array('v128', MAX_SLOW_OCTAVES, 'Signals of one group of pairs, a bit each, for each octave.'),
});

/** Working memory of `program`, for LANES pairs at a time. */
export const programming = layout('Programming', 'Working memory of `program`.', {
  words: array('v128', LANES, 'Counters, then random words, of the pairs.'),
  variates: array('f64', 4 * LANES, 'Their standard normal variates.'),
  list: array('u32', 4 * LANES + 1, 'List of `normals`.'),
});

/** All of them, for the build. */
export const kernelLayouts = [
  ...[coreMemory, scratch, deviceMemory],
  ...[circuits, polarity, slowNoise, programming],
];
