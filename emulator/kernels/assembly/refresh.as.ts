import {
  CONDUCTANCE_LIMIT,
  DeviceMemory,
  DRAW_PAIRS,
  EXPONENT_UNITS,
  LN2,
  MAX_SLOW_OCTAVES,
  POLARITY_AMPLITUDE,
  POLARITY_DECAY,
  POLARITY_DEVIATION,
  POLARITY_DRIFTED,
  POLARITY_LATEST,
  POLARITY_OCTAVES,
  POLARITY_PROGRAMMED,
  POLARITY_SIGNALS,
  ROUND,
} from './declared.as';
import { exponentials, log } from './elementary.as';
import { drawSlowNoise, prepareSlowNoise, sumSlowNoise } from './slow-noise.as';

/** Last pulse of a polarity that does not conduct. */
const NEVER: f64 = -Infinity;

/**
 * Computes the effective matrix for a cell of the clock: `refreshMatrix` of chip/crossbar/refresh-matrix.ts,
 * of all pairs. `begin` is the cell's beginning on the clock that devices age on.
 */
export function refresh(core: DeviceMemory, cell: f64, begin: f64, resistanceChange: f64): void {
  const time = f64x2.splat(begin);
  const pairs = core.pairs;
  prepareSlowNoise(core, cell);
  for (let start: u32 = 0; start < pairs; start += DRAW_PAIRS) {
    const count = min<u32>(DRAW_PAIRS, pairs - start);
    readPolarity(core, 0, start, count, time, resistanceChange, core.plus);
    readPolarity(core, 1, start, count, time, resistanceChange, core.minus);
    combine(core, start, count);
  }
}

/**
 * Reads one polarity of a group, its conductance and its slow noise apart: `PolarityReader` of
 * chip/devices/conductance.ts.
 */
function readPolarity(
  core: DeviceMemory,
  polarity: u32,
  start: u32,
  count: u32,
  time: v128,
  resistanceChange: f64,
  out: usize,
): void {
  const pairs = core.pairs;
  memory.fill(out + POLARITY_DRIFTED, 0, 8 * DRAW_PAIRS);
  memory.fill(out + POLARITY_PROGRAMMED, 0, 8 * DRAW_PAIRS);
  for (let i: u32 = 0; i < count; i += 2) v128.store(out + POLARITY_LATEST + 8 * i, f64x2.splat(NEVER));
  let first = polarity * core.devicesPerPolarity * pairs + start;
  for (let left = core.devicesPerPolarity; left > 0; left--, first += pairs) {
    collectDecays(core, first, count, time, out);
    exponentials(out + POLARITY_DECAY, count);
    if (resistanceChange !== 0) warm(core, first, count, resistanceChange, out);
    else addDrifted(core, first, count, out);
  }
  if (!core.noisy) return;
  const octaves = prepareNoise(core, count, time, out);
  drawSlowNoise(core, polarity, start / DRAW_PAIRS, octaves);
  sumSlowNoise(core.slowNoise, octaves, out + POLARITY_OCTAVES, out + POLARITY_SIGNALS);
}

/**
 * Computes the logarithms of the decay of devices, and programmed conductance and last pulse of their
 * polarities.
 */
function collectDecays(core: DeviceMemory, first: u32, count: u32, time: v128, out: usize): void {
  const zero = f64x2.splat(0);
  const never = f64x2.splat(NEVER);
  const unit = f64x2.splat(-1.0 / EXPONENT_UNITS);
  // Devices of a region are mostly programmed at one time: its logarithm is kept.
  let pulsed = time;
  let logarithm = driftLogarithm(core, time, pulsed);
  for (let i: u32 = 0; i < count; i += 2) {
    const programmedAt = v128.load(core.programmedAt + 8 * (first + i));
    if (v128.any_true(f64x2.ne(programmedAt, pulsed))) {
      pulsed = programmedAt;
      logarithm = driftLogarithm(core, time, pulsed);
    }
    const exponent = twoIntegers(core.exponent + 2 * (first + i));
    v128.store(out + POLARITY_DECAY + 8 * i, f64x2.mul(f64x2.mul(exponent, unit), logarithm));
    const conductance = twoIntegers(core.conductance + 2 * (first + i));
    const programmed = out + POLARITY_PROGRAMMED + 8 * i;
    v128.store(programmed, f64x2.add(v128.load(programmed), conductance));
    const latest = out + POLARITY_LATEST + 8 * i;
    const conducting = v128.bitselect(programmedAt, never, f64x2.gt(conductance, zero));
    v128.store(latest, f64x2.pmax(v128.load(latest), conducting));
  }
}

/** Adds the drifted conductances of devices to those of their polarities. */
function addDrifted(core: DeviceMemory, first: u32, count: u32, out: usize): void {
  for (let i: u32 = 0; i < count; i += 2) {
    const conductance = twoIntegers(core.conductance + 2 * (first + i));
    const drifted = out + POLARITY_DRIFTED + 8 * i;
    v128.store(
      drifted,
      f64x2.add(v128.load(drifted), f64x2.mul(conductance, v128.load(out + POLARITY_DECAY + 8 * i))),
    );
  }
}

/** Adds them at a temperature other than the reference: `Temperature` of chip/devices/temperature.ts. */
function warm(core: DeviceMemory, first: u32, count: u32, resistanceChange: f64, out: usize): void {
  const one = f64x2.splat(1.0);
  const relative = f64x2.splat(core.relativeConductance);
  const change = f64x2.splat(resistanceChange);
  for (let i: u32 = 0; i < count; i += 2) {
    const programmed = twoIntegers(core.conductance + 2 * (first + i));
    const conductance = f64x2.mul(programmed, v128.load(out + POLARITY_DECAY + 8 * i));
    const crystalline = f64x2.pmin(f64x2.mul(conductance, relative), one);
    const resistance = f64x2.add(one, f64x2.mul(f64x2.sub(one, crystalline), change));
    const drifted = out + POLARITY_DRIFTED + 8 * i;
    v128.store(drifted, f64x2.add(v128.load(drifted), f64x2.div(conductance, resistance)));
  }
}

/**
 * Deviation of each polarity, amplitude and octaves of its slow noise; returns the maximum number of octaves.
 */
function prepareNoise(core: DeviceMemory, count: u32, time: v128, out: usize): u32 {
  const never = f64x2.splat(NEVER);
  let latest = time;
  let variance = slowVariance(core, time, latest);
  let octaves = slowOctaves(variance);
  let amplitude = f64x2.sqrt(f64x2.div(variance, octaves));
  let maxOctaves = octaves;
  for (let i: u32 = 0; i < count; i += 2) {
    // a polarity that does not conduct has no noise, whatever its octaves
    const last = v128.load(out + POLARITY_LATEST + 8 * i);
    const known = v128.bitselect(latest, last, f64x2.eq(last, never));
    if (v128.any_true(f64x2.ne(known, latest))) {
      latest = known;
      variance = slowVariance(core, time, latest);
      octaves = slowOctaves(variance);
      amplitude = f64x2.sqrt(f64x2.div(variance, octaves));
      maxOctaves = f64x2.pmax(maxOctaves, octaves);
    }
    const relative = relativeNoise(core, v128.load(out + POLARITY_PROGRAMMED + 8 * i));
    v128.store(
      out + POLARITY_DEVIATION + 8 * i,
      f64x2.mul(v128.load(out + POLARITY_DRIFTED + 8 * i), relative),
    );
    v128.store(out + POLARITY_AMPLITUDE + 8 * i, amplitude);
    store<u8>(out + POLARITY_OCTAVES + i, <u8>f64x2.extract_lane(octaves, 0));
    store<u8>(out + POLARITY_OCTAVES + i, <u8>f64x2.extract_lane(octaves, 1), 1);
  }
  return <u32>max(f64x2.extract_lane(maxOctaves, 0), f64x2.extract_lane(maxOctaves, 1));
}

/** ln((age + t0) / t0) of devices that were pulsed at these times. */
function driftLogarithm(core: DeviceMemory, time: v128, pulsed: v128): v128 {
  const age = f64x2.pmax(f64x2.sub(time, pulsed), f64x2.splat(0));
  const time0 = f64x2.splat(core.time0);
  return log(f64x2.div(f64x2.add(age, time0), time0));
}

/** Variance of the slow noise over Q^2. */
function slowVariance(core: DeviceMemory, time: v128, pulsed: v128): v128 {
  const age = f64x2.pmax(f64x2.sub(time, pulsed), f64x2.splat(0));
  const since = f64x2.add(f64x2.add(age, f64x2.splat(core.time0)), f64x2.splat(core.readTime));
  return log(f64x2.div(since, f64x2.splat(core.slowPeriod)));
}

function slowOctaves(variance: v128): v128 {
  const octaves = f64x2.ceil(f64x2.div(variance, f64x2.splat(LN2)));
  return f64x2.pmin(f64x2.pmax(octaves, f64x2.splat(1.0)), f64x2.splat(<f64>MAX_SLOW_OCTAVES));
}

/** Q of two polarities by their programmed conductances. */
function relativeNoise(core: DeviceMemory, programmed: v128): v128 {
  const limited = f64x2.pmin(programmed, f64x2.splat(CONDUCTANCE_LIMIT));
  const index = f64x2.add(limited, f64x2.splat(ROUND));
  const first = v128.load_zero<u64>(core.relativeNoise + 8 * i32x4.extract_lane(index, 0));
  return v128.load_lane<u64>(core.relativeNoise + 8 * i32x4.extract_lane(index, 2), first, 1);
}

/** Two unsigned integers of 16 bits as doubles. */
function twoIntegers(address: usize): v128 {
  return f64x2.convert_low_i32x4_u(i32x4.extend_low_i16x8_u(v128.load_zero<u32>(address)));
}

/** Differential conductances behind the wire, and variance codes, of a group. */
function combine(core: DeviceMemory, start: u32, count: u32): void {
  const plus = core.plus;
  const minus = core.minus;
  const round = f64x2.splat(ROUND);
  const half = f64x2.splat(0.5);
  const scale = f64x2.splat(core.varianceScale);
  const maxVariance = f64x2.splat(<f64>core.varianceMax);
  const limit = f64x2.splat(CONDUCTANCE_LIMIT);
  for (let i: u32 = 0; i < count; i += 2) {
    const resistance = wireResistance(core, start + i);
    const difference = f64x2.sub(behindWire(plus, i, resistance), behindWire(minus, i, resistance));
    const conductance = f64x2.floor(f64x2.add(difference, half));
    const limited = f64x2.pmin(f64x2.pmax(conductance, f64x2.neg(limit)), limit);
    const plusDeviation = v128.load(plus + POLARITY_DEVIATION + 8 * i);
    const minusDeviation = v128.load(minus + POLARITY_DEVIATION + 8 * i);
    const squares = f64x2.add(
      f64x2.mul(plusDeviation, plusDeviation),
      f64x2.mul(minusDeviation, minusDeviation),
    );
    const variance = f64x2.pmin(f64x2.floor(f64x2.add(f64x2.mul(squares, scale), half)), maxVariance);
    const words = v128.shuffle<i32>(f64x2.add(limited, round), f64x2.add(variance, round), 0, 2, 4, 6);
    const codes = i16x8.narrow_i32x4_s(words, words);
    v128.store_lane<u32>(core.matrixConductance + 2 * (start + i), codes, 0);
    v128.store_lane<u32>(core.matrixVariance + 2 * (start + i), codes, 1);
  }
}

/** GOhm of wire between two pairs and the converter. */
function wireResistance(core: DeviceMemory, pair: u32): v128 {
  const ohms = core.wireResistance;
  if (ohms === 0) return f64x2.splat(0);
  const first = ohms * <f64>(core.rows - pair / core.columns) * 1e-9;
  const second = ohms * <f64>(core.rows - (pair + 1) / core.columns) * 1e-9;
  return f64x2.replace_lane(f64x2.splat(first), 1, second);
}

/** Conductances of one polarity of two pairs with slow noise, at least 0, in series with a resistance. */
function behindWire(polarity: usize, pair: usize, resistance: v128): v128 {
  const bytes = v128.load_zero<u32>(polarity + POLARITY_SIGNALS + pair);
  const signals = f64x2.convert_low_i32x4_s(i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(bytes)));
  const deviation = v128.load(polarity + POLARITY_DEVIATION + 8 * pair);
  const noise = f64x2.mul(deviation, f64x2.mul(v128.load(polarity + POLARITY_AMPLITUDE + 8 * pair), signals));
  const zero = f64x2.splat(0);
  const positive = f64x2.pmax(f64x2.add(v128.load(polarity + POLARITY_DRIFTED + 8 * pair), noise), zero);
  if (!v128.any_true(resistance)) return positive;
  return f64x2.div(positive, f64x2.add(f64x2.splat(1.0), f64x2.mul(positive, resistance)));
}
