import type { Board } from '../../drivers/index.js';
import type { Model } from '../../network/index.js';
import type { Plan } from '../mapping/placement.js';
import { planModel } from '../mapping/plan.js';
import { type BoardRecord, holdsModel, modelDigest, readRecord, writeRecord } from './board-record.js';
import { refresh } from './refresh.js';
import { type Region, regionsOf } from './regions.js';
import { recordedFaults, requireSound, UnsoundError } from './soundness.js';
import { type VerifyReport, verifyRegions } from './verify.js';

/** Events while a model is flashed, for progress bars and logs. */
export type FlashEvent =
  | { type: 'plan'; plan: Plan }
  /** Unit cells programmed. */
  | { type: 'program'; done: number; total: number }
  /** Unit cells read back. */
  | { type: 'verify'; done: number; total: number };

/** Cancellation and progress of a flash. */
export interface FlashOptions {
  /**
   * Cancels the flash, which then rejects with the refusal `cancelled`; the next flash goes on from there.
   */
  signal?: AbortSignal;
  onEvent?: (event: FlashEvent) => void;
  /**
   * Rejects with `UnsoundError` if the board does not hold the model soundly, as read back now or by the flash before.
   * The board's record of the model is kept. Default false.
   */
  requireSound?: boolean;
}

/** Result of a flash. */
export interface FlashReport extends VerifyReport {
  /** Program-and-verify iterations, summed over the pairs that this call programmed. */
  iterations: number;
  seconds: number;
  /** Whether an interrupted flash of the same model was continued. */
  resumed: boolean;
}

/**
 * Programs a model and verifies it by reading back. Progress is recorded on the board: after a lost link or
 * power, the same call goes on where it stopped. Errors: `PlanError` before any device is touched; the
 * board's `Refusal`, `LinkError`.
 */
export async function flash(board: Board, model: Model, options: FlashOptions = {}): Promise<FlashReport> {
  const plan = planModel(model, board.information);
  options.onEvent?.({ type: 'plan', plan });
  const regions = regionsOf(model, plan, board.information.conductanceMax);
  return flashRegions(board, identity(model), regions, options);
}

/**
 * Flashes a model unless the board holds it already; returns the report of a flash. A refresh or calibration of it that
 * was interrupted is made good by a refresh. Errors: as `flash`.
 */
export async function ensureFlashed(
  board: Board,
  model: Model,
  options: FlashOptions = {},
): Promise<FlashReport | undefined> {
  const record = await readRecord(board);
  if (!holdsModel(record, model)) return flash(board, model, options);
  if (record.model?.interrupted) await refresh(board, model);
  if (options.requireSound) requireSound(await readRecord(board));
  return undefined;
}

const identity = (model: Model) => ({ name: model.description.name, digest: modelDigest(model) });

/**
 * Flashes regions of a model of any kind, known by its name and the digest of its file. Errors: as `flash`.
 */
export async function flashRegions(
  board: Board,
  { name, digest }: { name: string; digest: string },
  regions: readonly Region[],
  options: FlashOptions = {},
): Promise<FlashReport> {
  const begin = performance.now();
  // The recording of the devices as they were is no longer valid.
  const record = { ...(await readRecord(board)), drift: undefined };
  const model = { name, digest, headTouched: false };
  const first = regionsDone(record, digest);
  const recordDone = (done: number) =>
    writeRecord(board, {
      ...record,
      model: { ...model, regionsDone: done, complete: false },
    });
  const iterations = await programRegions(board, regions, first, recordDone, options);
  const verified = await verifyRegions(board, regions, (done, total) =>
    options.onEvent?.({ type: 'verify', done, total }),
  );
  const faults = recordedFaults(verified);
  const complete = { ...model, faults, regionsDone: regions.length, complete: true };
  await writeRecord(board, { ...record, model: complete });
  if (options.requireSound && !verified.sound) throw UnsoundError.of(verified.faults);
  const seconds = (performance.now() - begin) / 1000;
  return { ...verified, iterations, seconds, resumed: first > 0 };
}

/** Number of regions that an interrupted flash of the model with this digest has programmed. */
function regionsDone({ model: held }: BoardRecord, digest: string): number {
  return held && !held.complete && held.digest === digest ? held.regionsDone : 0;
}

/** Returns the iterations spent. */
async function programRegions(
  board: Board,
  regions: readonly Region[],
  first: number,
  recordDone: (regions: number) => Promise<void>,
  { signal, onEvent }: FlashOptions,
): Promise<number> {
  const total = cellsOf(regions);
  let programmed = cellsOf(regions.slice(0, first));
  let iterations = 0;
  for (const [index, region] of regions.entries()) {
    if (index < first) continue;
    await recordDone(index);
    const { core, window, targets } = region;
    const before = programmed;
    const report = await board.program(core, window, targets, {
      signal,
      onProgress: ({ done }) => onEvent?.({ type: 'program', done: before + done, total }),
    });
    iterations += report.iterations;
    programmed += window.rows * window.columns;
    onEvent?.({ type: 'program', done: programmed, total });
  }
  return iterations;
}

const cellsOf = (regions: readonly Region[]): number =>
  regions.reduce((sum, { window }) => sum + window.rows * window.columns, 0);
