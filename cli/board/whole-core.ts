import type { Board, Window } from '../../drivers/index.js';
import { UsageError } from '../terminal/failure.js';

/** The window of all unit cells of a core. Errors: `UsageError` if the board has no such core. */
export function wholeCore(board: Board, core: number): Window {
  const { cores, rows, columns } = board.information;
  if (core >= cores) throw new UsageError(`The board has no core ${core}: its cores are 0 to ${cores - 1}.`);
  return { rowStart: 0, rows, columnStart: 0, columns };
}
