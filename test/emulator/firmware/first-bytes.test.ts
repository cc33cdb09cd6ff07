import fc from 'fast-check';
import test from 'ava';
import { FirstBytes, type Verdict } from '../../../emulator/firmware/first-bytes.js';
import { crc32, encodeFrame, FrameKind, HEADER_BYTES, hello } from '../../../protocol/index.js';

const frame = encodeFrame({
  kind: FrameKind.request,
  id: 0,
  command: hello.code,
  payload: new Uint8Array(136),
});

/** The verdict on bytes that come in pieces which end at `cuts`; undefined if it needs more. */
function verdictOf(strict: boolean, bytes: Uint8Array, cuts: readonly number[] = []): Verdict {
  const first = new FirstBytes(strict, crc32);
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  let start = 0;
  const buffer = Buffer.alloc(bytes.length); // which a socket fills again and again
  for (const end of ends) {
    buffer.set(bytes.subarray(start, end));
    const verdict = first.judge(buffer.subarray(0, end - start));
    if (verdict) return verdict;
    start = end;
  }
  return undefined;
}

const beginnings = fc.oneof(
  fc.uint8Array({ minLength: HEADER_BYTES, maxLength: 60 }),
  fc
    .constantFrom('GET / HTTP/1.1', 'POST /a?b HTTP/1.0', 'PRI * HTTP/2.0', 'AT+GMM\r', 'PCM', 'GETTING')
    .map((text) => Buffer.from(text.padEnd(40))),
  fc.constant(Uint8Array.of(22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3, ...new Array<number>(30).fill(7))),
  fc.constant(frame),
);

test('however the first bytes are cut, the verdict is the same', (t) => {
  fc.assert(
    fc.property(fc.boolean(), beginnings, fc.array(fc.nat(59), { maxLength: 6 }), (strict, bytes, cuts) => {
      t.is(verdictOf(strict, bytes, cuts), verdictOf(strict, bytes));
    }),
  );
  t.pass();
});

test('the header of a frame goes on, and so does noise unless it must be a header', (t) => {
  for (const strict of [false, true]) t.is(verdictOf(strict, frame), 'goOn');
  for (const noise of [
    'GETTING up, and so on',
    'AT+GMM\r\nAT+GMM\r\nAT+GMM\r\n',
    '\u0016\u0003ab of no handshake',
    'post / http/1.1 is text',
  ]) {
    t.is(verdictOf(false, Buffer.from(noise)), 'goOn', noise);
    t.is(verdictOf(true, Buffer.from(noise)), 'hangUp', noise);
  }
});

test('a flipped bit in the header of a frame is noticed', (t) => {
  for (let bit = 0; bit < 8 * HEADER_BYTES; bit++) {
    const damaged = Uint8Array.from(frame);
    damaged[bit >> 3] ^= 1 << (bit & 7);
    t.is(verdictOf(true, damaged), 'hangUp', `bit ${bit}`);
  }
});

test('until it is clear, no frame can have come whole', (t) => {
  t.is(verdictOf(true, frame.subarray(0, HEADER_BYTES - 1)), undefined);
  t.is(verdictOf(false, Buffer.from('POST')), undefined);
  t.is(verdictOf(false, Buffer.from('POST ')), 'hangUp');
});
