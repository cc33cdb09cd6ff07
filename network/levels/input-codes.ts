/** Maximum magnitude of an input code: the inputs of a crossbar are signed 8 bit and symmetric. */
export const MAX_INPUT_CODE = 127;

/** Input codes of activations: round(x / scale), saturated at +-127. `scale`: value of one code. */
export function inputCodes(activations: Float32Array, scale: number): Int8Array {
  const codes = new Int8Array(activations.length);
  for (let i = 0; i < codes.length; i++) {
    const code = Math.round(activations[i] / scale);
    codes[i] = code > MAX_INPUT_CODE ? MAX_INPUT_CODE : code < -MAX_INPUT_CODE ? -MAX_INPUT_CODE : code;
  }
  return codes;
}

/** Counts of input codes, added up over calls. */
export interface InputCounts {
  /** Codes other than 0. */
  busy: number;
  /** Codes that are saturated. */
  clipped: number;
  /** Maximum magnitude of a code. */
  maxCode: number;
}

/** Adds the input codes of activations to counts. A pass of its own is faster than counting while converting. */
export function countInputCodes(
  codes: Int8Array,
  activations: Float32Array,
  scale: number,
  counts: InputCounts,
): void {
  const max = MAX_INPUT_CODE;
  const limit = (MAX_INPUT_CODE + 0.5) * scale;
  let [busy, clipped, highest, lowest] = [0, 0, 0, 0];
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i];
    busy += (code | -code) >>> 31; // 1 for any code but 0, without a branch
    if (code > highest) highest = code;
    else if (code < lowest) lowest = code;
    if ((code === max || code === -max) && Math.abs(activations[i]) >= limit) clipped++;
  }
  counts.busy += busy;
  counts.clipped += clipped;
  counts.maxCode = Math.max(counts.maxCode, highest, -lowest);
}
