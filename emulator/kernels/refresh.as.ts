import { DeviceMemory } from './device-memory.as';
import { exp, log } from './elementary.as';
import { drawSlowNoise, GROUP, prepareSlowNoise, sumSlowNoise } from './slow-noise.as';

const LN2: f64 = 0.6931471805599453;
const CONDUCTANCE_LIMIT = 32767;
const MAX_SLOW_OCTAVES: f64 = 32;

// Scratch of one group of pairs: float64 an entry, then int32, then bytes.
const LOGARITHM = 4096;
const DRIFTED = LOGARITHM + 8 * GROUP;
const AMPLITUDE = DRIFTED + 8 * GROUP;
const LATEST = AMPLITUDE + 8 * GROUP;
const PLUS = LATEST + 8 * GROUP;
const PLUS_DEVIATION = PLUS + 8 * GROUP;
const MINUS = PLUS_DEVIATION + 8 * GROUP;
const MINUS_DEVIATION = MINUS + 8 * GROUP;
const PROGRAMMED = MINUS_DEVIATION + 8 * GROUP;
const OCTAVES = PROGRAMMED + 4 * GROUP;
const ONES = OCTAVES + GROUP;

/** Computes the effective matrix for a cell of the clock: refreshMatrix of chip/effective-matrix.ts, of all pairs. */
export function refresh(core: DeviceMemory, cell: f64): void {
  const time = cell * core.slowPeriod;
  const pairs = core.rows * core.columns;
  prepareSlowNoise(core, cell);
  for (let start: u32 = 0; start < pairs; start += GROUP) {
    const count = min<u32>(GROUP, pairs - start);
    readPolarity(core, 0, start, count, time, PLUS, PLUS_DEVIATION);
    readPolarity(core, 1, start, count, time, MINUS, MINUS_DEVIATION);
    combine(core, start, count);
  }
}

/** Conductance with slow noise, and deviation, of one polarity of a group: PolarityReader of chip/conductance.ts. */
function readPolarity(
  core: DeviceMemory,
  polarity: u32,
  start: u32,
  count: u32,
  time: f64,
  slow: usize,
  deviation: usize,
): void {
  const scratch = core.scratch;
  const pairs = core.rows * core.columns;
  memory.fill(scratch + DRIFTED, 0, 8 * GROUP);
  memory.fill(scratch + PROGRAMMED, 0, 4 * GROUP);
  for (let i: u32 = 0; i < count; i++) store<f64>(scratch + LATEST + 8 * i, -Infinity);
  let first = polarity * core.devicesPerPolarity * pairs + start;
  for (let device: u32 = 0; device < core.devicesPerPolarity; device++, first += pairs) {
    collectAges(core, first, count, time);
    addDrifted(core, first, count);
  }
  if (!core.noisy) {
    memory.copy(scratch + slow, scratch + DRIFTED, 8 * GROUP);
    memory.fill(scratch + deviation, 0, 8 * GROUP);
    return;
  }
  const octaves = collectOctaves(core, count, time);
  drawSlowNoise(core, polarity, start / GROUP, octaves);
  sumSlowNoise(scratch, octaves, scratch + OCTAVES, scratch + ONES);
  for (let i: u32 = 0; i < count; i++) {
    const drifted = load<f64>(scratch + DRIFTED + 8 * i);
    const programmed = min<u32>(load<u32>(scratch + PROGRAMMED + 4 * i), CONDUCTANCE_LIMIT);
    const relative = drifted * load<f64>(core.relativeNoise + 8 * programmed);
    const signals = 2 * <i32>load<u8>(scratch + ONES + i) - <i32>load<u8>(scratch + OCTAVES + i);
    const noise = relative * (load<f64>(scratch + AMPLITUDE + 8 * i) * <f64>signals);
    store<f64>(scratch + deviation + 8 * i, relative);
    store<f64>(scratch + slow + 8 * i, drifted + noise);
  }
}

/** Drift logarithms of devices, and what they say of their polarities: programmed conductance and last pulse. */
function collectAges(core: DeviceMemory, first: u32, count: u32, time: f64): void {
  const scratch = core.scratch;
  let age = NaN;
  let logarithm: f64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const conductance = load<u16>(core.conductance + 2 * (first + i));
    if (conductance === 0) continue;
    const programmedAt = load<f64>(core.programmedAt + 8 * (first + i));
    if (time - programmedAt !== age) {
      age = time - programmedAt;
      logarithm = log((max(age, 0.0) + core.time0) / core.time0);
    }
    store<f64>(scratch + LOGARITHM + 8 * i, logarithm);
    const programmed = scratch + PROGRAMMED + 4 * i;
    store<u32>(programmed, load<u32>(programmed) + conductance);
    const latest = scratch + LATEST + 8 * i;
    if (programmedAt > load<f64>(latest)) store<f64>(latest, programmedAt);
  }
}

/** Adds the drifted conductances of devices to those of their polarities; one of 0 nS adds 0, whatever its logarithm. */
function addDrifted(core: DeviceMemory, first: u32, count: u32): void {
  const scratch = core.scratch;
  for (let i: u32 = 0; i < count; i += 2) {
    const conductance = twoIntegers(core.conductance + 2 * (first + i));
    const exponent = f64x2.neg(
      f64x2.mul(twoIntegers(core.exponent + 2 * (first + i)), f64x2.splat(1.0 / 65536.0)),
    );
    const remaining = exp(f64x2.mul(exponent, v128.load(scratch + LOGARITHM + 8 * i)));
    const drifted = scratch + DRIFTED + 8 * i;
    v128.store(drifted, f64x2.add(v128.load(drifted), f64x2.mul(conductance, remaining)));
  }
}

function twoIntegers(address: usize): v128 {
  return f64x2.convert_low_i32x4_u(i32x4.extend_low_i16x8_u(v128.load_splat<u32>(address)));
}

/** Octaves of slow noise of each pair and their amplitude, 0 where nothing conducts; returns the greatest number. */
function collectOctaves(core: DeviceMemory, count: u32, time: f64): u32 {
  const scratch = core.scratch;
  memory.fill(scratch + OCTAVES, 0, GROUP);
  let age = NaN;
  let octaves: u32 = 0;
  let amplitude: f64 = 0;
  let most: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const latest = load<f64>(scratch + LATEST + 8 * i);
    if (latest === -Infinity) {
      store<f64>(scratch + AMPLITUDE + 8 * i, 0);
      continue;
    }
    if (time - latest !== age) {
      age = time - latest;
      const variance = log((max(age, 0.0) + core.time0 + core.readTime) / core.slowPeriod);
      octaves = <u32>min(max(ceil(variance / LN2), 1.0), MAX_SLOW_OCTAVES);
      amplitude = sqrt<f64>(variance / <f64>octaves);
    }
    most = max(most, octaves);
    store<u8>(scratch + OCTAVES + i, octaves);
    store<f64>(scratch + AMPLITUDE + 8 * i, amplitude);
  }
  return most;
}

/** Differential conductances behind the wire, and variance codes, of a group. */
function combine(core: DeviceMemory, start: u32, count: u32): void {
  const scratch = core.scratch;
  const columns = core.columns;
  for (let i: u32 = 0; i < count; i++) {
    const pair = start + i;
    const resistance =
      core.wireResistance === 0 ? 0 : core.wireResistance * <f64>(core.rows - pair / columns) * 1e-9;
    const plus = behindWire(load<f64>(scratch + PLUS + 8 * i), resistance);
    const minus = behindWire(load<f64>(scratch + MINUS + 8 * i), resistance);
    const plusDeviation = load<f64>(scratch + PLUS_DEVIATION + 8 * i);
    const minusDeviation = load<f64>(scratch + MINUS_DEVIATION + 8 * i);
    const squares = plusDeviation * plusDeviation + minusDeviation * minusDeviation;
    const difference = floor(plus - minus + 0.5);
    const conductance = min(max(difference, <f64>-CONDUCTANCE_LIMIT), <f64>CONDUCTANCE_LIMIT);
    const variance = min(floor(squares * core.varianceScale + 0.5), <f64>core.varianceMax);
    store<i16>(core.matrixConductance + 2 * pair, <i16>(<i32>conductance));
    store<i16>(core.matrixVariance + 2 * pair, <i16>(<i32>variance));
  }
}

function behindWire(conductance: f64, resistance: f64): f64 {
  const positive = max(conductance, 0.0);
  return resistance === 0 ? positive : positive / (1.0 + positive * resistance);
}
