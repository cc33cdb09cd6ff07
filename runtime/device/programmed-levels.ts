import type { Board, ProgramReport } from '../../drivers/index.js';
import { pairTargets } from '../../network/index.js';
import { type BoardRecord, readRecord, writeRecord } from '../flash/board-record.js';
import type { CoreCells } from '../mapping/cells.js';

/**
 * Stands for a level in cells whose last write failed: they may hold the old level, the new one or anything
 * between.
 */
export const UNKNOWN_LEVEL = -128;

/** Changes of one write. */
export interface LevelWrite {
  /** Indices of the weights that were reprogrammed, ascending. */
  weights: number[];
  /** Pairs that were programmed, all cells of a weight counted. */
  pairs: number;
}

/** Cells of one core, and the level that each of them holds. */
interface HeldCells extends CoreCells {
  held: Int8Array;
}

/**
 * Levels on a board that change while it learns. Only the cells whose level changes are programmed, and a new
 * level is taken over once the board has answered. A write that fails leaves its cells unknown; they are
 * reprogrammed by the next write, or by `settle`, which has to come before every multiplication. One write at
 * a time.
 */
export class ProgrammedLevels {
  /**
   * Conductance of the outermost level in nS; below the board's maximum if the cells beside the new ones have
   * drifted.
   */
  outermost: number;
  readonly #board: Board;
  readonly #cores: readonly HeldCells[];
  /** [weights] that the board is to hold. */
  #wanted: Int8Array;
  /** The last write has not ended, or it failed. */
  #unsettled = false;
  /** The record on the board says that it holds other levels than its model. */
  #touched = false;

  /** `levels` [weights]: those that the board holds now, in all cells of a weight. */
  constructor(board: Board, cores: readonly CoreCells[], levels: Int8Array) {
    this.outermost = board.information.conductanceMax;
    this.#board = board;
    this.#wanted = levels.slice();
    this.#cores = cores.map((cells) => ({
      ...cells,
      held: Int8Array.from(cells.weights, (weight) => levels[weight]),
    }));
  }

  /**
   * [weights] that the board holds; `UNKNOWN_LEVEL` if a cell of the weight is unknown or its cells differ.
   */
  get levels(): Int8Array {
    const levels = this.#wanted.slice();
    const seen = new Uint8Array(levels.length);
    for (const { weights, held } of this.#cores)
      for (const [cell, weight] of weights.entries()) {
        const agrees = seen[weight] === 0 || levels[weight] === held[cell];
        levels[weight] = agrees ? held[cell] : UNKNOWN_LEVEL;
        seen[weight] = 1;
      }
    return levels;
  }

  /**
   * Programs the cells that do not hold these levels, [weights]. Errors: the board's `Refusal`, `LinkError`;
   * what the board answered before the error is taken over.
   */
  write(levels: Int8Array): Promise<LevelWrite> {
    this.#wanted = levels.slice();
    return this.#program();
  }

  /** Forgets which levels the board holds: the next write programs all cells. */
  loseTrack(): void {
    for (const { held } of this.#cores) held.fill(UNKNOWN_LEVEL);
  }

  /** Completes a write that failed; does nothing after one that succeeded. Errors: as `write`. */
  async settle(): Promise<void> {
    if (this.#unsettled) await this.#program();
  }

  /**
   * Notes on the board that it holds other levels than its model, and no longer a task learned before.
   * `record` is what the board's user area holds, if the caller has read it.
   */
  async markTouched(record?: BoardRecord): Promise<void> {
    if (this.#touched) return;
    await markRecord(this.#board, record ?? (await readRecord(this.#board)), true);
    this.#touched = true;
  }

  /** Notes on the board that it holds the levels of its model again. */
  async markRestored(): Promise<void> {
    if (!this.#touched) return;
    await markRecord(this.#board, await readRecord(this.#board), false);
    this.#touched = false;
  }

  async #program(): Promise<LevelWrite> {
    this.#unsettled = true;
    const due = this.#cores.map((cells) => cellsDue(cells, this.#wanted));
    const weights = new Set(
      due.flatMap((cells, core) => cells.map((cell) => this.#cores[core].weights[cell])),
    );
    if (weights.size > 0) await this.markTouched();
    let pairs = 0;
    for (const [index, cells] of due.entries())
      if (cells.length > 0) pairs += (await this.#programCore(this.#cores[index], cells)).pairs;
    this.#unsettled = false;
    return { weights: [...weights].sort((a, b) => a - b), pairs };
  }

  async #programCore(
    { core, weights, rows, columns, held }: HeldCells,
    due: readonly number[],
  ): Promise<ProgramReport> {
    const levels = Int8Array.from(due, (cell) => this.#wanted[weights[cell]]);
    // Until the board answers, nobody knows how far it is: one call may be several frames, and be cancelled
    // between two pairs.
    for (const cell of due) held[cell] = UNKNOWN_LEVEL;
    const report = await this.#board.programCells(core, {
      rows: Uint16Array.from(due, (cell) => rows[cell]),
      columns: Uint16Array.from(due, (cell) => columns[cell]),
      targets: pairTargets(levels, this.outermost),
    });
    for (const [index, cell] of due.entries()) held[cell] = levels[index];
    return report;
  }
}

/** Cells that hold another level than [weights] says. */
function cellsDue({ weights, held }: HeldCells, wanted: Int8Array): number[] {
  const due: number[] = [];
  for (const [cell, level] of held.entries()) if (level !== wanted[weights[cell]]) due.push(cell);
  return due;
}

async function markRecord(board: Board, record: BoardRecord, headTouched: boolean): Promise<void> {
  const { model } = record;
  if (!model || (model.headTouched === headTouched && !model.learned)) return;
  await writeRecord(board, { ...record, model: { ...model, headTouched, learned: undefined } });
}
