/**
 * Scales a converter's code by a fixed-point number of `fractionBits`, rounded, and adds an offset; saturates
 * at 16 bits.
 */
export function scaleCode(code: number, scale: number, offset: number, fractionBits: number): number {
  const half = fractionBits === 0 ? 0 : 1 << (fractionBits - 1);
  const scaled = Math.min((code * scale + half) >> fractionBits, 32767);
  return Math.min(Math.max(scaled + offset, -32768), 32767);
}
