import type { Board, Window } from '../../drivers/index.js';
import { UsageError } from '../terminal/failure.js';

/** The window of all unit cells of a core. Errors: `UsageError` where the board has no such core. */
export function wholeCore(board: Board, core: number): Window {
  const { cores, rows, columns } = board.information;
  if (core >= cores) throw new UsageError(`The board has the cores 0 to ${cores - 1}, no core ${core}.`);
  return { rowStart: 0, rows, columnStart: 0, columns };
}
