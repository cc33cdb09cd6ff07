import { crc32, encodeFrame, FrameKind, HEADER_BYTES, status } from '../protocol/index.js';

/** The bytes of a request; by default of `status`. */
export const requestFrame = (
  id: number,
  command = status.code,
  payload: Uint8Array = new Uint8Array(),
): Uint8Array => encodeFrame({ kind: FrameKind.request, id, command, payload });

/** A request of `status` with an altered header and correct checksums. */
export function alteredHeader(id: number, alter: (bytes: Uint8Array, view: DataView) => void): Uint8Array {
  const bytes = requestFrame(id);
  const view = new DataView(bytes.buffer);
  alter(bytes, view);
  view.setUint32(HEADER_BYTES - 4, crc32(bytes.subarray(0, HEADER_BYTES - 4)), true);
  view.setUint32(HEADER_BYTES, crc32(bytes.subarray(0, HEADER_BYTES)), true);
  return bytes;
}
