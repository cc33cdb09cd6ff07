import type { Board } from '../../drivers/index.js';
import type { Model } from '../../network/index.js';
import type { ChipGeometry, Plan } from '../mapping/placement.js';
import { planModel } from '../mapping/plan.js';
import { type BoardRecord, readRecord } from './board-record.js';

/** The chip of a board, without the columns that a flash found faulty. */
export const chipOf = ({ information }: Board, { spared }: BoardRecord): ChipGeometry => ({
  ...information,
  spared,
});

/** The same, by the record that the board holds. Errors: the board's `Refusal`, `LinkError`. */
export const chipOn = async (board: Board): Promise<ChipGeometry> => chipOf(board, await readRecord(board));

/** Where a model sits on a board. Errors: as `planModel`; the board's `Refusal`, `LinkError`. */
export const planOn = async (board: Board, model: Model): Promise<Plan> =>
  planModel(model, await chipOn(board));
