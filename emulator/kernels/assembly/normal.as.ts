// The functions of numerics/normal.ts, operation by operation.
import * as shared from './declared.as';
import { log } from './elementary.as';

/**
 * Stores the standard normal variates of `count` random words, a multiple of 4, as float64. `list` has room
 * for `count` + 1 integers of 32 bits.
 */
export function normals(words: usize, count: u32, variates: usize, list: usize): void {
  const outside = central(words, count, variates, list);
  store<u32>(list + 4 * outside, 0); // a last one without a partner is computed beside word 0
  for (let i: u32 = 0; i < outside; i += 2) {
    const first = load<u32>(list + 4 * i);
    const second = load<u32>(list + 4 * i, 4);
    const both = v128.load_lane<u32>(words + 4 * second, v128.load_zero<u32>(words + 4 * first), 1);
    const p = probability(both);
    const z = tail(p, f64x2.sub(p, f64x2.splat(0.5)));
    v128.store_lane<u64>(variates + 8 * first, z, 0);
    if (i + 1 < outside) v128.store_lane<u64>(variates + 8 * second, z, 1);
  }
}

/** Variates as if all were near the median; lists those that are not, and returns their number. */
function central(words: usize, count: u32, variates: usize, list: usize): u32 {
  const half = f64x2.splat(0.5);
  const centre = f64x2.splat(shared.CENTRE);
  let listed: u32 = 0;
  // four at a time, because the engine builds each constant again at each use
  for (let i: u32 = 0; i < count; i += 4) {
    const q0 = f64x2.sub(probability(v128.load_zero<u64>(words + 4 * i)), half);
    const q1 = f64x2.sub(probability(v128.load_zero<u64>(words + 4 * i, 8)), half);
    let term = f64x2.splat(shared.CENTRE_SQUARED);
    const r0 = f64x2.sub(term, f64x2.mul(q0, q0));
    const r1 = f64x2.sub(term, f64x2.mul(q1, q1));
    let n0 = f64x2.splat(shared.CENTRE_NUMERATOR_7);
    let n1 = n0;
    term = f64x2.splat(shared.CENTRE_NUMERATOR_6);
    n0 = f64x2.add(f64x2.mul(n0, r0), term);
    n1 = f64x2.add(f64x2.mul(n1, r1), term);
    term = f64x2.splat(shared.CENTRE_NUMERATOR_5);
    n0 = f64x2.add(f64x2.mul(n0, r0), term);
    n1 = f64x2.add(f64x2.mul(n1, r1), term);
    term = f64x2.splat(shared.CENTRE_NUMERATOR_4);
    n0 = f64x2.add(f64x2.mul(n0, r0), term);
    n1 = f64x2.add(f64x2.mul(n1, r1), term);
    term = f64x2.splat(shared.CENTRE_NUMERATOR_3);
    n0 = f64x2.add(f64x2.mul(n0, r0), term);
    n1 = f64x2.add(f64x2.mul(n1, r1), term);
    term = f64x2.splat(shared.CENTRE_NUMERATOR_2);
    n0 = f64x2.add(f64x2.mul(n0, r0), term);
    n1 = f64x2.add(f64x2.mul(n1, r1), term);
    term = f64x2.splat(shared.CENTRE_NUMERATOR_1);
    n0 = f64x2.add(f64x2.mul(n0, r0), term);
    n1 = f64x2.add(f64x2.mul(n1, r1), term);
    term = f64x2.splat(shared.CENTRE_NUMERATOR_0);
    n0 = f64x2.add(f64x2.mul(n0, r0), term);
    n1 = f64x2.add(f64x2.mul(n1, r1), term);
    let d0 = f64x2.splat(shared.CENTRE_DENOMINATOR_7);
    let d1 = d0;
    term = f64x2.splat(shared.CENTRE_DENOMINATOR_6);
    d0 = f64x2.add(f64x2.mul(d0, r0), term);
    d1 = f64x2.add(f64x2.mul(d1, r1), term);
    term = f64x2.splat(shared.CENTRE_DENOMINATOR_5);
    d0 = f64x2.add(f64x2.mul(d0, r0), term);
    d1 = f64x2.add(f64x2.mul(d1, r1), term);
    term = f64x2.splat(shared.CENTRE_DENOMINATOR_4);
    d0 = f64x2.add(f64x2.mul(d0, r0), term);
    d1 = f64x2.add(f64x2.mul(d1, r1), term);
    term = f64x2.splat(shared.CENTRE_DENOMINATOR_3);
    d0 = f64x2.add(f64x2.mul(d0, r0), term);
    d1 = f64x2.add(f64x2.mul(d1, r1), term);
    term = f64x2.splat(shared.CENTRE_DENOMINATOR_2);
    d0 = f64x2.add(f64x2.mul(d0, r0), term);
    d1 = f64x2.add(f64x2.mul(d1, r1), term);
    term = f64x2.splat(shared.CENTRE_DENOMINATOR_1);
    d0 = f64x2.add(f64x2.mul(d0, r0), term);
    d1 = f64x2.add(f64x2.mul(d1, r1), term);
    term = f64x2.splat(shared.CENTRE_DENOMINATOR_0);
    d0 = f64x2.add(f64x2.mul(d0, r0), term);
    d1 = f64x2.add(f64x2.mul(d1, r1), term);
    v128.store(variates + 8 * i, f64x2.div(f64x2.mul(q0, n0), d0));
    v128.store(variates + 8 * i, f64x2.div(f64x2.mul(q1, n1), d1), 16);
    const outside0 = i64x2.bitmask(f64x2.gt(f64x2.abs(q0), centre));
    const outside1 = i64x2.bitmask(f64x2.gt(f64x2.abs(q1), centre));
    store<u32>(list + 4 * listed, i);
    listed += outside0 & 1;
    store<u32>(list + 4 * listed, i + 1);
    listed += outside0 >> 1;
    store<u32>(list + 4 * listed, i + 2);
    listed += outside1 & 1;
    store<u32>(list + 4 * listed, i + 3);
    listed += outside1 >> 1;
  }
  return listed;
}

/** (word + 1/2) / 2^32 of the first two words. */
function probability(words: v128): v128 {
  const integers = f64x2.convert_low_i32x4_u(words);
  return f64x2.mul(f64x2.add(integers, f64x2.splat(0.5)), f64x2.splat(shared.WORD_PROBABILITY));
}

function tail(p: v128, q: v128): v128 {
  const below = f64x2.lt(q, f64x2.splat(0.0));
  const nearer = v128.bitselect(p, f64x2.sub(f64x2.splat(1.0), p), below);
  const r = f64x2.sub(f64x2.sqrt(f64x2.neg(log(nearer))), f64x2.splat(shared.TAIL_START));
  let numerator = f64x2.splat(shared.TAIL_NUMERATOR_7);
  numerator = f64x2.add(f64x2.mul(numerator, r), f64x2.splat(shared.TAIL_NUMERATOR_6));
  numerator = f64x2.add(f64x2.mul(numerator, r), f64x2.splat(shared.TAIL_NUMERATOR_5));
  numerator = f64x2.add(f64x2.mul(numerator, r), f64x2.splat(shared.TAIL_NUMERATOR_4));
  numerator = f64x2.add(f64x2.mul(numerator, r), f64x2.splat(shared.TAIL_NUMERATOR_3));
  numerator = f64x2.add(f64x2.mul(numerator, r), f64x2.splat(shared.TAIL_NUMERATOR_2));
  numerator = f64x2.add(f64x2.mul(numerator, r), f64x2.splat(shared.TAIL_NUMERATOR_1));
  numerator = f64x2.add(f64x2.mul(numerator, r), f64x2.splat(shared.TAIL_NUMERATOR_0));
  let denominator = f64x2.splat(shared.TAIL_DENOMINATOR_7);
  denominator = f64x2.add(f64x2.mul(denominator, r), f64x2.splat(shared.TAIL_DENOMINATOR_6));
  denominator = f64x2.add(f64x2.mul(denominator, r), f64x2.splat(shared.TAIL_DENOMINATOR_5));
  denominator = f64x2.add(f64x2.mul(denominator, r), f64x2.splat(shared.TAIL_DENOMINATOR_4));
  denominator = f64x2.add(f64x2.mul(denominator, r), f64x2.splat(shared.TAIL_DENOMINATOR_3));
  denominator = f64x2.add(f64x2.mul(denominator, r), f64x2.splat(shared.TAIL_DENOMINATOR_2));
  denominator = f64x2.add(f64x2.mul(denominator, r), f64x2.splat(shared.TAIL_DENOMINATOR_1));
  denominator = f64x2.add(f64x2.mul(denominator, r), f64x2.splat(shared.TAIL_DENOMINATOR_0));
  const magnitude = f64x2.div(numerator, denominator);
  return v128.bitselect(f64x2.neg(magnitude), magnitude, below);
}
