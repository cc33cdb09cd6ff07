import { type Drawing, MAX_INPUT_CODE } from '../../network/index.js';
import type { LayerSignals } from './layer-signals.js';

/** Share of the inputs other than 0 that may be clipped. A scale from `inputScaleFor` clips one of a thousand inputs. */
const MAX_INPUTS_CLIPPED = 0.1;

/** Share of the output codes that may be at the limit of the converter. */
export const MAX_CODES_CLIPPED = 0.05;

/** The same for the head: a sure answer drives its columns to their limits, and is right all the same. */
const MAX_HEAD_CODES_CLIPPED = 0.5;

/** Input codes that a layer should at least reach: below them, rounding leaves less than three bits. */
const MIN_INPUT_CODE = 8;

/** Share of the updates of a learning that may change no device. */
const MAX_EMPTY_UPDATES = 0.5;

const inPercent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;

/** A sentence for each layer that saturates or is dead; none if all is well. The head comes last. */
export const signalWarnings = (layers: readonly LayerSignals[]): string[] =>
  layers.flatMap(({ name, inputsClipped, maxInputCode, codesClipped, dead }, index) => {
    const maxCodesClipped = index === layers.length - 1 ? MAX_HEAD_CODES_CLIPPED : MAX_CODES_CLIPPED;
    if (maxInputCode === 0)
      return [
        `Layer ${name} is dead: all its inputs round to input code 0; look for blank images, a dead layer before it, or an inputScale that is too large.`,
      ];
    const warnings: string[] = [];
    if (dead) warnings.push(`Layer ${name} is dead: all its weighted sums are 0; look at its weights.`);
    if (inputsClipped > MAX_INPUTS_CLIPPED)
      warnings.push(
        `Layer ${name}: ${inPercent(inputsClipped)} of its inputs exceed input code ${MAX_INPUT_CODE} and are cut off there; give it a larger inputScale.`,
      );
    if (maxInputCode < MIN_INPUT_CODE)
      warnings.push(
        `Layer ${name}: its inputs only reach input code ${maxInputCode} of ${MAX_INPUT_CODE}; give it a smaller inputScale.`,
      );
    if (codesClipped > maxCodesClipped)
      warnings.push(
        `Layer ${name}: ${inPercent(codesClipped)} of its output codes are at the limit of the converter; give it smaller inputs or weights.`,
      );
    return warnings;
  });

/** Counts of a learning that tell whether anything was learned. */
export interface LearningCounts {
  /** Updates in all tasks, and how many of them changed no device. */
  updates: number;
  emptyUpdates: number;
  /** Drawings, and how many of them are of a single value. */
  drawings: number;
  blankDrawings: number;
}

/** How many of the drawings are of a single value. */
export const countBlank = (drawings: readonly Drawing[]): number =>
  drawings.filter((drawing) => drawing.every((value) => value === drawing[0])).length;

/** A sentence for each sign that a learning learned nothing. */
export function learningWarnings({
  updates,
  emptyUpdates,
  drawings,
  blankDrawings,
}: LearningCounts): string[] {
  const warnings: string[] = [];
  if (blankDrawings > 0)
    warnings.push(`${blankDrawings} of ${drawings} drawings are blank; remove them from the data.`);
  if (emptyUpdates > MAX_EMPTY_UPDATES * updates)
    warnings.push(
      `${emptyUpdates} of ${updates} updates changed no device; look at the rate and the weightRange of the head, or choose fewer updates.`,
    );
  return warnings;
}
