/** Address of 4,096 standard normal variates, int16: what core-memory.ts allocates first. */
export const NORMAL_TABLE: usize = 64;

/** Where one core's arrays lie in the linear memory; written by core-memory.ts, field by field in this order. */
@unmanaged
export class CoreMemory {
  /** Rows of the crossbar in pairs, rounded up. */
  rowPairs!: u32;
  /** Packed weights, int16: [block of 16 columns][row pair][column][row of the pair]. */
  weights!: usize;
  /** Packed read noise variances, same order. */
  variances!: usize;
  /** Float64 a column: ADC codes per nS and input code, and ADC codes. */
  adcGain!: usize;
  adcOffset!: usize;
  /** Int16 a column. */
  digitalScale!: usize;
  digitalOffset!: usize;
  /** Where philox-keys.ts put the key of Philox, and word 3 of its counter. */
  keys!: usize;
  counter3!: u32;
  /** Least and greatest ADC code. */
  adcLow!: i32;
  adcHigh!: i32;
  /** 1 if the codes before saturation may not fit in 32 bits. */
  clampFirst!: u32;
  /** Fraction bits of the digital scale. */
  scaleFractionBits!: u32;
  /** nS for the root of one variance code times one unit of the normal table. */
  noiseUnit!: f32;
}

/** What one thread works in; written by core-memory.ts, field by field in this order. */
@unmanaged
export class Scratch {
  /** Inputs widened to int16, one row a vector. */
  widened!: usize;
  /** Their squares. */
  squared!: usize;
  /** Bytes of one row of `widened` and `squared`. */
  widenedStride!: u32;
  /** One row a vector: for every 8 columns 8 int32 sums of input x weight, 8 of input^2 x variance. */
  sums!: usize;
  /** Bytes of one row of `sums`. */
  sumStride!: u32;
  /** Converters and digital units in groups of 8 columns, see convert.as.ts. */
  circuits!: usize;
  /** Random 16 bits a column of one vector. */
  draws!: usize;
  /** Int16 codes of the groups of 8 columns of a window that begins or ends within one. */
  codes!: usize;
}
