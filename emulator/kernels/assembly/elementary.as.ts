// The functions of numerics/elementary.ts for two doubles, operation by operation.
import { LN2_HIGH, LN2_LOW, LOG2_E, SQRT_2 } from './declared.as';

/** 1.5 x 2^52 + 1023: added to an integer k it leaves k + 1023 in the low bits. */
const EXPONENT_ONE: f64 = 6755399441056767.0;
/** The bits of 2^52: with exponent bits e in the low ones it is the double 2^52 + e. */
const EXPONENT_BITS: i64 = 0x4330000000000000;
const EXPONENT_BIAS: f64 = 4503599627371519.0;

/** Natural logarithms of two finite x >= 2^-1022. */
export function log(x: v128): v128 {
  const one = f64x2.splat(1.0);
  const exponent = v128.or(i64x2.shr_u(x, 52), i64x2.splat(EXPONENT_BITS));
  const mantissa = v128.or(v128.and(x, i64x2.splat(0xfffffffffffff)), one);
  const halve = f64x2.ge(mantissa, f64x2.splat(SQRT_2));
  const k = f64x2.add(f64x2.sub(exponent, f64x2.splat(EXPONENT_BIAS)), v128.and(halve, one));
  const m = v128.bitselect(f64x2.mul(mantissa, f64x2.splat(0.5)), mantissa, halve);
  const s = f64x2.div(f64x2.sub(m, one), f64x2.add(m, one));
  const z = f64x2.mul(s, s);
  let series = f64x2.splat(1.0 / 21.0);
  series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 19.0));
  series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 17.0));
  series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 15.0));
  series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 13.0));
  series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 11.0));
  series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 9.0));
  series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 7.0));
  series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 5.0));
  series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 3.0));
  const twoS = f64x2.add(s, s);
  const rest = f64x2.add(f64x2.mul(f64x2.mul(twoS, z), series), f64x2.mul(k, f64x2.splat(LN2_LOW)));
  return f64x2.add(f64x2.mul(k, f64x2.splat(LN2_HIGH)), f64x2.add(twoS, rest));
}

/**
 * Replaces `count` doubles x <= 709 by e^x; up to 7 behind them are overwritten. Eight at a time, because the
 * engine builds each constant again at each use.
 */
export function exponentials(at: usize, count: u32): void {
  for (const end = at + 8 * count; at < end; at += 64) {
    const x0 = v128.load(at);
    const x1 = v128.load(at, 16);
    const x2 = v128.load(at, 32);
    const x3 = v128.load(at, 48);
    let factor = f64x2.splat(LOG2_E);
    let term = f64x2.splat(0.5);
    const k0 = f64x2.floor(f64x2.add(f64x2.mul(x0, factor), term));
    const k1 = f64x2.floor(f64x2.add(f64x2.mul(x1, factor), term));
    const k2 = f64x2.floor(f64x2.add(f64x2.mul(x2, factor), term));
    const k3 = f64x2.floor(f64x2.add(f64x2.mul(x3, factor), term));
    factor = f64x2.splat(LN2_HIGH);
    let r0 = f64x2.sub(x0, f64x2.mul(k0, factor));
    let r1 = f64x2.sub(x1, f64x2.mul(k1, factor));
    let r2 = f64x2.sub(x2, f64x2.mul(k2, factor));
    let r3 = f64x2.sub(x3, f64x2.mul(k3, factor));
    factor = f64x2.splat(LN2_LOW);
    r0 = f64x2.sub(r0, f64x2.mul(k0, factor));
    r1 = f64x2.sub(r1, f64x2.mul(k1, factor));
    r2 = f64x2.sub(r2, f64x2.mul(k2, factor));
    r3 = f64x2.sub(r3, f64x2.mul(k3, factor));
    let s0 = f64x2.splat(1.0 / 6227020800.0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    term = f64x2.splat(1.0 / 479001600.0);
    s0 = f64x2.add(f64x2.mul(s0, r0), term);
    s1 = f64x2.add(f64x2.mul(s1, r1), term);
    s2 = f64x2.add(f64x2.mul(s2, r2), term);
    s3 = f64x2.add(f64x2.mul(s3, r3), term);
    term = f64x2.splat(1.0 / 39916800.0);
    s0 = f64x2.add(f64x2.mul(s0, r0), term);
    s1 = f64x2.add(f64x2.mul(s1, r1), term);
    s2 = f64x2.add(f64x2.mul(s2, r2), term);
    s3 = f64x2.add(f64x2.mul(s3, r3), term);
    term = f64x2.splat(1.0 / 3628800.0);
    s0 = f64x2.add(f64x2.mul(s0, r0), term);
    s1 = f64x2.add(f64x2.mul(s1, r1), term);
    s2 = f64x2.add(f64x2.mul(s2, r2), term);
    s3 = f64x2.add(f64x2.mul(s3, r3), term);
    term = f64x2.splat(1.0 / 362880.0);
    s0 = f64x2.add(f64x2.mul(s0, r0), term);
    s1 = f64x2.add(f64x2.mul(s1, r1), term);
    s2 = f64x2.add(f64x2.mul(s2, r2), term);
    s3 = f64x2.add(f64x2.mul(s3, r3), term);
    term = f64x2.splat(1.0 / 40320.0);
    s0 = f64x2.add(f64x2.mul(s0, r0), term);
    s1 = f64x2.add(f64x2.mul(s1, r1), term);
    s2 = f64x2.add(f64x2.mul(s2, r2), term);
    s3 = f64x2.add(f64x2.mul(s3, r3), term);
    term = f64x2.splat(1.0 / 5040.0);
    s0 = f64x2.add(f64x2.mul(s0, r0), term);
    s1 = f64x2.add(f64x2.mul(s1, r1), term);
    s2 = f64x2.add(f64x2.mul(s2, r2), term);
    s3 = f64x2.add(f64x2.mul(s3, r3), term);
    term = f64x2.splat(1.0 / 720.0);
    s0 = f64x2.add(f64x2.mul(s0, r0), term);
    s1 = f64x2.add(f64x2.mul(s1, r1), term);
    s2 = f64x2.add(f64x2.mul(s2, r2), term);
    s3 = f64x2.add(f64x2.mul(s3, r3), term);
    term = f64x2.splat(1.0 / 120.0);
    s0 = f64x2.add(f64x2.mul(s0, r0), term);
    s1 = f64x2.add(f64x2.mul(s1, r1), term);
    s2 = f64x2.add(f64x2.mul(s2, r2), term);
    s3 = f64x2.add(f64x2.mul(s3, r3), term);
    term = f64x2.splat(1.0 / 24.0);
    s0 = f64x2.add(f64x2.mul(s0, r0), term);
    s1 = f64x2.add(f64x2.mul(s1, r1), term);
    s2 = f64x2.add(f64x2.mul(s2, r2), term);
    s3 = f64x2.add(f64x2.mul(s3, r3), term);
    term = f64x2.splat(1.0 / 6.0);
    s0 = f64x2.add(f64x2.mul(s0, r0), term);
    s1 = f64x2.add(f64x2.mul(s1, r1), term);
    s2 = f64x2.add(f64x2.mul(s2, r2), term);
    s3 = f64x2.add(f64x2.mul(s3, r3), term);
    term = f64x2.splat(0.5);
    s0 = f64x2.add(f64x2.mul(s0, r0), term);
    s1 = f64x2.add(f64x2.mul(s1, r1), term);
    s2 = f64x2.add(f64x2.mul(s2, r2), term);
    s3 = f64x2.add(f64x2.mul(s3, r3), term);
    term = f64x2.splat(1.0);
    s0 = f64x2.add(f64x2.mul(s0, r0), term);
    s1 = f64x2.add(f64x2.mul(s1, r1), term);
    s2 = f64x2.add(f64x2.mul(s2, r2), term);
    s3 = f64x2.add(f64x2.mul(s3, r3), term);
    term = f64x2.splat(1.0);
    s0 = f64x2.add(f64x2.mul(s0, r0), term);
    s1 = f64x2.add(f64x2.mul(s1, r1), term);
    s2 = f64x2.add(f64x2.mul(s2, r2), term);
    s3 = f64x2.add(f64x2.mul(s3, r3), term);
    term = f64x2.splat(EXPONENT_ONE);
    s0 = f64x2.mul(s0, i64x2.shl(f64x2.add(k0, term), 52));
    s1 = f64x2.mul(s1, i64x2.shl(f64x2.add(k1, term), 52));
    s2 = f64x2.mul(s2, i64x2.shl(f64x2.add(k2, term), 52));
    s3 = f64x2.mul(s3, i64x2.shl(f64x2.add(k3, term), 52));
    term = f64x2.splat(-708.0);
    v128.store(at, v128.and(s0, f64x2.ge(v128.load(at), term)));
    v128.store(at, v128.and(s1, f64x2.ge(v128.load(at, 16), term)), 16);
    v128.store(at, v128.and(s2, f64x2.ge(v128.load(at, 32), term)), 32);
    v128.store(at, v128.and(s3, f64x2.ge(v128.load(at, 48), term)), 48);
  }
}
