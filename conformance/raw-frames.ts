import { crc32, encodeFrame, FrameKind, headerBytes, status } from '../protocol/index.js';

/** The bytes of a request; of status where nothing else is said. */
export const requestFrame = (
  id: number,
  command = status.code,
  payload: Uint8Array = new Uint8Array(),
): Uint8Array => encodeFrame({ kind: FrameKind.request, id, command, payload });

/** A request of status whose header was changed, with both checksums made good again. */
export function alteredHeader(id: number, alter: (bytes: Uint8Array, view: DataView) => void): Uint8Array {
  const bytes = requestFrame(id);
  const view = new DataView(bytes.buffer);
  alter(bytes, view);
  view.setUint32(headerBytes - 4, crc32(bytes.subarray(0, headerBytes - 4)), true);
  view.setUint32(headerBytes, crc32(bytes.subarray(0, headerBytes)), true);
  return bytes;
}
