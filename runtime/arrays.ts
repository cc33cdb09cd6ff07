/** Arrays of the same length, one after the other. */
export function concatenate(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.length * parts[0].length);
  for (const [index, part] of parts.entries()) whole.set(part, index * part.length);
  return whole;
}
