import { log } from './elementary.as';

// The functions of numerics/normal.ts, operation by operation.
const CENTRE: f64 = 0.425;

/** Standard normal variates of the two random words at an address. */
export function normals(words: usize): v128 {
  const integers = f64x2.convert_low_i32x4_u(v128.load_zero<u64>(words));
  const p = f64x2.mul(f64x2.add(integers, f64x2.splat(0.5)), f64x2.splat(2.3283064365386963e-10));
  const q = f64x2.sub(p, f64x2.splat(0.5));
  const outside = f64x2.gt(f64x2.abs(q), f64x2.splat(CENTRE));
  const z = central(q);
  return v128.any_true(outside) ? v128.bitselect(tail(p, q), z, outside) : z;
}

function central(q: v128): v128 {
  const r = f64x2.sub(f64x2.splat(0.180625), f64x2.mul(q, q));
  let numerator = f64x2.splat(2509.0809287301227);
  numerator = f64x2.add(f64x2.mul(numerator, r), f64x2.splat(33430.57558358813));
  numerator = f64x2.add(f64x2.mul(numerator, r), f64x2.splat(67265.7709270087));
  numerator = f64x2.add(f64x2.mul(numerator, r), f64x2.splat(45921.95393154987));
  numerator = f64x2.add(f64x2.mul(numerator, r), f64x2.splat(13731.69376550946));
  numerator = f64x2.add(f64x2.mul(numerator, r), f64x2.splat(1971.5909503065513));
  numerator = f64x2.add(f64x2.mul(numerator, r), f64x2.splat(133.14166789178438));
  numerator = f64x2.add(f64x2.mul(numerator, r), f64x2.splat(3.3871328727963665));
  let denominator = f64x2.splat(5226.495278852854);
  denominator = f64x2.add(f64x2.mul(denominator, r), f64x2.splat(28729.085735721943));
  denominator = f64x2.add(f64x2.mul(denominator, r), f64x2.splat(39307.89580009271));
  denominator = f64x2.add(f64x2.mul(denominator, r), f64x2.splat(21213.794301586597));
  denominator = f64x2.add(f64x2.mul(denominator, r), f64x2.splat(5394.196021424751));
  denominator = f64x2.add(f64x2.mul(denominator, r), f64x2.splat(687.1870074920579));
  denominator = f64x2.add(f64x2.mul(denominator, r), f64x2.splat(42.31333070160091));
  denominator = f64x2.add(f64x2.mul(denominator, r), f64x2.splat(1.0));
  return f64x2.div(f64x2.mul(q, numerator), denominator);
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
