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
