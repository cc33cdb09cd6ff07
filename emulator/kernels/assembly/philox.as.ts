// Philox4x32-10 (Salmon, Moraes, Dror, Shaw, SC 2011), four counters per vector register. Two registers are
// computed side by side, because one round's multiplications have a long latency: LANES counters in one run.
import { ROUNDS } from './declared.as';

/**
 * Draws for eight counters in place: `words` holds the counters as 8 words 0, 8 words 1, 8 words 2, 8 words
 * 3, and afterwards the eight draws one after the other, four words each. `keys` is the address of the
 * multipliers and the keys of all rounds (see philox-keys.ts): loaded, because the engine would build
 * constants again in each round.
 */
export function philox(words: usize, keys: usize): void {
  const multiplier0 = v128.load_splat<u32>(keys);
  const multiplier1 = v128.load_splat<u32>(keys, 4);
  let x0 = v128.load(words);
  let y0 = v128.load(words, 16);
  let x1 = v128.load(words, 32);
  let y1 = v128.load(words, 48);
  let x2 = v128.load(words, 64);
  let y2 = v128.load(words, 80);
  let x3 = v128.load(words, 96);
  let y3 = v128.load(words, 112);
  for (const end = keys + 8 * ROUNDS; keys < end; keys += 8) {
    const keys0 = v128.load_splat<u32>(keys, 8);
    const keys1 = v128.load_splat<u32>(keys, 12);
    let low0 = i64x2.extmul_low_i32x4_u(x0, multiplier0);
    let high0 = i64x2.extmul_high_i32x4_u(x0, multiplier0);
    let low1 = i64x2.extmul_low_i32x4_u(x2, multiplier1);
    let high1 = i64x2.extmul_high_i32x4_u(x2, multiplier1);
    x0 = v128.xor(v128.xor(v128.shuffle<i32>(low1, high1, 1, 3, 5, 7), x1), keys0);
    x2 = v128.xor(v128.xor(v128.shuffle<i32>(low0, high0, 1, 3, 5, 7), x3), keys1);
    x1 = v128.shuffle<i32>(low1, high1, 0, 2, 4, 6);
    x3 = v128.shuffle<i32>(low0, high0, 0, 2, 4, 6);
    low0 = i64x2.extmul_low_i32x4_u(y0, multiplier0);
    high0 = i64x2.extmul_high_i32x4_u(y0, multiplier0);
    low1 = i64x2.extmul_low_i32x4_u(y2, multiplier1);
    high1 = i64x2.extmul_high_i32x4_u(y2, multiplier1);
    y0 = v128.xor(v128.xor(v128.shuffle<i32>(low1, high1, 1, 3, 5, 7), y1), keys0);
    y2 = v128.xor(v128.xor(v128.shuffle<i32>(low0, high0, 1, 3, 5, 7), y3), keys1);
    y1 = v128.shuffle<i32>(low1, high1, 0, 2, 4, 6);
    y3 = v128.shuffle<i32>(low0, high0, 0, 2, 4, 6);
  }
  transpose(words, x0, x1, x2, x3);
  transpose(words + 64, y0, y1, y2, y3);
}

/** Stores words 0 to 3 of four draws draw by draw. */
function transpose(out: usize, w0: v128, w1: v128, w2: v128, w3: v128): void {
  const low01 = v128.shuffle<i32>(w0, w1, 0, 4, 1, 5);
  const low23 = v128.shuffle<i32>(w2, w3, 0, 4, 1, 5);
  const high01 = v128.shuffle<i32>(w0, w1, 2, 6, 3, 7);
  const high23 = v128.shuffle<i32>(w2, w3, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<i64>(low01, low23, 0, 2));
  v128.store(out, v128.shuffle<i64>(low01, low23, 1, 3), 16);
  v128.store(out, v128.shuffle<i64>(high01, high23, 0, 2), 32);
  v128.store(out, v128.shuffle<i64>(high01, high23, 1, 3), 48);
}

/** Gives the same word to all eight counters; `words` is the address of these words. */
export function spread(words: usize, value: i32): void {
  v128.store(words, i32x4.splat(value));
  v128.store(words, i32x4.splat(value), 16);
}
