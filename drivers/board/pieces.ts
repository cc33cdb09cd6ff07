/** Cuts a window into windows of whole rows, so that `bytesPerCell` for each cell stay within `room` bytes. */
export function byRows<W extends { rowStart: number; rows: number; columns: number }>(
  window: W,
  bytesPerCell: number,
  room: number,
): W[] {
  const most = Math.max(1, Math.floor(room / (bytesPerCell * window.columns)));
  const pieces: W[] = [];
  for (let done = 0; done < window.rows; done += most) {
    pieces.push({
      ...window,
      rowStart: window.rowStart + done,
      rows: Math.min(most, window.rows - done),
    });
  }
  return pieces;
}

/** Vectors in one request: more would not be faster, and shorter requests let progress and cancelling through. */
const largestBatch = 1024;

/** Cuts `total` vectors into batches that stay within `room` bytes. */
export function inBatches(
  total: number,
  bytesPerVector: number,
  room: number,
): { start: number; batch: number }[] {
  const most = Math.max(1, Math.min(largestBatch, Math.floor(room / bytesPerVector)));
  const batches: { start: number; batch: number }[] = [];
  for (let start = 0; start < total; start += most) {
    batches.push({ start, batch: Math.min(most, total - start) });
  }
  return batches;
}
