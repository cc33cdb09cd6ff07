import type { Board, ColumnAffine, Information } from '../../drivers/index.js';

/** Codes of columns, as the digital unit gives them, from which on their converters are at their limits. */
export interface CodeLimits {
  /** [columns]; a code that is not above it is at the limit. */
  low: Int32Array;
  /** [columns]; a code that is not below it is at the limit. */
  high: Int32Array;
}

/** Beyond all codes: a column with this limit never reaches it. */
const NEVER = 2 ** 16;

/** Limits of columns whose digital unit is set like this. A column that is switched off (scale 0) has none. */
export function codeLimits(
  { scales, offsets }: ColumnAffine,
  { adcBits, scaleFractionBits }: Pick<Information, 'adcBits' | 'scaleFractionBits'>,
): CodeLimits {
  const limits = { low: new Int32Array(scales.length), high: new Int32Array(scales.length) };
  const full = 2 ** (adcBits - 1);
  for (const [column, scale] of scales.entries()) {
    const behind = (code: number) =>
      clamp(Math.min(MAX_CODE, Math.floor((code * scale) / 2 ** scaleFractionBits + 0.5)) + offsets[column]);
    const [one, other] = [behind(-full), behind(full - 1)];
    limits.low[column] = one === other ? -NEVER : Math.min(one, other);
    limits.high[column] = one === other ? NEVER : Math.max(one, other);
  }
  return limits;
}

const MAX_CODE = 2 ** 15 - 1;

const clamp = (code: number): number => Math.max(-MAX_CODE - 1, Math.min(MAX_CODE, code));

/** Reads the limits of columns of a core from the board. Errors: the board's `Refusal`, `LinkError`. */
export async function readLimits(
  board: Board,
  core: number,
  { columnStart, columns }: { columnStart: number; columns: number },
): Promise<CodeLimits> {
  return codeLimits(await board.readColumns(core, columnStart, columns), board.information);
}

/** How many of the codes [vectors, columns] are at the limits of their columns. */
export function countClipped(codes: Int16Array, { low, high }: CodeLimits): number {
  let clipped = 0;
  for (let at = 0; at < codes.length;)
    for (let column = 0; column < low.length; column++, at++)
      if (codes[at] >= high[column] || codes[at] <= low[column]) clipped++;
  return clipped;
}
