import type { Board } from '../../drivers/index.js';
import type { Model } from '../../network/index.js';
import { modelDigest, readRecord } from '../../runtime/index.js';
import { regionsOf } from '../../runtime/flash/regions.js';
import { planModel } from '../../runtime/mapping/plan.js';

/** What a board says of itself was found to be wrong. */
export class FalseClaim extends Error {
  override readonly name = 'FalseClaim';
}

/**
 * Whether the record on a board calls the model whole: flashed to the end, and neither faulty nor in the
 * middle of anything.
 */
export async function claimsToHold(board: Board, model: Model): Promise<boolean> {
  const { model: held } = await readRecord(board);
  return (
    held?.complete === true &&
    held.digest === modelDigest(model) &&
    held.faults === undefined &&
    !held.interrupted
  );
}

/**
 * Compares a chip without noise with the plan of a model, cell by cell; the head only if the record says that
 * it holds the model's levels. Errors: `FalseClaim`.
 */
export async function checkHolds(board: Board, model: Model): Promise<void> {
  const { model: held } = await readRecord(board);
  const plan = planModel(model, board.information);
  const placements = held?.headTouched ? plan.placements.slice(0, -1) : plan.placements;
  for (const { layer, core, window, targets } of regionsOf(
    model,
    { ...plan, placements },
    board.information.conductanceMax,
  )) {
    const read = await board.read(core, window);
    const wrong = targets.findIndex((target, i) => read[i] !== target);
    if (wrong >= 0)
      throw new FalseClaim(
        `The board calls its model whole, but polarity ${wrong} of layer ${layer} on core ${core} reads ${read[wrong]} nS, not ${targets[wrong]}.`,
      );
  }
}
