import type { Board } from '../../drivers/index.js';
import { calibrate, type CalibrationReport, readRecord } from '../../runtime/index.js';
import { InterruptedError } from '../terminal/failure.js';
import { interruptible } from '../terminal/interruption.js';
import { showProgress } from '../terminal/progress.js';

/** Calibrates a board and shows the progress. On Ctrl-C the board is as before. Errors: also `InterruptedError`. */
export function calibrateShown(
  board: Board,
  options: { dryRun?: boolean; seed: number },
): Promise<CalibrationReport> {
  const progress = showProgress('calibrating');
  return interruptible((signal) =>
    calibrate(board, {
      ...options,
      signal,
      onProgress: (done, total) => progress.update(done, total),
    }).catch((error: unknown) => {
      throw error === signal.reason
        ? new InterruptedError('Stopped; the board is calibrated as it was before.')
        : error;
    }),
  ).finally(() => progress.end());
}

/** Calibrates a board unless it holds a calibration of its own. */
export async function ensureCalibrated(board: Board, seed: number): Promise<void> {
  const { calibration } = await readRecord(board);
  if (calibration?.serial !== board.information.serial) await calibrateShown(board, { seed });
}
