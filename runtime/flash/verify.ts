import type { Board } from '../../drivers/index.js';
import { MAX_LEVEL, type Model } from '../../network/index.js';
import type { Placement, Plan } from '../mapping/placement.js';
import { planModel } from '../mapping/plan.js';
import { chipOf } from './board-plan.js';
import { type BoardRecord, holdsModel, readRecord, writeRecord } from './board-record.js';
import { type Region, regionsOf } from './regions.js';
import { type ReadBack, recordFaults, type Soundness, soundnessOf } from './soundness.js';

/** How well a board holds a model. */
export interface VerifyReport extends Soundness {
  /** Devices that hold the model. */
  devices: number;
  /** How many of them belong to a polarity that reads back within half a level of its target. */
  converged: number;
  /** Root mean square of the difference between conductance read and target, over all polarities. */
  rmsErrorMicrosiemens: number;
}

/** The board holds another model than expected, or none; the message says what to do. */
export class NotFlashedError extends Error {
  override readonly name = 'NotFlashedError';
}

/**
 * Reads back a flashed model; a head that learned a task since is left out. What it finds goes to the board's
 * record: see `requireSound`. Errors: `NotFlashedError` if the board holds another model, or part of this one; the
 * board's `Refusal`, `LinkError`.
 */
export async function verify(
  board: Board,
  model: Model,
  onProgress?: (done: number, total: number) => void,
): Promise<VerifyReport> {
  const record = await readRecord(board);
  requireModel(record, model);
  const plan = planModel(model, chipOf(board, record));
  const { placements, unread } = readablePlacements(record, plan);
  const regions = regionsOf(model, { ...plan, placements }, board.information.conductanceMax);
  const report = await verifyRegions(board, regions, onProgress);
  if (record.model) {
    const model = recordFaults(record.model, report, unread);
    if (model.faults !== record.model.faults) await writeRecord(board, { ...record, model });
  }
  return report;
}

/** The placements that hold the levels of the model: without a head that learned a task, whose name is `unread`. */
export function readablePlacements(
  { model }: BoardRecord,
  { placements }: Plan,
): { placements: Placement[]; unread?: string } {
  if (!model?.headTouched) return { placements };
  return { placements: placements.slice(0, -1), unread: placements.at(-1)!.shape.layer.name };
}

/** Errors: `NotFlashedError` unless the board holds this model. */
export function requireModel(record: BoardRecord, model: Model): void {
  if (holdsModel(record, model)) return;
  const { model: held } = record;
  const holds = held ? `${held.complete ? '' : 'part of '}the model ${held.name}` : 'no model';
  throw new NotFlashedError(`The board holds ${holds}, not this one; flash it first with 'pcm flash'.`);
}

/** Reads regions back and compares them with their targets. Progress is in unit cells. */
export async function verifyRegions(
  board: Board,
  regions: readonly Region[],
  onProgress?: (done: number, total: number) => void,
): Promise<VerifyReport> {
  const { conductanceMax, devicesPerPolarity } = board.information;
  const halfLevel = conductanceMax / MAX_LEVEL / 2;
  const total = regions.reduce((sum, { targets }) => sum + targets.length, 0);
  let [done, polarities] = [0, 0];
  let converged = 0;
  let squares = 0;
  const readBacks: ReadBack[] = [];
  for (const region of regions) {
    const { core, window, targets, passedOver } = region;
    const conductances = await board.read(core, window);
    for (let i = 0; i < targets.length; i++) {
      if (passedOver?.has(i % window.columns)) continue;
      polarities++;
      const error = conductances[i] - targets[i];
      squares += error * error;
      if (Math.abs(error) <= halfLevel) converged++;
    }
    readBacks.push({ ...region, conductances });
    done += targets.length;
    onProgress?.(done / 2, total / 2);
  }
  return {
    devices: polarities * devicesPerPolarity,
    converged: converged * devicesPerPolarity,
    rmsErrorMicrosiemens: Math.sqrt(squares / Math.max(1, polarities)) / 1000,
    ...soundnessOf(readBacks, conductanceMax),
  };
}
