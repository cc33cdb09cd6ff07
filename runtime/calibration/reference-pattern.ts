import type { Board } from '../../drivers/index.js';
import { MAX_LEVEL, Random } from '../../network/index.js';
import { readRecord, writeRecord } from '../flash/board-record.js';

/**
 * Columns whose unit cells all read below half a level, so that all their levels are zero: their gain cannot
 * be measured without a reference. `conductances`: [2, rows, columns] as read, nS.
 */
export function blankColumns(conductances: Uint16Array, columns: number, conductanceMax: number): number[] {
  const halfLevel = conductanceMax / MAX_LEVEL / 2;
  const maximum = new Float64Array(columns);
  for (const [index, conductance] of conductances.entries())
    maximum[index % columns] = Math.max(maximum[index % columns], conductance);
  return [...maximum.keys()].filter((column) => maximum[column] < halfLevel);
}

/**
 * Stream of random numbers of the reference of the first core. Drawn as the signs of the probes are, a single
 * column would be one of the probes itself, and drive its converter beyond full scale.
 */
const REFERENCE_STREAM = 2 ** 16;

/** Runs of consecutive columns. */
function runsOf(columns: readonly number[]): { columnStart: number; columns: number }[] {
  const runs: { columnStart: number; columns: number }[] = [];
  for (const column of columns) {
    const last = runs.at(-1);
    if (last && last.columnStart + last.columns === column) last.columns++;
    else runs.push({ columnStart: column, columns: 1 });
  }
  return runs;
}

/**
 * Does some work while the blank columns of each core (one list for each) hold a reference: every cell at the
 * maximum conductance, in a polarity drawn at random. They are zero again afterwards, whether the work
 * succeeds or fails. If the power fails in between, the record on the board says so: a blank column may belong to
 * any layer, so that the model has to be refreshed and its head reprogrammed. Errors: those of `work`; the
 * board's `Refusal`, `LinkError`.
 */
export async function withReference<T>(
  board: Board,
  blank: readonly (readonly number[])[],
  seed: number,
  work: () => Promise<T>,
): Promise<T> {
  if (blank.every(({ length }) => length === 0)) return work();
  const record = await readRecord(board);
  if (record.model)
    await writeRecord(board, { ...record, model: { ...record.model, headTouched: true, interrupted: true } });
  try {
    await programColumns(board, blank, board.information.conductanceMax, seed);
    return await work();
  } finally {
    await programColumns(board, blank, 0, seed);
    const { model } = record;
    if (model) await writeRecord(board, { ...(await readRecord(board)), model });
  }
}

async function programColumns(
  board: Board,
  blank: readonly (readonly number[])[],
  conductance: number,
  seed: number,
): Promise<void> {
  const { rows } = board.information;
  for (const [core, list] of blank.entries()) {
    const random = new Random(seed, REFERENCE_STREAM + core);
    for (const run of runsOf(list)) {
      const plane = rows * run.columns;
      const targets = new Uint16Array(2 * plane);
      for (let cell = 0; cell < plane; cell++) targets[random.below(2) * plane + cell] = conductance;
      await board.program(core, { rowStart: 0, rows, ...run }, targets);
    }
  }
}
