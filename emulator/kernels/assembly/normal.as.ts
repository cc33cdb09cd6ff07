import { log } from './elementary.as';

// The functions of numerics/normal.ts, operation by operation.
const CENTRE: f64 = 0.425;

/**
 * Stores the standard normal variates of `count` random words, a multiple of 4, as float64. `list` has room for
 * `count` + 1 integers of 32 bits.
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

/** Variates as if all were near the median; lists those that are not and returns how many there are. */
function central(words: usize, count: u32, variates: usize, list: usize): u32 {
  const half = f64x2.splat(0.5);
  const centre = f64x2.splat(CENTRE);
  let listed: u32 = 0;
  // four at a time, because the engine builds each constant anew at each use
  for (let i: u32 = 0; i < count; i += 4) {
    const q0 = f64x2.sub(probability(v128.load_zero<u64>(words + 4 * i)), half);
    const q1 = f64x2.sub(probability(v128.load_zero<u64>(words + 4 * i, 8)), half);
    let term = f64x2.splat(0.180625);
    const r0 = f64x2.sub(term, f64x2.mul(q0, q0));
    const r1 = f64x2.sub(term, f64x2.mul(q1, q1));
    let n0 = f64x2.splat(2509.0809287301227);
    let n1 = n0;
    term = f64x2.splat(33430.57558358813);
    n0 = f64x2.add(f64x2.mul(n0, r0), term);
    n1 = f64x2.add(f64x2.mul(n1, r1), term);
    term = f64x2.splat(67265.7709270087);
    n0 = f64x2.add(f64x2.mul(n0, r0), term);
    n1 = f64x2.add(f64x2.mul(n1, r1), term);
    term = f64x2.splat(45921.95393154987);
    n0 = f64x2.add(f64x2.mul(n0, r0), term);
    n1 = f64x2.add(f64x2.mul(n1, r1), term);
    term = f64x2.splat(13731.69376550946);
    n0 = f64x2.add(f64x2.mul(n0, r0), term);
    n1 = f64x2.add(f64x2.mul(n1, r1), term);
    term = f64x2.splat(1971.5909503065513);
    n0 = f64x2.add(f64x2.mul(n0, r0), term);
    n1 = f64x2.add(f64x2.mul(n1, r1), term);
    term = f64x2.splat(133.14166789178438);
    n0 = f64x2.add(f64x2.mul(n0, r0), term);
    n1 = f64x2.add(f64x2.mul(n1, r1), term);
    term = f64x2.splat(3.3871328727963665);
    n0 = f64x2.add(f64x2.mul(n0, r0), term);
    n1 = f64x2.add(f64x2.mul(n1, r1), term);
    let d0 = f64x2.splat(5226.495278852854);
    let d1 = d0;
    term = f64x2.splat(28729.085735721943);
    d0 = f64x2.add(f64x2.mul(d0, r0), term);
    d1 = f64x2.add(f64x2.mul(d1, r1), term);
    term = f64x2.splat(39307.89580009271);
    d0 = f64x2.add(f64x2.mul(d0, r0), term);
    d1 = f64x2.add(f64x2.mul(d1, r1), term);
    term = f64x2.splat(21213.794301586597);
    d0 = f64x2.add(f64x2.mul(d0, r0), term);
    d1 = f64x2.add(f64x2.mul(d1, r1), term);
    term = f64x2.splat(5394.196021424751);
    d0 = f64x2.add(f64x2.mul(d0, r0), term);
    d1 = f64x2.add(f64x2.mul(d1, r1), term);
    term = f64x2.splat(687.1870074920579);
    d0 = f64x2.add(f64x2.mul(d0, r0), term);
    d1 = f64x2.add(f64x2.mul(d1, r1), term);
    term = f64x2.splat(42.31333070160091);
    d0 = f64x2.add(f64x2.mul(d0, r0), term);
    d1 = f64x2.add(f64x2.mul(d1, r1), term);
    term = f64x2.splat(1.0);
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
  return f64x2.mul(f64x2.add(integers, f64x2.splat(0.5)), f64x2.splat(2.3283064365386963e-10));
}

function tail(p: v128, q: v128): v128 {
  const below = f64x2.lt(q, f64x2.splat(0.0));
  const nearer = v128.bitselect(p, f64x2.sub(f64x2.splat(1.0), p), below);
  const r = f64x2.sub(f64x2.sqrt(f64x2.neg(log(nearer))), f64x2.splat(1.6));
  let numerator = f64x2.splat(0.0007745450142783414);
  numerator = f64x2.add(f64x2.mul(numerator, r), f64x2.splat(0.022723844989269184));
  numerator = f64x2.add(f64x2.mul(numerator, r), f64x2.splat(0.2417807251774506));
  numerator = f64x2.add(f64x2.mul(numerator, r), f64x2.splat(1.2704582524523684));
  numerator = f64x2.add(f64x2.mul(numerator, r), f64x2.splat(3.6478483247632045));
  numerator = f64x2.add(f64x2.mul(numerator, r), f64x2.splat(5.769497221460691));
  numerator = f64x2.add(f64x2.mul(numerator, r), f64x2.splat(4.630337846156546));
  numerator = f64x2.add(f64x2.mul(numerator, r), f64x2.splat(1.4234371107496835));
  let denominator = f64x2.splat(1.0507500716444169e-9);
  denominator = f64x2.add(f64x2.mul(denominator, r), f64x2.splat(0.0005475938084995345));
  denominator = f64x2.add(f64x2.mul(denominator, r), f64x2.splat(0.015198666563616457));
  denominator = f64x2.add(f64x2.mul(denominator, r), f64x2.splat(0.14810397642748008));
  denominator = f64x2.add(f64x2.mul(denominator, r), f64x2.splat(0.6897673349851));
  denominator = f64x2.add(f64x2.mul(denominator, r), f64x2.splat(1.6763848301838038));
  denominator = f64x2.add(f64x2.mul(denominator, r), f64x2.splat(2.053191626637759));
  denominator = f64x2.add(f64x2.mul(denominator, r), f64x2.splat(1.0));
  const magnitude = f64x2.div(numerator, denominator);
  return v128.bitselect(f64x2.neg(magnitude), magnitude, below);
}
