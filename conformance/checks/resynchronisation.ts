import {
  FrameKind,
  HEADER_BYTES,
  concatenate,
  multiply,
  Refusal,
  RefusalCode,
  refusalMessage,
  status,
} from '../../protocol/index.js';
import { type Check, check, expect, expectEqual, expectRefusal } from '../check.js';
import { alteredHeader, requestFrame } from '../raw-frames.js';
import { RawHost, responseOf } from '../raw-host.js';
import { oneProduct } from '../requests.js';
import { withHost } from '../with-host.js';

/** Milliseconds of silence after which a board must no longer wait for the rest of a frame. */
const STALL_ALLOWANCE = 1500;
/** Milliseconds of silence within a frame that a board must tolerate. */
const SHORT_PAUSE = 400;

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Bytes without any sync byte. */
const garbage = Uint8Array.from({ length: 100 }, (_, i) => (i * 37) | 0x80);

const expectStatus = async (host: RawHost, id: number) => void responseOf(status, await host.answer(id));

/** A request that takes a kilobyte, its end missing. */
function withoutEnd(id: number): Uint8Array {
  const bytes = requestFrame(id, multiply.code, multiply.request.encode(oneProduct(1000)));
  return bytes.subarray(0, bytes.length - 500);
}

/** Number of reports of bytes that are not a frame. */
const reports = (host: RawHost): number =>
  host.rest.filter(
    ({ kind, payload }) =>
      kind === FrameKind.refusal && refusalMessage.decode(payload).code === RefusalCode.badFrame,
  ).length;

/** Finding the next frame after garbage and lost bytes. */
export const resynchronisationChecks: readonly Check[] = [
  check('garbage before a frame is skipped and reported: badFrame', (bench) =>
    withHost(bench, async (host) => {
      host.write(garbage);
      await host.get(status, {});
      expectRefusal(await host.refusal(0), 'badFrame');
    }),
  ),

  check('garbage before hello is skipped and reported (badFrame), or ends the link', async (bench) => {
    const host = await RawHost.connect(bench);
    try {
      host.write(garbage);
      if (!(await host.closes(SHORT_PAUSE))) {
        expect(!((await host.greet()) instanceof Refusal), 'Hello was refused after garbage.');
        expectRefusal(await host.refusal(0), 'badFrame');
      }
    } finally {
      await host.close();
    }
    await withHost(bench, (next) => next.get(status, {}));
  }),

  check('garbage is reported once a stretch', (bench) =>
    withHost(bench, async (host) => {
      host.write(concatenate(garbage, requestFrame(1), garbage, requestFrame(2)));
      await expectStatus(host, 2);
      expectEqual('the number of reports of two stretches', reports(host), 2);
    }),
  ),

  check('sync bytes without a header behind them are garbage', (bench) =>
    withHost(bench, async (host) => {
      host.write(Uint8Array.from({ length: 64 }, (_, i) => (i % 2 === 0 ? 0x50 : 0x43)));
      await host.get(status, {});
      expectRefusal(await host.refusal(0), 'badFrame');
    }),
  ),

  check('the first sync byte alone is garbage', (bench) =>
    withHost(bench, async (host) => {
      host.write(concatenate(Uint8Array.of(0x50), requestFrame(1)));
      await expectStatus(host, 1);
      expectRefusal(await host.refusal(0), 'badFrame');
    }),
  ),

  ...[0, 1].map((at) =>
    check(`a header with another sync byte ${at + 1} is garbage, whatever its checksum`, (bench) =>
      withHost(bench, async (host) => {
        host.write(alteredHeader(1, (bytes) => (bytes[at] ^= 1)));
        expectRefusal(await host.refusal(0), 'badFrame');
        await host.get(status, {});
        // If the header was answered twice, the second answer has come before this one.
        await host.get(status, {});
        expectEqual('answers to bytes that are not a frame', host.rest.length, 0);
      }),
    ),
  ),

  check('a frame right behind a damaged one is read', (bench) =>
    withHost(bench, async (host) => {
      const damaged = requestFrame(1);
      damaged[damaged.length - 1] ^= 1;
      host.write(concatenate(damaged, requestFrame(1)));
      expectRefusal(await host.refusal(1), 'badChecksum');
      await expectStatus(host, 1);
    }),
  ),

  check('a frame that was taken for the end of one which lost bytes is read', (bench) =>
    withHost(bench, async (host) => {
      const whole = requestFrame(1, multiply.code, multiply.request.encode(oneProduct(100)));
      const lost = requestFrame(1).length;
      host.write(
        concatenate(whole.subarray(0, HEADER_BYTES), whole.subarray(HEADER_BYTES + lost), requestFrame(1)),
      );
      expectRefusal(await host.refusal(1), 'badChecksum');
      await expectStatus(host, 1);
    }),
  ),

  check('a frame that comes byte by byte is read', (bench) =>
    withHost(bench, async (host) => {
      for (const byte of requestFrame(1)) {
        host.write(Uint8Array.of(byte));
        // Pauses, so that links which gather bytes do not make one piece of them.
        await sleep(2);
      }
      await expectStatus(host, 1);
    }),
  ),

  check('a frame that comes slowly is read, as long as no pause is long', (bench) =>
    withHost(bench, async (host) => {
      const bytes = requestFrame(1, multiply.code, multiply.request.encode(oneProduct()));
      for (let from = 0; from < bytes.length; from += 10) {
        if (from > 0) await sleep(SHORT_PAUSE);
        host.write(bytes.subarray(from, from + 10));
      }
      responseOf(multiply, await host.answer(1));
      expect(host.rest.length === 0, 'It was reported as garbage as well.');
    }),
  ),

  check('several frames that come at once are all read', (bench) =>
    withHost(bench, async (host) => {
      const count = Math.min(bench.limits.window, 8);
      host.write(concatenate(...Array.from({ length: count }, (_, i) => requestFrame(i + 1))));
      for (let id = 1; id <= count; id++) await expectStatus(host, id);
    }),
  ),

  check('a frame whose end was lost does not hold up the next for long', (bench) =>
    withHost(bench, async (host) => {
      host.write(withoutEnd(1));
      await sleep(STALL_ALLOWANCE);
      await host.get(status, {});
      expectRefusal(await host.refusal(0), 'badFrame');
    }),
  ),

  check('what came behind a frame without its end is read when that is given up', (bench) =>
    withHost(bench, async (host) => {
      host.write(concatenate(withoutEnd(1), requestFrame(1)));
      await expectStatus(host, 1);
    }),
  ),

  check('frames right behind a header without its payload are read when that is given up', (bench) =>
    withHost(bench, async (host) => {
      host.write(concatenate(withoutEnd(1).subarray(0, HEADER_BYTES), requestFrame(1)));
      await expectStatus(host, 1);
      expectRefusal(await host.refusal(0), 'badFrame');
    }),
  ),
];
