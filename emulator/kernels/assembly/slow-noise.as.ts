import { DeviceMemory } from './device-memory.as';
import { LANES, philox, spread } from './philox.as';

/** Pairs that share one draw of an octave: a bit each. */
export const GROUP: u32 = 128;

const MAX_SLOW_OCTAVES: u32 = 32;

// Scratch: counts of the octaves' draws (low words, high words), then the bits of one group, 16 bytes an octave.
const COUNTS_LOW = 128;
const COUNTS_HIGH = COUNTS_LOW + 4 * MAX_SLOW_OCTAVES;
const BITS = COUNTS_HIGH + 4 * MAX_SLOW_OCTAVES;

/** Notes which draw each octave has reached in this cell of the clock. */
export function prepareSlowNoise(core: DeviceMemory, cell: f64): void {
  for (let octave: u32 = 0; octave < MAX_SLOW_OCTAVES; octave++) {
    const phase = load<f64>(core.phases + 8 * octave);
    const count = <u64>floor((cell + phase) / <f64>((<u64>1) << min<u32>(octave, 31)));
    store<u32>(core.scratch + COUNTS_LOW + 4 * octave, <u32>count);
    store<u32>(core.scratch + COUNTS_HIGH + 4 * octave, <u32>(count >> 32));
  }
}

/** Draws the bits of the first octaves for one polarity of a group of pairs: SlowNoise of chip/slow-noise.ts. */
export function drawSlowNoise(core: DeviceMemory, polarity: u32, group: u32, octaves: u32): void {
  const groups = (core.rows * core.columns + GROUP - 1) / GROUP;
  const place = polarity * groups + group;
  for (let octave: u32 = 0; octave < octaves; octave += LANES) {
    const words = core.scratch + BITS + 16 * octave;
    memory.copy(words, core.scratch + COUNTS_LOW + 4 * octave, 4 * LANES);
    memory.copy(words + 32, core.scratch + COUNTS_HIGH + 4 * octave, 4 * LANES);
    for (let lane: u32 = 0; lane < <u32>LANES; lane++)
      store<u32>(words + 4 * lane, ((octave + lane) << 24) | place, 64);
    spread(words + 96, core.slowNoiseWord);
    philox(words, core.keys);
  }
}

/** Sums, for each pair of the group, the signals of its first octaves[pair] bits: +1 for a one, -1 for a zero. */
export function sumSlowNoise(scratch: usize, most: u32, octaves: usize, signals: usize): void {
  const select = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  for (let at: u32 = 0; at < GROUP; at += 16) {
    const limits = v128.load(octaves + at);
    let ones = i8x16.splat(0);
    for (let octave: u32 = 0; octave < most; octave++) {
      const bits = v128.load_splat<u16>(scratch + BITS + 16 * octave + at / 8);
      const spreadBits = v128.shuffle<i8>(bits, bits, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
      const one = i8x16.eq(v128.and(spreadBits, select), select);
      ones = i8x16.sub(ones, v128.and(one, i8x16.gt_u(limits, i8x16.splat(<i8>octave))));
    }
    v128.store(signals + at, i8x16.sub(i8x16.add(ones, ones), limits));
  }
}
