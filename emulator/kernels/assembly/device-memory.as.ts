/** Where one core's devices and the chip's tables lie; written by device-memory.ts, field by field in this order. */
@unmanaged
export class DeviceMemory {
  /** Seconds. */
  time0!: f64;
  readTime!: f64;
  slowPeriod!: f64;
  varianceScale!: f64;
  wireResistance!: f64;
  relativeConductance!: f64;
  rows!: u32;
  columns!: u32;
  devicesPerPolarity!: u32;
  varianceMax!: u32;
  noisy!: bool;
  /** Float64 by programmed conductance, as in ChipModel. */
  relativeNoise!: usize;
  /** Three float64 by target, as in ChipModel: programmingDeviation, exponentMean, exponentDeviation. */
  programming!: usize;
  /** The arrays of CoreState. */
  conductance!: usize;
  exponent!: usize;
  programmedAt!: usize;
  pulses!: usize;
  fault!: usize;
  writes!: usize;
  /** The arrays of EffectiveMatrix. */
  matrixConductance!: usize;
  matrixVariance!: usize;
  /** Float64 an octave: phases of the slow noise. */
  phases!: usize;
  /** Where philox-keys.ts put the key of Philox, and word 3 of its counter by purpose. */
  keys!: usize;
  programWord!: u32;
  slowNoiseWord!: u32;
  /** Scratch, see refresh.as.ts and program.as.ts. */
  scratch!: usize;
}
