import * as z from 'zod';
import { log, power } from '../numerics/elementary.js';

/** The logarithm and the power are taken of at least this much, as in the published models. */
const RELATIVE_CONDUCTANCE_FLOOR = 1e-7;

const polynomial = z.strictObject({
  form: z.literal('polynomial'),
  coefficients: z.array(z.number()).min(1).describe('c0, c1, ...: the value is c0 + c1 g + c2 g^2 + ...'),
});

const clampedLogarithm = z.strictObject({
  form: z.literal('clampedLogarithm'),
  slope: z.number().describe('the value is slope * ln(g) + offset, clamped to [minimum, maximum]'),
  offset: z.number(),
  minimum: z.number(),
  maximum: z.number(),
});

const inversePower = z.strictObject({
  form: z.literal('inversePower'),
  factor: z.number().describe('the value is factor / max(g^exponent, smallestDenominator), at most maximum'),
  exponent: z.number(),
  smallestDenominator: z.number().positive(),
  maximum: z.number(),
});

const piece = z.intersection(
  z.object({ below: z.number().positive().optional().describe('the piece holds for g below this') }),
  z.discriminatedUnion('form', [polynomial, clampedLogarithm, inversePower]),
);

type Piece = z.infer<typeof piece>;

/** A quantity as a function of the relative conductance g = G / G_max, in pieces that ascend in g. */
export const curve = z
  .array(piece)
  .min(1)
  .refine(
    (pieces) =>
      pieces.every(({ below }, i) =>
        i === pieces.length - 1
          ? below === undefined
          : below !== undefined && (i === 0 || below > pieces[i - 1].below!),
      ),
    'every piece but the last needs "below", and these must ascend',
  );

export type Curve = z.infer<typeof curve>;

function evaluatePiece(piece: Piece, g: number): number {
  const floored = Math.max(g, RELATIVE_CONDUCTANCE_FLOOR);
  switch (piece.form) {
    case 'polynomial':
      return piece.coefficients.reduceRight((sum, coefficient) => sum * g + coefficient, 0);
    case 'clampedLogarithm':
      return Math.min(Math.max(piece.slope * log(floored) + piece.offset, piece.minimum), piece.maximum);
    case 'inversePower':
      return Math.min(
        piece.factor / Math.max(power(floored, piece.exponent), piece.smallestDenominator),
        piece.maximum,
      );
  }
}

/** Value of a curve at relative conductance g >= 0. */
export function evaluateCurve(pieces: Curve, g: number): number {
  return evaluatePiece(
    pieces.find(({ below }) => below === undefined || g < below)!,
    g,
  );
}
