import type { RequestOptions } from '../connection/pending-requests.js';
import type { ProgramReport, Window } from './types.js';

/** Reports the progress of a piece, whatever its steps, as pairs of the whole window. */
export function progressOfPiece(
  onProgress: RequestOptions['onProgress'],
  piece: Window,
  window: Window,
): RequestOptions['onProgress'] {
  if (!onProgress) return undefined;
  const before = (piece.rowStart - window.rowStart) * window.columns;
  const size = piece.rows * window.columns;
  return ({ done, total }) =>
    onProgress({ done: before + Math.round((size * done) / total), total: window.rows * window.columns });
}

/** One report for all pieces. */
export function mergeReports(reports: readonly ProgramReport[]): ProgramReport {
  const sum = { pairs: 0, converged: 0, iterations: 0, setPulses: 0, resetPulses: 0, rmsError: 0 };
  let squares = 0;
  for (const report of reports) {
    sum.pairs += report.pairs;
    sum.converged += report.converged;
    sum.iterations += report.iterations;
    sum.setPulses += report.setPulses;
    sum.resetPulses += report.resetPulses;
    squares += report.rmsError ** 2 * report.pairs;
  }
  return { ...sum, rmsError: sum.pairs > 0 ? Math.sqrt(squares / sum.pairs) : 0 };
}
