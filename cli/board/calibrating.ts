import type { Board } from '../../drivers/index.js';
import { calibrate, type CalibrationReport, readRecord } from '../../runtime/index.js';
import { showProgress } from '../terminal/progress.js';

/** Calibrates a board and shows how far it is. */
export function calibrateShown(
  board: Board,
  options: { dryRun?: boolean; seed: number },
): Promise<CalibrationReport> {
  const progress = showProgress('calibrating');
  return calibrate(board, {
    ...options,
    onProgress: (done, total) => progress.update(done, total),
  }).finally(() => progress.end());
}

/** Calibrates a board that has no calibration of its own yet. */
export async function ensureCalibrated(board: Board, seed: number): Promise<void> {
  const { calibration } = await readRecord(board);
  if (calibration?.serial !== board.information.serial) await calibrateShown(board, { seed });
}
