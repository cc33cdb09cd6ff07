/** Arrays of one type, one after the other, in a new array. */
export function concatenate<T extends Uint8Array | Int8Array | Float32Array | Float64Array>(
  Type: new (length: number) => T,
  parts: readonly T[],
): T {
  const whole = new Type(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
