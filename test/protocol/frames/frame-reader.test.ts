import { crc32 } from 'node:zlib';
import test from 'ava';
import fc from 'fast-check';
import {
  type Damage,
  encodeFrame,
  type Frame,
  FrameKind,
  FrameReader,
  HEADER_BYTES,
  RefusalCode,
} from '../../../protocol/index.js';

const MAX_PAYLOAD = 1000;

function readAll(pieces: Iterable<Uint8Array>): { frames: Frame[]; damages: Damage[] } {
  const frames: Frame[] = [];
  const damages: Damage[] = [];
  const reader = new FrameReader({
    maxPayload: MAX_PAYLOAD,
    onFrame: (frame) => frames.push(frame),
    onDamage: (damage) => damages.push(damage),
  });
  for (const piece of pieces) reader.push(piece);
  return { frames, damages };
}

const arbitraryFrame: fc.Arbitrary<Frame> = fc.record({
  kind: fc.constantFrom(...Object.values(FrameKind)),
  id: fc.nat(0xffffffff),
  command: fc.nat(0xffff),
  payload: fc.uint8Array({ maxLength: MAX_PAYLOAD }),
});

/** No sync bytes, so that no garbage can pass for the start of a frame. */
const arbitraryGarbage = fc
  .uint8Array({ minLength: 1, maxLength: 50 })
  .map((bytes) => bytes.map((byte) => byte | 0x80));

function split(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let start = 0;
  for (let i = 0; start < bytes.length; i++) {
    const end = start + sizes[i % sizes.length];
    pieces.push(bytes.subarray(start, end));
    start = end;
  }
  return pieces;
}

const arbitrarySizes = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 });

test('frames come out as they went in, however the stream is cut', (t) => {
  fc.assert(
    fc.property(fc.array(arbitraryFrame, { maxLength: 6 }), arbitrarySizes, (sent, sizes) => {
      const stream = Buffer.concat(sent.map((frame) => encodeFrame(frame)));
      const { frames, damages } = readAll(split(stream, sizes));
      t.deepEqual(frames, sent);
      t.deepEqual(damages, []);
    }),
  );
});

test('pieces may come in one buffer that is written over again and again', (t) => {
  fc.assert(
    fc.property(fc.array(arbitraryFrame, { maxLength: 6 }), arbitrarySizes, (sent, sizes) => {
      const buffer = new Uint8Array(700);
      const pieces = split(Buffer.concat(sent.map((frame) => encodeFrame(frame))), sizes);
      const { frames } = readAll(
        (function* () {
          for (const piece of pieces) {
            buffer.fill(0xff).set(piece);
            yield buffer.subarray(0, piece.length);
          }
        })(),
      );
      t.deepEqual(frames, sent);
    }),
  );
});

test('garbage before and between frames costs no frame and is reported once a stretch', (t) => {
  fc.assert(
    fc.property(arbitraryFrame, arbitraryFrame, arbitraryGarbage, arbitrarySizes, (a, b, garbage, sizes) => {
      const stream = Buffer.concat([garbage, encodeFrame(a), garbage, encodeFrame(b)]);
      const { frames, damages } = readAll(split(stream, sizes));
      t.deepEqual(frames, [a, b]);
      t.deepEqual(
        damages.map(({ refusal }) => refusal.code),
        [RefusalCode.badFrame, RefusalCode.badFrame],
      );
    }),
  );
});

test('one flipped bit anywhere costs that frame alone and is never taken for a frame', (t) => {
  fc.assert(
    fc.property(arbitraryFrame, arbitraryFrame, fc.nat(), (damaged, next, position) => {
      const bytes = encodeFrame(damaged);
      const bit = position % (bytes.length * 8);
      bytes[bit >> 3] ^= 1 << (bit & 7);
      // A damaged length may ask for bytes that only later frames bring.
      const { frames, damages } = readAll([bytes, ...Array.from({ length: 60 }, () => encodeFrame(next))]);
      t.true(frames.every((frame) => frame.id === next.id && frame.command === next.command));
      t.is(frames.length, 60);
      t.true(damages.length >= 1);
    }),
  );
});

test('a lost byte costs that frame alone', (t) => {
  fc.assert(
    fc.property(arbitraryFrame, arbitraryFrame, fc.nat(), (damaged, next, position) => {
      const bytes = [...encodeFrame(damaged)];
      bytes.splice(position % bytes.length, 1);
      const { frames } = readAll([Uint8Array.from(bytes), encodeFrame(next), encodeFrame(next)]);
      t.deepEqual(frames, [next, next]);
    }),
  );
});

test('a payload beyond the limit is refused with the id of its header, and the next frame is read', (t) => {
  const large = encodeFrame({
    kind: FrameKind.request,
    id: 7,
    command: 16,
    payload: new Uint8Array(MAX_PAYLOAD + 1),
  });
  const next: Frame = { kind: FrameKind.request, id: 8, command: 2, payload: new Uint8Array() };
  const { frames, damages } = readAll([large, encodeFrame(next)]);
  t.deepEqual(frames, [next]);
  t.like(damages[0], { id: 7, command: 16, refusal: { code: RefusalCode.tooLarge, field: 'length' } });
});

test('another version is refused by its number', (t) => {
  const bytes = encodeFrame({ kind: FrameKind.request, id: 7, command: 16 });
  bytes[2] = 9;
  new DataView(bytes.buffer).setUint32(HEADER_BYTES - 4, crc32(bytes.subarray(0, HEADER_BYTES - 4)), true);
  const { damages } = readAll([bytes]);
  t.like(damages[0], { id: 7, refusal: { code: RefusalCode.unsupportedVersion } });
});
