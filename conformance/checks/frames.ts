import { FrameKind, type Message, encodeFrame, headerBytes, multiply, status } from '../../protocol/index.js';
import { crc32 } from '../../protocol/index.js';
import { type Check, Skip, check, expectEqual, expectRefusal } from '../check.js';
import { responseOf } from '../raw-host.js';
import { oneProduct } from '../requests.js';
import { multiplications, withHost } from '../with-host.js';

/** Milliseconds after which a board no longer waits for the rest of a frame. */
const stallAllowance = 1500;

const requestFrame = (
  id: number,
  command = status.code,
  payload: Uint8Array = new Uint8Array(),
): Uint8Array => encodeFrame({ kind: FrameKind.request, id, command, payload });

/** A request of status whose header was changed, with both checksums made good again. */
function alteredHeader(id: number, alter: (bytes: Uint8Array, view: DataView) => void): Uint8Array {
  const bytes = requestFrame(id);
  const view = new DataView(bytes.buffer);
  alter(bytes, view);
  view.setUint32(headerBytes - 4, crc32(bytes.subarray(0, headerBytes - 4)), true);
  view.setUint32(headerBytes, crc32(bytes.subarray(0, headerBytes)), true);
  return bytes;
}

export const frameChecks: readonly Check[] = [
  check('garbage before a frame is skipped and reported: badFrame', (bench) =>
    withHost(bench, async (host) => {
      host.write(Uint8Array.from({ length: 100 }, (_, i) => (i * 37) | 0x80));
      await host.get(status, {});
      expectRefusal(await host.refusal(0), 'badFrame');
    }),
  ),

  check('sync bytes without a header behind them are garbage', (bench) =>
    withHost(bench, async (host) => {
      host.write(Uint8Array.from({ length: 64 }, (_, i) => (i % 2 === 0 ? 0x50 : 0x43)));
      await host.get(status, {});
      expectRefusal(await host.refusal(0), 'badFrame');
    }),
  ),

  check('a wrong checksum is refused with the number of its request, which is still to come', (bench) =>
    withHost(bench, async (host) => {
      const bytes = requestFrame(1);
      bytes[bytes.length - 1] ^= 1;
      host.write(bytes);
      expectRefusal(await host.refusal(1), 'badChecksum');
      await host.get(status, {});
    }),
  ),

  check('a damaged payload is never executed', (bench) =>
    withHost(bench, async (host) => {
      const before = await multiplications(host);
      const bytes = requestFrame(host.nextId, multiply.code, multiply.request.encode(oneProduct(3)));
      bytes[headerBytes + 16] ^= 0x10;
      host.write(bytes);
      expectRefusal(await host.refusal(host.nextId), 'badChecksum');
      expectEqual('multiplications', await multiplications(host), before);
    }),
  ),

  check('a damaged header is skipped: badFrame', (bench) =>
    withHost(bench, async (host) => {
      const bytes = requestFrame(1);
      bytes[5] ^= 0x40;
      host.write(bytes);
      expectRefusal(await host.refusal(0), 'badFrame');
      await host.get(status, {});
    }),
  ),

  check('another protocol version is refused: unsupportedVersion', (bench) =>
    withHost(bench, async (host) => {
      host.write(alteredHeader(1, (bytes) => (bytes[2] = 200)));
      expectRefusal(await host.refusal(1), 'unsupportedVersion', 'version');
      await host.get(status, {});
    }),
  ),

  check('a payload beyond maxPayload is refused before it came: tooLarge', (bench) =>
    withHost(bench, async (host) => {
      const { maxPayload } = bench.limits;
      host.write(
        alteredHeader(1, (_bytes, view) => view.setUint32(12, maxPayload + 1, true)).subarray(0, headerBytes),
      );
      expectRefusal(await host.refusal(1), 'tooLarge', 'length');
      await host.get(status, {});
    }),
  ),

  check('the greatest length of all does no harm', (bench) =>
    withHost(bench, async (host) => {
      host.write(alteredHeader(1, (bytes) => bytes.fill(0xff, 12, 16)).subarray(0, headerBytes));
      expectRefusal(await host.refusal(1), 'tooLarge', 'length');
      await host.get(status, {});
    }),
  ),

  check('a request of exactly maxPayload is taken', (bench) =>
    withHost(bench, async (host) => {
      const { rows } = bench.information;
      const room = bench.limits.maxPayload - multiply.request.fixedBytes;
      const windowRows = Array.from({ length: rows }, (_, i) => rows - i).find(
        (count) =>
          room % count === 0 && room / count <= 0xffff && (2 * room) / count <= bench.limits.maxPayload - 8,
      );
      if (windowRows === undefined)
        throw new Skip('No multiplication of this board fills a payload exactly.');
      const batch = room / windowRows;
      const message = { ...oneProduct(batch), rows: windowRows, inputs: new Int8Array(room) };
      expectEqual('batch', (await host.get(multiply, message)).batch, batch);
    }),
  ),

  check('a frame that comes byte by byte is read', (bench) =>
    withHost(bench, async (host) => {
      for (const byte of requestFrame(1)) {
        host.write(Uint8Array.of(byte));
        await new Promise((resolve) => setImmediate(resolve));
      }
      responseOf(status, await host.answer(1));
    }),
  ),

  check('several frames that come at once are all read', (bench) =>
    withHost(bench, async (host) => {
      const count = Math.min(bench.limits.window, 8);
      const frames = Array.from({ length: count }, (_, i) => [...requestFrame(i + 1)]);
      host.write(Uint8Array.from(frames.flat()));
      for (let id = 1; id <= count; id++) responseOf(status, await host.answer(id));
    }),
  ),

  check('a frame within a payload is payload', (bench) =>
    withHost(bench, async (host) => {
      const inner = framedInputs();
      const message: Message<typeof multiply.request.fields> = { ...oneProduct(inner.length), inputs: inner };
      await host.get(multiply, message);
      await host.get(status, {});
      expectEqual('unasked frames', host.rest.length, 0);
    }),
  ),

  check('a frame whose end was lost does not hold up the next for long', (bench) =>
    withHost(bench, async (host) => {
      const bytes = requestFrame(1, multiply.code, multiply.request.encode(oneProduct(1000)));
      host.write(bytes.subarray(0, bytes.length - 500));
      await new Promise((resolve) => setTimeout(resolve, stallAllowance));
      await host.get(status, {});
    }),
  ),

  check('frames of a kind that no host sends are ignored or refused, and the link goes on', (bench) =>
    withHost(bench, async (host) => {
      for (const kind of [FrameKind.response, FrameKind.progress, 77 as FrameKind]) {
        host.send(status, host.nextId, new Uint8Array(), kind);
      }
      await host.get(status, {});
    }),
  ),
];

/** A whole request frame as input codes; its number is chosen so that no byte is -128, which is no code. */
function framedInputs(): Int8Array {
  for (let id = 2; ; id++) {
    const bytes = requestFrame(id);
    if (!bytes.includes(0x80)) return new Int8Array(bytes.buffer);
  }
}
