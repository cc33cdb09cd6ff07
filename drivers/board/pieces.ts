import type { Information, Window } from './types.js';

/** Splits a window into windows of whole rows, so that each takes at most `room` bytes at `bytesPerCell`. */
export function byRows(window: Window, bytesPerCell: number, room: number): Window[] {
  const maxRows = Math.max(1, Math.floor(room / (bytesPerCell * window.columns)));
  const pieces: Window[] = [];
  for (let done = 0; done < window.rows; done += maxRows) {
    pieces.push({
      ...window,
      rowStart: window.rowStart + done,
      rows: Math.min(maxRows, window.rows - done),
    });
  }
  return pieces;
}

/** Copies the rows of `piece` out of targets [2, rows, columns] of `window`. */
export function rowsOf(targets: Uint16Array, window: Window, piece: Window): Uint16Array {
  const plane = window.rows * window.columns;
  const start = (piece.rowStart - window.rowStart) * window.columns;
  const size = piece.rows * window.columns;
  const part = new Uint16Array(2 * size);
  part.set(targets.subarray(start, start + size));
  part.set(targets.subarray(plane + start, plane + start + size), size);
  return part;
}

/** Bytes of a device that a snapshot may take: several times what any chip keeps of one. */
const MAX_DEVICE_BYTES = 128;

/** Maximum size of a snapshot of such a board, in bytes. */
export const maxSnapshotBytes = (board: Information): number =>
  board.userBytes +
  2 ** 20 +
  MAX_DEVICE_BYTES * board.cores * board.rows * board.columns * 2 * board.devicesPerPolarity;

/**
 * Maximum vectors per request: more are not faster, and shorter requests let progress and cancelling through.
 */
const MAX_BATCH = 1024;

/** Splits `total` vectors into batches of at most `room` bytes each. */
export function inBatches(
  total: number,
  bytesPerVector: number,
  room: number,
): { start: number; batch: number }[] {
  const maxBatch = Math.max(1, Math.min(MAX_BATCH, Math.floor(room / bytesPerVector)));
  const batches: { start: number; batch: number }[] = [];
  for (let start = 0; start < total; start += maxBatch) {
    batches.push({ start, batch: Math.min(maxBatch, total - start) });
  }
  return batches;
}
