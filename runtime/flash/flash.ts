import type { Board } from '../../drivers/index.js';
import type { Model } from '../../network/index.js';
import type { Plan } from '../mapping/placement.js';
import { planModel } from '../mapping/plan.js';
import { joinSpared, type MovedColumns, movedColumns } from '../mapping/spare-columns.js';
import { planOn } from './board-plan.js';
import {
  type BoardRecord,
  hasRoom,
  holdsModel,
  modelDigest,
  readRecord,
  writeRecord,
} from './board-record.js';
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
  /** Uses columns again that an earlier flash found faulty. Default false. */
  retryColumns?: boolean;
}

/** Result of programming and verifying regions. */
export interface RegionsReport extends VerifyReport {
  /** Program-and-verify iterations, summed over the pairs that this call programmed. */
  iterations: number;
  seconds: number;
  /** Whether an interrupted flash of the same model was continued. */
  resumed: boolean;
}

/** Result of a flash. */
export interface FlashReport extends RegionsReport {
  /** Columns of layers that sit elsewhere because a flash found faulty columns in their place. */
  moved: MovedColumns[];
}

/** How often a flash moves layers: the columns that they move to may be faulty too. */
const MAX_MOVES = 3;

/**
 * Programs a model and verifies it by reading back. If columns are faulty, its layers are moved past them and
 * programmed again, as far as the chip has columns left; the board's record names the faulty ones, so that all models
 * keep away from them. Progress is recorded on the board: after a lost link or power, the same call goes on where it
 * stopped. Errors: `PlanError` before any device is touched; the board's `Refusal`, `LinkError`.
 */
export async function flash(board: Board, model: Model, options: FlashOptions = {}): Promise<FlashReport> {
  const begin = performance.now();
  if (options.retryColumns) await forgetSpared(board);
  let plan = await planOn(board, model);
  let report = await flashPlan(board, model, plan, options);
  const { resumed } = report;
  let { iterations } = report;
  for (let moves = 0; moves < MAX_MOVES && !report.sound; moves++) {
    const next = await planPast(board, model, plan, report);
    if (!next) break;
    plan = next;
    report = await flashPlan(board, model, plan, options);
    iterations += report.iterations;
  }
  if (options.requireSound && !report.sound) throw UnsoundError.of(report.faults);
  const moved = movedColumns(planModel(model, board.information), plan);
  return { ...report, iterations, resumed, seconds: (performance.now() - begin) / 1000, moved };
}

/** Takes the spared columns out of the board's record, and with them the model, which sits past them. */
async function forgetSpared(board: Board): Promise<void> {
  const { spared, ...record } = await readRecord(board);
  if (spared) await writeRecord(board, { ...record, model: undefined });
}

function flashPlan(board: Board, model: Model, plan: Plan, options: FlashOptions): Promise<RegionsReport> {
  options.onEvent?.({ type: 'plan', plan });
  const regions = regionsOf(model, plan, board.information.conductanceMax);
  return flashRegions(board, identity(model), regions, { ...options, requireSound: false });
}

/**
 * Notes the faulty columns on the board and returns a plan that passes them over; undefined if the model does not fit
 * without them, or if the board has no room for the note.
 */
async function planPast(
  board: Board,
  model: Model,
  plan: Plan,
  { faults }: RegionsReport,
): Promise<Plan | undefined> {
  const record = await readRecord(board);
  const spared = joinSpared(record.spared ?? [], faults);
  const next = planModel(model, { ...plan.chip, spared });
  // Until the model is programmed to its new place, no host may take it for whole.
  const held = { ...identity(model), regionsDone: 0, complete: false, headTouched: false };
  const noted = { ...record, spared, model: held };
  if (next.chip.spared === undefined || !hasRoom(board, noted)) return undefined;
  await writeRecord(board, noted);
  return next;
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
 * Flashes regions of a model of any kind, known by its name and the digest of its file; they stay where they are.
 * Errors: as `flash`.
 */
export async function flashRegions(
  board: Board,
  { name, digest }: { name: string; digest: string },
  regions: readonly Region[],
  options: FlashOptions = {},
): Promise<RegionsReport> {
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
