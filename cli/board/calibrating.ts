import type { Board } from '../../drivers/index.js';
import { calibrate, type CalibrationReport, readRecord } from '../../runtime/index.js';
import { showProgress } from '../terminal/progress.js';

/** Calibrates a board and shows the progress. */
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

/** Calibrates a board unless it holds a calibration of its own. */
export async function ensureCalibrated(board: Board, seed: number): Promise<void> {
  const { calibration } = await readRecord(board);
  if (calibration?.serial !== board.information.serial) await calibrateShown(board, { seed });
}
