import { DeviceMemory } from './device-memory.as';
import { normals } from './normal.as';
import { LANES, philox, spread } from './philox.as';

/** Programs `count` pairs of a list statistically: programStatistically of chip/statistical-programming.ts. */
export function program(
  core: DeviceMemory,
  pairs: usize,
  plus: usize,
  minus: usize,
  count: i32,
  now: f64,
): void {
  const words = core.scratch;
  for (let start = 0; start < count; start += LANES) {
    const lanes = min(LANES, count - start);
    for (let lane: usize = 0; lane < <usize>lanes; lane++) {
      const pair = load<u32>(pairs + 4 * (<usize>start + lane));
      const writes = core.writes + 4 * pair;
      store<u32>(words + 4 * lane, load<u32>(writes));
      store<u32>(words + 4 * lane, pair, 64);
      store<u32>(writes, load<u32>(writes) + 1);
    }
    spread(words + 32, 0);
    spread(words + 96, core.programWord);
    philox(words, core.key0, core.key1);
    for (let lane: usize = 0; lane < <usize>lanes; lane++) {
      const pair = load<u32>(pairs + 4 * (<usize>start + lane));
      const draw = words + 16 * lane;
      const shift = normals(draw);
      const bend = normals(draw + 8);
      const targets = 2 * (<usize>start + lane);
      programPolarity(
        core,
        0,
        pair,
        load<u16>(plus + targets),
        f64x2.extract_lane(shift, 0),
        f64x2.extract_lane(bend, 0),
        now,
      );
      programPolarity(
        core,
        1,
        pair,
        load<u16>(minus + targets),
        f64x2.extract_lane(shift, 1),
        f64x2.extract_lane(bend, 1),
        now,
      );
    }
  }
}

const CONDUCTANCE_LIMIT = 32767;

function programPolarity(
  core: DeviceMemory,
  polarity: u32,
  pair: u32,
  wanted: u32,
  shift: f64,
  bend: f64,
  now: f64,
): void {
  const target = min<u32>(wanted, CONDUCTANCE_LIMIT);
  const entry = 8 * target;
  const programmed = <f64>target + load<f64>(core.programmingDeviation + entry) * shift;
  const conductance = <u32>min(max(floor(programmed + 0.5), 0.0), <f64>CONDUCTANCE_LIMIT);
  const exponent = abs(
    load<f64>(core.exponentMean + entry) + load<f64>(core.exponentDeviation + entry) * bend,
  );
  const quantised = <u32>min(floor(exponent * 65536.0 + 0.5), 65535.0);
  const devices = core.devicesPerPolarity;
  const pairs = core.rows * core.columns;
  const share = conductance / devices;
  const remainder = conductance - share * devices;
  let i = polarity * devices * pairs + pair;
  for (let device: u32 = 0; device < devices; device++, i += pairs) {
    if (load<u8>(core.fault + i)) continue;
    store<u16>(core.conductance + 2 * i, share + (device < remainder ? 1 : 0));
    store<u16>(core.exponent + 2 * i, quantised);
    store<f64>(core.programmedAt + 8 * i, now);
    store<u32>(core.pulses + 4 * i, load<u32>(core.pulses + 4 * i) + 1);
  }
}
