import {
  CIRCUITS_BYTES,
  CIRCUITS_CLAMP,
  CIRCUITS_GAIN,
  CIRCUITS_HIGH,
  CIRCUITS_LIFT,
  CIRCUITS_LOW,
  CIRCUITS_MAX,
  CIRCUITS_MIN,
  CIRCUITS_OFFSET,
  CIRCUITS_ROUND,
  CIRCUITS_SCALE,
  CIRCUITS_SHIFT,
  CIRCUITS_UNIT,
  CoreMemory,
  NORMAL_TABLE,
  NORMAL_TABLE_MASK,
  ROUND,
  Scratch,
} from './declared.as';

/**
 * Gathers the circuits of the groups of 8 columns in [columnStart, columnEnd), so that `convert` reads them
 * in a row.
 */
export function gatherCircuits(
  core: CoreMemory,
  scratch: Scratch,
  columnStart: usize,
  columnEnd: usize,
): void {
  for (let column = columnStart & ~7; column < columnEnd; column += 8) {
    const circuits = scratch.circuits + (column >> 3) * CIRCUITS_BYTES;
    copyEight(circuits + CIRCUITS_GAIN, core.adcGain + 8 * column);
    copyEight(circuits + CIRCUITS_OFFSET, core.adcOffset + 8 * column);
    v128.store(circuits, v128.load(core.digitalScale + 2 * column), CIRCUITS_SCALE);
    v128.store(circuits, v128.load(core.digitalOffset + 2 * column), CIRCUITS_SHIFT);
    store<f64>(circuits, <f64>core.adcMin, CIRCUITS_LOW);
    store<f64>(circuits, <f64>core.adcMax, CIRCUITS_HIGH);
    store<f64>(circuits, ROUND, CIRCUITS_ROUND);
    store<f32>(circuits, core.noiseUnit, CIRCUITS_UNIT);
    store<u16>(circuits, <u16>((<u32>32768) >> core.scaleFractionBits), CIRCUITS_LIFT);
    store<i16>(circuits, <i16>core.adcMin, CIRCUITS_MIN);
    store<i16>(circuits, <i16>core.adcMax, CIRCUITS_MAX);
    store<u8>(circuits, <u8>core.clampFirst, CIRCUITS_CLAMP);
  }
}

/** Copies 8 doubles; a call of memory.copy takes longer. */
function copyEight(to: usize, from: usize): void {
  v128.store(to, v128.load(from));
  v128.store(to, v128.load(from, 16), 16);
  v128.store(to, v128.load(from, 32), 32);
  v128.store(to, v128.load(from, 48), 48);
}

/**
 * Turns one vector's sums into codes: read noise, ADC (gain, offset, saturation, rounding to even), digital
 * unit. Columns come in aligned groups of 8, of which `sums` and `draws` hold the first.
 */
export function convert(
  scratch: Scratch,
  sums: usize,
  draws: usize,
  columnStart: usize,
  columns: usize,
  codes: usize,
  noise: bool,
): void {
  const odd = columnStart & 7;
  const whole = ((odd | columns) & 7) === 0;
  let circuits = scratch.circuits + (columnStart >> 3) * CIRCUITS_BYTES;
  let out = whole ? codes : scratch.codes;
  for (
    const end = circuits + ((odd + columns + 7) >> 3) * CIRCUITS_BYTES;
    circuits < end;
    circuits += CIRCUITS_BYTES
  ) {
    let y0 = f64x2.convert_low_i32x4_s(v128.load_zero<u64>(sums));
    let y1 = f64x2.convert_low_i32x4_s(v128.load_zero<u64>(sums, 8));
    let y2 = f64x2.convert_low_i32x4_s(v128.load_zero<u64>(sums, 16));
    let y3 = f64x2.convert_low_i32x4_s(v128.load_zero<u64>(sums, 24));
    if (noise) {
      const unit = v128.load_splat<u32>(circuits, CIRCUITS_UNIT);
      const n0 = noiseOfFour(v128.load(sums, 32), unit, load<u64>(draws));
      const n1 = noiseOfFour(v128.load(sums, 48), unit, load<u64>(draws, 8));
      y0 = f64x2.add(y0, f64x2.promote_low_f32x4(n0));
      y1 = f64x2.add(y1, f64x2.promote_low_f32x4(v128.shuffle<i32>(n0, n0, 2, 3, 2, 3)));
      y2 = f64x2.add(y2, f64x2.promote_low_f32x4(n1));
      y3 = f64x2.add(y3, f64x2.promote_low_f32x4(v128.shuffle<i32>(n1, n1, 2, 3, 2, 3)));
    }
    y0 = f64x2.add(f64x2.mul(y0, v128.load(circuits, CIRCUITS_GAIN)), v128.load(circuits, CIRCUITS_OFFSET));
    y1 = f64x2.add(
      f64x2.mul(y1, v128.load(circuits, CIRCUITS_GAIN + 16)),
      v128.load(circuits, CIRCUITS_OFFSET + 16),
    );
    y2 = f64x2.add(
      f64x2.mul(y2, v128.load(circuits, CIRCUITS_GAIN + 32)),
      v128.load(circuits, CIRCUITS_OFFSET + 32),
    );
    y3 = f64x2.add(
      f64x2.mul(y3, v128.load(circuits, CIRCUITS_GAIN + 48)),
      v128.load(circuits, CIRCUITS_OFFSET + 48),
    );
    if (load<u8>(circuits, CIRCUITS_CLAMP)) {
      y0 = clamp(y0, circuits);
      y1 = clamp(y1, circuits);
      y2 = clamp(y2, circuits);
      y3 = clamp(y3, circuits);
    }
    const nearest = v128.load_splat<u64>(circuits, CIRCUITS_ROUND);
    y0 = f64x2.add(y0, nearest);
    y1 = f64x2.add(y1, nearest);
    y2 = f64x2.add(y2, nearest);
    y3 = f64x2.add(y3, nearest);
    let adc = i16x8.narrow_i32x4_s(
      v128.shuffle<i32>(y0, y1, 0, 2, 4, 6),
      v128.shuffle<i32>(y2, y3, 0, 2, 4, 6),
    );
    adc = i16x8.max_s(adc, v128.load_splat<u16>(circuits, CIRCUITS_MIN));
    adc = i16x8.min_s(adc, v128.load_splat<u16>(circuits, CIRCUITS_MAX));
    // q15mulr of code x 2^(15 - bits), which fits 16 bits, is the rounded (code x scale) / 2^bits
    const lifted = i16x8.mul(adc, v128.load_splat<u16>(circuits, CIRCUITS_LIFT));
    const scaled = i16x8.q15mulr_sat_s(lifted, v128.load(circuits, CIRCUITS_SCALE));
    v128.store(out, i16x8.add_sat_s(scaled, v128.load(circuits, CIRCUITS_SHIFT)));
    out += 16;
    sums += 64;
    draws += 16;
  }
  if (!whole) memory.copy(codes, scratch.codes + 2 * odd, 2 * columns);
}

function clamp(codes: v128, circuits: usize): v128 {
  const low = v128.load_splat<u64>(circuits, CIRCUITS_LOW);
  return f64x2.pmin(f64x2.pmax(codes, low), v128.load_splat<u64>(circuits, CIRCUITS_HIGH));
}

/**
 * Read noise in nS x input code, float32: the root of the variance code, the unit, the variate, which is the
 * entry of the normal table at the lower 12 of a column's 16 random bits.
 */
function noiseOfFour(squareSums: v128, unit: v128, bits: u64): v128 {
  let variates = v128.load_zero<u32>(((<u32>bits) << 1) & NORMAL_TABLE_MASK, NORMAL_TABLE);
  variates = v128.load_lane<u16>(((<u32>bits) >> 15) & NORMAL_TABLE_MASK, variates, 1, NORMAL_TABLE);
  variates = v128.load_lane<u16>((<u32>(bits >> 31)) & NORMAL_TABLE_MASK, variates, 2, NORMAL_TABLE);
  variates = v128.load_lane<u16>((<u32>(bits >> 47)) & NORMAL_TABLE_MASK, variates, 3, NORMAL_TABLE);
  const deviation = f32x4.mul(f32x4.sqrt(f32x4.convert_i32x4_s(squareSums)), unit);
  return f32x4.mul(deviation, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(variates)));
}
