import type { Board } from '../../drivers/index.js';
import { MAX_LEVEL, type Model } from '../../network/index.js';
import { planModel } from '../mapping/plan.js';
import { chipOf } from './board-plan.js';
import { readRecord, writeRecord } from './board-record.js';
import { type Region, regionsOf } from './regions.js';
import { recordFaults, type Soundness } from './soundness.js';
import { readablePlacements, requireModel, verifyRegions } from './verify.js';

/** When a pair counts as off, and how that is measured. */
export interface RefreshOptions {
  /** Deviation of a polarity from its target above which a pair is reprogrammed, in levels. Default 0.5. */
  tolerance?: number;
  /** Reads that are averaged for each pair. Default 4. */
  reads?: number;
  /** Counts regions. */
  onProgress?: (done: number, total: number) => void;
}

/** Result of a refresh; sound or not as read back after it. */
export interface RefreshReport extends Soundness {
  /** Pairs that were read, and how many of them were reprogrammed. */
  pairs: number;
  refreshed: number;
  /** Devices of the pairs that were reprogrammed. */
  devices: number;
  /** Reprogrammed pairs that ended within the board's tolerance. */
  converged: number;
  setPulses: number;
  resetPulses: number;
  /** As in `VerifyReport`. */
  rmsErrorMicrosiemens: { before: number; after: number };
}

/**
 * Reprograms the pairs whose polarities have left their targets: by drift, or because updates have driven
 * both of them up. A head that learned a task is left alone, as its levels are not the model's. A recording
 * of the fresh board is no longer valid afterwards. If it is interrupted, the record on the board says so, and
 * `ensureFlashed` refreshes again. Errors: `NotFlashedError` if the board holds another
 * model; the board's `Refusal`, `LinkError`.
 */
export async function refresh(
  board: Board,
  model: Model,
  options: RefreshOptions = {},
): Promise<RefreshReport> {
  const { tolerance = 0.5, reads = 4 } = options;
  const { conductanceMax, devicesPerPolarity } = board.information;
  const record = await readRecord(board);
  requireModel(record, model);
  const plan = planModel(model, chipOf(board, record));
  const { placements, unread } = readablePlacements(record, plan);
  const regions = regionsOf(model, { ...plan, placements }, conductanceMax);
  const before = await verifyRegions(board, regions);
  const limit = (tolerance * conductanceMax) / MAX_LEVEL;
  const report = { pairs: 0, refreshed: 0, converged: 0, setPulses: 0, resetPulses: 0 };
  const underWay = record.model && { ...record.model, interrupted: true };
  await writeRecord(board, { ...record, drift: undefined, model: underWay });
  for (const [index, region] of regions.entries()) {
    const cells = cellsBeyond(region, await meanOfReads(board, region, reads), limit);
    report.pairs += pairsOf(region);
    if (cells.rows.length > 0) {
      const { pairs, converged, setPulses, resetPulses } = await board.programCells(region.core, cells);
      report.refreshed += pairs;
      report.converged += converged;
      report.setPulses += setPulses;
      report.resetPulses += resetPulses;
    }
    options.onProgress?.(index + 1, regions.length);
  }
  const after = await verifyRegions(board, regions);
  if (record.model)
    await writeRecord(board, {
      ...record,
      drift: undefined,
      model: recordFaults({ ...record.model, interrupted: undefined }, after, unread),
    });
  return {
    ...report,
    devices: report.refreshed * 2 * devicesPerPolarity,
    rmsErrorMicrosiemens: { before: before.rmsErrorMicrosiemens, after: after.rmsErrorMicrosiemens },
    sound: after.sound,
    faults: after.faults,
  };
}

/** Pairs that hold weights. */
const pairsOf = ({ window, passedOver }: Region): number =>
  window.rows * (window.columns - (passedOver?.size ?? 0));

/** Mean conductances [2, rows, columns] of a region, nS. */
async function meanOfReads(board: Board, { core, window }: Region, reads: number): Promise<Float64Array> {
  const sums = new Float64Array(2 * window.rows * window.columns);
  for (let read = 0; read < reads; read++) {
    const conductances = await board.read(core, window);
    for (let index = 0; index < sums.length; index++) sums[index] += conductances[index] / reads;
  }
  return sums;
}

/** The unit cells with a polarity that is more than `limit` nS from its target. */
function cellsBeyond({ window, targets, passedOver }: Region, conductances: Float64Array, limit: number) {
  const plane = targets.length / 2;
  const beyond = (index: number) => Math.abs(conductances[index] - targets[index]) > limit;
  const cells = Array.from({ length: plane }, (_, cell) => cell).filter(
    (cell) => !passedOver?.has(cell % window.columns) && (beyond(cell) || beyond(plane + cell)),
  );
  return {
    rows: Uint16Array.from(cells, (cell) => window.rowStart + Math.floor(cell / window.columns)),
    columns: Uint16Array.from(cells, (cell) => window.columnStart + (cell % window.columns)),
    targets: Uint16Array.from([
      ...cells.map((cell) => targets[cell]),
      ...cells.map((cell) => targets[plane + cell]),
    ]),
  };
}
