import {
  CONDUCTANCE_LIMIT,
  DeviceMemory,
  EXPONENT_MAX,
  EXPONENT_UNITS,
  LANES,
  PROGRAMMING_LIST,
  PROGRAMMING_VARIATES,
  PROGRAMMING_WORDS,
  PURPOSE_PROGRAM,
  ROUND,
} from './declared.as';
import { counterWord } from './draws.as';
import { normals } from './normal.as';
import { philox, spread } from './philox.as';

/**
 * Programs `count` pairs of a list: `programStatistically` of chip/programming/statistical-programming.ts.
 */
export function program(
  core: DeviceMemory,
  pairs: usize,
  plus: usize,
  minus: usize,
  count: i32,
  now: f64,
  conductanceChange: f64,
): void {
  const words = core.programming + PROGRAMMING_WORDS;
  const variates = core.programming + PROGRAMMING_VARIATES;
  for (let start = 0; start < count; start += LANES) {
    const lanes = min(LANES, count - start);
    for (let lane = 0; lane < lanes; lane++) {
      const pair = load<u32>(pairs + 4 * (start + lane));
      const writes = core.writes + 4 * pair;
      store<u32>(words + 4 * lane, load<u32>(writes));
      store<u32>(words + 4 * lane, pair, 64);
      store<u32>(writes, load<u32>(writes) + 1);
    }
    spread(words + 32, 0);
    spread(words + 96, counterWord(core, PURPOSE_PROGRAM));
    philox(words, core.keys);
    normals(words, 4 * lanes, variates, core.programming + PROGRAMMING_LIST);
    for (let lane = 0; lane < lanes; lane++) {
      const at = start + lane;
      const targets = v128.load_lane<u16>(minus + 2 * at, v128.load_zero<u32>(plus + 2 * at), 1);
      const pair = load<u32>(pairs + 4 * at);
      programPair(core, pair, targets, variates + 32 * lane, now, conductanceChange);
    }
  }
}

/** Programs a pair by its four variates: conductance plus and minus, exponent plus and minus. */
function programPair(
  core: DeviceMemory,
  pair: u32,
  targets: v128,
  variates: usize,
  now: f64,
  conductanceChange: f64,
): void {
  const limited = i16x8.min_u(targets, i16x8.splat(<i16>CONDUCTANCE_LIMIT));
  const deviation = twoEntries(core.programmingDeviation, limited);
  const exponentMean = twoEntries(core.exponentMean, limited);
  const exponentDeviation = twoEntries(core.exponentDeviation, limited);
  const half = f64x2.splat(0.5);
  const integer = f64x2.splat(ROUND);

  const target = f64x2.convert_low_i32x4_u(i32x4.extend_low_i16x8_u(limited));
  const programmed = f64x2.add(target, f64x2.mul(deviation, v128.load(variates)));
  const rounded = f64x2.floor(f64x2.add(programmed, half));
  const conductance = f64x2.pmin(f64x2.pmax(rounded, f64x2.splat(0)), f64x2.splat(CONDUCTANCE_LIMIT));
  const conductances = f64x2.add(conductance, integer);

  const drawn = f64x2.add(exponentMean, f64x2.mul(exponentDeviation, v128.load(variates, 16)));
  const scaled = f64x2.add(f64x2.mul(f64x2.abs(drawn), f64x2.splat(EXPONENT_UNITS)), half);
  const exponents = f64x2.add(f64x2.pmin(f64x2.floor(scaled), f64x2.splat(EXPONENT_MAX)), integer);

  const plusExponent = i32x4.extract_lane(exponents, 0);
  const minusExponent = i32x4.extract_lane(exponents, 2);
  spreadOver(core, 0, pair, i32x4.extract_lane(conductances, 0), plusExponent, now, conductanceChange);
  spreadOver(core, 1, pair, i32x4.extract_lane(conductances, 2), minusExponent, now, conductanceChange);
}

/** Entries of a table at the first two integers of 16 bits. */
function twoEntries(table: usize, indices: v128): v128 {
  const first = table + 8 * <u32>i16x8.extract_lane_u(indices, 0);
  const second = table + 8 * <u32>i16x8.extract_lane_u(indices, 1);
  return v128.load_lane<u64>(second, v128.load_zero<u64>(first), 1);
}

/**
 * Spreads a conductance at the present temperature over the devices of a polarity, the first ones taking the
 * remainder.
 */
function spreadOver(
  core: DeviceMemory,
  polarity: u32,
  pair: u32,
  conductance: u32,
  exponent: u32,
  now: f64,
  conductanceChange: f64,
): void {
  const devices = core.devicesPerPolarity;
  const pairs = core.pairs;
  const share = conductance / devices;
  const remainder = conductance - share * devices;
  let i = polarity * devices * pairs + pair;
  for (let device: u32 = 0; device < devices; device++, i += pairs) {
    if (load<u8>(core.fault + i)) continue;
    let mine = share + (device < remainder ? 1 : 0);
    if (conductanceChange !== 0) mine = atReference(mine, core.relativeConductance, conductanceChange);
    store<u16>(core.conductance + 2 * i, mine);
    store<u16>(core.exponent + 2 * i, exponent);
    store<f64>(core.programmedAt + 8 * i, now);
    store<u32>(core.pulses + 4 * i, load<u32>(core.pulses + 4 * i) + 1);
  }
}

/** Conductance of a device at the reference temperature: `Temperature` of chip/devices/temperature.ts. */
function atReference(conductance: u32, relativeConductance: f64, change: f64): u32 {
  const crystalline = min(<f64>conductance * relativeConductance, 1.0);
  return <u32>floor(<f64>conductance / (1.0 + (1.0 - crystalline) * change) + 0.5);
}
