import {
  DeviceMemory,
  DRAW_PAIRS,
  LANES,
  MAX_SLOW_OCTAVES,
  PURPOSE_SLOW_NOISE,
  SLOW_NOISE_COUNTS_HIGH,
  SLOW_NOISE_COUNTS_LOW,
  SLOW_NOISE_SIGNALS,
} from './declared.as';
import { counterWord } from './draws.as';
import { philox, spread } from './philox.as';

/** Computes the number of each octave's draw in this cell of the clock. */
export function prepareSlowNoise(core: DeviceMemory, cell: f64): void {
  for (let octave: u32 = 0; octave < MAX_SLOW_OCTAVES; octave++) {
    const phase = load<f64>(core.phases + 8 * octave);
    const count = <u64>floor((cell + phase) / <f64>((<u64>1) << min<u32>(octave, 31)));
    store<u32>(core.slowNoise + SLOW_NOISE_COUNTS_LOW + 4 * octave, <u32>count);
    store<u32>(core.slowNoise + SLOW_NOISE_COUNTS_HIGH + 4 * octave, <u32>(count >> 32));
  }
}

/**
 * Draws the bits of the first octaves for one polarity of a group of pairs: `SlowNoise` of
 * chip/devices/slow-noise.ts.
 */
export function drawSlowNoise(core: DeviceMemory, polarity: u32, group: u32, octaves: u32): void {
  const groups = (core.pairs + DRAW_PAIRS - 1) / DRAW_PAIRS;
  const place = polarity * groups + group;
  for (let octave: u32 = 0; octave < octaves; octave += LANES) {
    const words = core.slowNoise + SLOW_NOISE_SIGNALS + 16 * octave;
    memory.copy(words, core.slowNoise + SLOW_NOISE_COUNTS_LOW + 4 * octave, 4 * LANES);
    memory.copy(words + 32, core.slowNoise + SLOW_NOISE_COUNTS_HIGH + 4 * octave, 4 * LANES);
    for (let lane: u32 = 0; lane < <u32>LANES; lane++)
      store<u32>(words + 4 * lane, ((octave + lane) << 24) | place, 64);
    spread(words + 96, counterWord(core, PURPOSE_SLOW_NOISE));
    philox(words, core.keys);
  }
}

/**
 * Sums, for each pair of the group, the signals of its first octaves[pair] bits: +1 for a one, -1 for a zero.
 */
export function sumSlowNoise(slowNoise: usize, maxOctaves: u32, octaves: usize, signals: usize): void {
  const select = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  for (let at: u32 = 0; at < DRAW_PAIRS; at += 16) {
    const limits = v128.load(octaves + at);
    let ones = i8x16.splat(0);
    for (let octave: u32 = 0; octave < maxOctaves; octave++) {
      const bits = v128.load_splat<u16>(slowNoise + SLOW_NOISE_SIGNALS + 16 * octave + at / 8);
      const spreadBits = v128.shuffle<i8>(bits, bits, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
      const one = i8x16.eq(v128.and(spreadBits, select), select);
      ones = i8x16.sub(ones, v128.and(one, i8x16.gt_u(limits, i8x16.splat(<i8>octave))));
    }
    v128.store(signals + at, i8x16.sub(i8x16.add(ones, ones), limits));
  }
}
