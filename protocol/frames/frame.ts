import { type Crc32, crc32 as portableCrc32 } from './crc32.js';
import { padding, u16, u32, u8 } from '../declaration/fields.js';
import type { FrameMemory } from './frame-memory.js';
import { type Fields, type Message, type Struct, struct } from '../declaration/struct.js';

/** Version of the frames and messages of this package; every frame carries it. */
export const PROTOCOL_VERSION = 1;

/** Kinds of frames. */
export const FrameKind = { request: 1, response: 2, refusal: 3, progress: 4, cancel: 5 } as const;
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind];

/** The first two bytes of every frame: 'P', 'C'. */
export const syncBytes = [0x50, 0x43] as const;

/** Layout of a frame's header. */
export const frameHeader = struct({
  sync: u16("0x4350, the bytes 'P' 'C'"),
  version: u8('protocol version, 1'),
  kind: u8('1 request, 2 response, 3 refusal, 4 progress, 5 cancel'),
  id: u32(
    'request id, counted from 1 within a session; 0 in hello and in refusals that belong to no request',
  ),
  command: u16('command number; answers repeat that of the request'),
  reserved: padding(2),
  length: u32('length of the payload', 'bytes'),
  check: u32('CRC-32 of the 16 bytes before'),
});
/** A decoded header. */
export type FrameHeader = Message<typeof frameHeader.fields>;

/** Size of the header, in bytes. */
export const HEADER_BYTES = frameHeader.fixedBytes;
/** Size of what follows the payload, in bytes: the CRC-32 of header and payload, u32. */
export const TRAILER_BYTES = 4;

/** Bytes of the header that its own check covers. */
const CHECKED_BYTES = HEADER_BYTES - 4;

/** One frame: a request or an answer, with its payload still encoded. */
export interface Frame {
  readonly kind: FrameKind;
  /** Request id; 0 in hello and in refusals that belong to no request. */
  readonly id: number;
  /** Command number. */
  readonly command: number;
  readonly payload: Uint8Array;
}

/** A frame without its payload. */
export type FrameHead = Omit<Frame, 'payload'>;

const noPayload = new Uint8Array();

/** Encodes one frame: header, payload (empty by default), CRC-32. */
export function encodeFrame(
  { payload = noPayload, ...head }: FrameHead & { payload?: Uint8Array },
  crc32: Crc32 = portableCrc32,
): Uint8Array {
  return sealFrame(frameAround(payload), head, crc32);
}

/** An open frame: `payload` is in its place, and `sealFrame` must still write header and checksum. */
export function frameAround(payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + payload.length + TRAILER_BYTES);
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}

/**
 * An open frame with `message` encoded as its payload, in bytes from `memory` if given. Errors: as
 * `Struct.encode`.
 */
export function openFrame<F extends Fields>(
  layout: Struct<F>,
  message: Message<F>,
  memory?: FrameMemory,
): Uint8Array {
  const length = HEADER_BYTES + layout.byteLength(message) + TRAILER_BYTES;
  const bytes = memory?.take(length) ?? new Uint8Array(length);
  layout.encodeInto(bytes, message, HEADER_BYTES);
  return bytes;
}

/** Writes header and checksum of an open frame, in place. Returns `bytes`. */
export function sealFrame(bytes: Uint8Array, { kind, id, command }: FrameHead, crc32: Crc32): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length - TRAILER_BYTES;
  bytes.fill(0, 0, HEADER_BYTES);
  bytes.set(syncBytes);
  view.setUint8(2, PROTOCOL_VERSION);
  view.setUint8(3, kind);
  view.setUint32(4, id, true);
  view.setUint16(8, command, true);
  view.setUint32(12, end - HEADER_BYTES, true);
  view.setUint32(CHECKED_BYTES, headerCheck(bytes, crc32), true);
  view.setUint32(end, crc32(bytes.subarray(0, end)), true);
  return bytes;
}

/** The check value that the header at the start of `bytes` must carry. */
export const headerCheck = (bytes: Uint8Array, crc32: Crc32): number =>
  crc32(bytes.subarray(0, CHECKED_BYTES));
