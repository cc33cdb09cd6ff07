import { CoreMemory, Scratch } from './core-memory.as';

/** 1.5 x 2^52: added to a double of small magnitude it leaves the nearest integer, ties to even, in the low word. */
const ROUND: f64 = 6755399441055744.0;

// Circuits of 8 columns: float64 ADC gain and offset, int16 digital scale and offset.
const OFFSET = 64;
const SCALE = 128;
const SHIFT = 144;
/** Bytes of the circuits of 8 columns. */
export const CIRCUITS = 160;

/** Gathers the circuits of the groups of 8 columns in [columnStart, columnEnd), so that `convert` reads them in a row. */
export function gatherCircuits(
  core: CoreMemory,
  scratch: Scratch,
  columnStart: usize,
  columnEnd: usize,
): void {
  for (let column = columnStart & ~7; column < columnEnd; column += 8) {
    const circuits = scratch.circuits + (column >> 3) * CIRCUITS;
    copyEight(circuits, core.adcGain + 8 * column);
    copyEight(circuits + OFFSET, core.adcOffset + 8 * column);
    v128.store(circuits, v128.load(core.digitalScale + 2 * column), SCALE);
    v128.store(circuits, v128.load(core.digitalOffset + 2 * column), SHIFT);
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
 * Turns one vector's sums into codes: read noise, ADC (gain, offset, saturation, rounding to even), digital unit.
 * Columns come in aligned groups of 8, of which `sums` and `variates` hold the first; codes outside of the window
 * are not stored.
 */
export function convert(
  core: CoreMemory,
  scratch: Scratch,
  sums: usize,
  variates: usize,
  columnStart: usize,
  columns: usize,
  codes: usize,
  noise: bool,
): void {
  const low = f64x2.splat(<f64>core.adcLow);
  const high = f64x2.splat(<f64>core.adcHigh);
  const round = f64x2.splat(ROUND);
  // rounded (code x scale) / 2^bits is what q15mulr makes of code x 2^(15 - bits), which fits 16 bits
  const lift = i16x8.splat(<i16>(32768 >> core.scaleFractionBits));
  const unit = f32x4.splat(core.noiseUnit);
  const columnEnd = columnStart + columns;
  let column = columnStart & ~7;
  let circuits = scratch.circuits + (column >> 3) * CIRCUITS;
  codes -= 2 * columnStart;
  for (; column < columnEnd; column += 8) {
    const s0 = v128.load(sums);
    const s1 = v128.load(sums, 16);
    let y0 = f64x2.convert_low_i32x4_s(s0);
    let y1 = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(s0, s0, 2, 3, 2, 3));
    let y2 = f64x2.convert_low_i32x4_s(s1);
    let y3 = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(s1, s1, 2, 3, 2, 3));
    if (noise) {
      const n0 = noiseOfFour(v128.load(sums, 32), unit, v128.load_ext<i16>(variates));
      const n1 = noiseOfFour(v128.load(sums, 48), unit, v128.load_ext<i16>(variates, 8));
      y0 = f64x2.add(y0, f64x2.promote_low_f32x4(n0));
      y1 = f64x2.add(y1, f64x2.promote_low_f32x4(v128.shuffle<i32>(n0, n0, 2, 3, 2, 3)));
      y2 = f64x2.add(y2, f64x2.promote_low_f32x4(n1));
      y3 = f64x2.add(y3, f64x2.promote_low_f32x4(v128.shuffle<i32>(n1, n1, 2, 3, 2, 3)));
      variates += 16;
    }
    y0 = f64x2.add(f64x2.mul(y0, v128.load(circuits)), v128.load(circuits, OFFSET));
    y1 = f64x2.add(f64x2.mul(y1, v128.load(circuits, 16)), v128.load(circuits, OFFSET + 16));
    y2 = f64x2.add(f64x2.mul(y2, v128.load(circuits, 32)), v128.load(circuits, OFFSET + 32));
    y3 = f64x2.add(f64x2.mul(y3, v128.load(circuits, 48)), v128.load(circuits, OFFSET + 48));
    y0 = f64x2.add(f64x2.pmin(f64x2.pmax(y0, low), high), round);
    y1 = f64x2.add(f64x2.pmin(f64x2.pmax(y1, low), high), round);
    y2 = f64x2.add(f64x2.pmin(f64x2.pmax(y2, low), high), round);
    y3 = f64x2.add(f64x2.pmin(f64x2.pmax(y3, low), high), round);
    const adc = i16x8.narrow_i32x4_s(
      v128.shuffle<i32>(y0, y1, 0, 2, 4, 6),
      v128.shuffle<i32>(y2, y3, 0, 2, 4, 6),
    );
    const scaled = i16x8.q15mulr_sat_s(i16x8.mul(adc, lift), v128.load(circuits, SCALE));
    const code = i16x8.add_sat_s(scaled, v128.load(circuits, SHIFT));
    if (column >= columnStart && column + 8 <= columnEnd) v128.store(codes + 2 * column, code);
    else {
      v128.store(scratch.edge, code);
      const first = max(column, columnStart);
      memory.copy(
        codes + 2 * first,
        scratch.edge + 2 * (first - column),
        2 * (min(column + 8, columnEnd) - first),
      );
    }
    sums += 64;
    circuits += CIRCUITS;
  }
}

/** Read noise in nS x input code, float32: the root of the variance code, the unit, the variate. */
function noiseOfFour(squareSums: v128, unit: v128, variates: v128): v128 {
  const deviation = f32x4.mul(f32x4.sqrt(f32x4.convert_i32x4_s(squareSums)), unit);
  return f32x4.mul(deviation, f32x4.convert_i32x4_s(variates));
}
