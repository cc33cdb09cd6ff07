// The functions of numerics/elementary.ts, operation by operation.
const LN2_HIGH: f64 = 0.6931471803691238;
const LN2_LOW: f64 = 1.9082149292705877e-10;
const LOG2_E: f64 = 1.4426950408889634;
const SQRT_2: f64 = 1.4142135623730951;
/** 1.5 x 2^52 + 1023: added to an integer k it leaves k + 1023 in the low bits. */
const EXPONENT_ONE: f64 = 6755399441056767.0;

/** Natural logarithm of a finite x >= 2^-1022. */
export function log(x: f64): f64 {
  const bits = reinterpret<u64>(x);
  let k = <i32>(bits >> 52) - 1023;
  let m = reinterpret<f64>((bits & 0xfffffffffffff) | 0x3ff0000000000000);
  if (m >= SQRT_2) {
    m *= 0.5;
    k += 1;
  }
  const s = (m - 1) / (m + 1);
  const z = s * s;
  let series: f64 = 1.0 / 21.0;
  series = series * z + 1.0 / 19.0;
  series = series * z + 1.0 / 17.0;
  series = series * z + 1.0 / 15.0;
  series = series * z + 1.0 / 13.0;
  series = series * z + 1.0 / 11.0;
  series = series * z + 1.0 / 9.0;
  series = series * z + 1.0 / 7.0;
  series = series * z + 1.0 / 5.0;
  series = series * z + 1.0 / 3.0;
  const twoS = s + s;
  return <f64>k * LN2_HIGH + (twoS + (twoS * z * series + <f64>k * LN2_LOW));
}

/** e^x of two x <= 709. */
export function exp(x: v128): v128 {
  const k = f64x2.floor(f64x2.add(f64x2.mul(x, f64x2.splat(LOG2_E)), f64x2.splat(0.5)));
  const r = f64x2.sub(f64x2.sub(x, f64x2.mul(k, f64x2.splat(LN2_HIGH))), f64x2.mul(k, f64x2.splat(LN2_LOW)));
  let series = f64x2.splat(1.0 / 6227020800.0);
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1.0 / 479001600.0));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1.0 / 39916800.0));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1.0 / 3628800.0));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1.0 / 362880.0));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1.0 / 40320.0));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1.0 / 5040.0));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1.0 / 720.0));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1.0 / 120.0));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1.0 / 24.0));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1.0 / 6.0));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(0.5));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1.0));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1.0));
  const scale = i64x2.shl(f64x2.add(k, f64x2.splat(EXPONENT_ONE)), 52);
  return v128.and(f64x2.mul(series, scale), f64x2.ge(x, f64x2.splat(-708.0)));
}
