import { FrameKind, HEADER_BYTES, type Message, multiply, status } from '../../protocol/index.js';
import { type Check, Skip, check, expectEqual, expectRefusal } from '../check.js';
import { alteredHeader, requestFrame } from '../raw-frames.js';
import { oneProduct } from '../requests.js';
import { multiplications, withHost } from '../with-host.js';

/** Single frames, good and bad. */
export const frameChecks: readonly Check[] = [
  check('the reserved bytes of a header are 0', (bench) =>
    withHost(bench, async (host) => {
      const bytes: number[] = [];
      host.onBytes = (piece) => bytes.push(...piece);
      await host.get(status, {});
      expectEqual('reserved', bytes.slice(10, 12).join(), '0,0');
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
      bytes[HEADER_BYTES + 16] ^= 0x10;
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
        alteredHeader(1, (_bytes, view) => view.setUint32(12, maxPayload + 1, true)).subarray(
          0,
          HEADER_BYTES,
        ),
      );
      expectRefusal(await host.refusal(1), 'tooLarge', 'length');
      await host.get(status, {});
    }),
  ),

  check('the greatest length of all does no harm', (bench) =>
    withHost(bench, async (host) => {
      host.write(alteredHeader(1, (bytes) => bytes.fill(0xff, 12, 16)).subarray(0, HEADER_BYTES));
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

  check('a frame within a payload is payload', (bench) =>
    withHost(bench, async (host) => {
      if (bench.information.inputBits < 8) throw new Skip('Input codes of this board cannot hold a frame.');
      const inner = framedInputs();
      const message: Message<typeof multiply.request.fields> = { ...oneProduct(inner.length), inputs: inner };
      await host.get(multiply, message);
      await host.get(status, {});
      expectEqual('unasked frames', host.rest.length, 0);
    }),
  ),

  check('frames of a kind that no host sends are ignored or refused, and the link goes on', (bench) =>
    withHost(bench, async (host) => {
      const product = multiply.request.encode(oneProduct());
      const before = await multiplications(host);
      for (const kind of [FrameKind.response, FrameKind.progress, 77 as FrameKind]) {
        host.send(multiply, host.nextId, product, kind);
      }
      expectEqual('vectors multiplied', await multiplications(host), before);
    }),
  ),
];

/**
 * A whole request frame as input codes. Its number is chosen so that no byte is -128, which is not a valid
 * code.
 */
function framedInputs(): Int8Array {
  for (let id = 2; ; id++) {
    const bytes = requestFrame(id);
    if (!bytes.includes(0x80)) return new Int8Array(bytes.buffer);
  }
}
