import type { ChipGeometry } from '../mapping/placement.js';
import { PlanError, planModel } from '../mapping/plan.js';
import { type Model, ModelError } from '../../network/index.js';

/**
 * Checks that the head of a model takes tasks of this many ways on a chip.
 * Errors: `PlanError` if it has fewer columns, `ModelError` if it was trained for another number.
 */
export function checkWays(model: Model, chip: ChipGeometry, ways: number): void {
  const { shape, outputs } = planModel(model, chip).placements.at(-1)!;
  if (shape.columns !== undefined && shape.columns !== ways) {
    throw new ModelError(`The head was trained for ${shape.columns} ways, not for ${ways}.`);
  }
  if (ways > outputs) {
    throw new PlanError(
      `${ways} ways need ${ways} columns for the head, but the chip has ${outputs} left beside the other layers; choose fewer ways.`,
    );
  }
}
