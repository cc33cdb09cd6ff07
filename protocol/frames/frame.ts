import { type Crc32, crc32 as portableCrc32 } from './crc32.js';
import { padding, u16, u32, u8 } from '../declaration/fields.js';
import type { FrameMemory } from './frame-memory.js';
import { type Fields, type Message, type Struct, struct } from '../declaration/struct.js';

/** Version of the frames and messages in this package; it stands in every frame. */
export const protocolVersion = 1;

export const FrameKind = { request: 1, response: 2, refusal: 3, progress: 4, cancel: 5 } as const;
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind];

/** The first two bytes of every frame: 'P', 'C'. */
export const syncBytes = [0x50, 0x43] as const;

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
export type FrameHeader = Message<typeof frameHeader.fields>;

export const headerBytes = frameHeader.fixedBytes;
/** CRC-32 of header and payload, u32, behind the payload. */
export const trailerBytes = 4;

const checkedBytes = headerBytes - 4;

export interface Frame {
  readonly kind: FrameKind;
  readonly id: number;
  readonly command: number;
  readonly payload: Uint8Array;
}

/** What a frame says before its payload. */
export type FrameHead = Omit<Frame, 'payload'>;

const noPayload = new Uint8Array();

/** The bytes of one frame: header, payload, CRC-32. */
export function encodeFrame(
  { payload = noPayload, ...head }: FrameHead & { payload?: Uint8Array },
  crc32: Crc32 = portableCrc32,
): Uint8Array {
  return sealFrame(frameAround(payload), head, crc32);
}

/** An open frame: `payload` in its place, header and checksum still to be written by `sealFrame`. */
export function frameAround(payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(headerBytes + payload.length + trailerBytes);
  bytes.set(payload, headerBytes);
  return bytes;
}

/** An open frame whose payload is `message`, encoded in its place. Throws as `Struct.encode`. */
export function openFrame<F extends Fields>(
  layout: Struct<F>,
  message: Message<F>,
  memory?: FrameMemory,
): Uint8Array {
  const length = headerBytes + layout.byteLength(message) + trailerBytes;
  const bytes = memory?.take(length) ?? new Uint8Array(length);
  layout.encodeInto(bytes, message, headerBytes);
  return bytes;
}

/** Writes header and checksum of an open frame. Returns `bytes`. */
export function sealFrame(bytes: Uint8Array, { kind, id, command }: FrameHead, crc32: Crc32): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length - trailerBytes;
  bytes.fill(0, 0, headerBytes);
  bytes.set(syncBytes);
  view.setUint8(2, protocolVersion);
  view.setUint8(3, kind);
  view.setUint32(4, id, true);
  view.setUint16(8, command, true);
  view.setUint32(12, end - headerBytes, true);
  view.setUint32(checkedBytes, headerCheck(bytes, crc32), true);
  view.setUint32(end, crc32(bytes.subarray(0, end)), true);
  return bytes;
}

/** The check that the header at the start of `bytes` asks for. */
export const headerCheck = (bytes: Uint8Array, crc32: Crc32): number =>
  crc32(bytes.subarray(0, checkedBytes));
