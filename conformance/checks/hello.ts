import { FrameKind, hello, information, Refusal, status } from '../../protocol/index.js';
import { type Check, ConformanceError, Skip, check, expect, expectEqual, expectRefusal } from '../check.js';
import type { Bench } from '../bench.js';
import { RawHost, HOST_NAME, newSession } from '../raw-host.js';
import { payloadWith } from '../requests.js';
import { withHost } from '../with-host.js';

/**
 * Opens a second link beside the open one. Errors: `Skip` if this kind of link carries one host at a time.
 */
async function withStranger(bench: Bench, work: (stranger: RawHost) => Promise<void>): Promise<void> {
  let stranger: RawHost;
  try {
    stranger = await RawHost.connect(bench);
  } catch {
    throw new Skip('This link carries one host at a time.');
  }
  await work(stranger).finally(() => stranger.close());
}

/** Sessions and tokens. */
export const helloChecks: readonly Check[] = [
  check('hello answers with the session and usable limits', async (bench) => {
    const session = newSession();
    await withHost(
      bench,
      async ({ limits }) => {
        expectEqual('session', limits?.session, session);
        expectEqual('nextId of a new session', limits?.nextId, 1);
        expectEqual('resumed of a new session', limits?.resumed, 0);
        expect(limits!.window >= 1, 'window is 0, no request could ever be sent.');
        expect(
          limits!.maxPayload >= 1024,
          `maxPayload is ${limits!.maxPayload}, at least 1024 bytes are needed.`,
        );
      },
      session,
    );
  }),

  check('hello with the same number resumes over a new link', async (bench) => {
    const session = newSession();
    await withHost(bench, (host) => host.get(status, {}), session);
    await withHost(
      bench,
      async ({ limits }) => {
        expectEqual('resumed', limits?.resumed, 1);
        expectEqual('nextId after one request', limits?.nextId, 2);
      },
      session,
    );
  }),

  check('hello repeated on the same link resumes', (bench) => {
    const session = newSession();
    return withHost(
      bench,
      async (host) => {
        await host.get(status, {});
        const limits = await host.greet(session);
        if (limits instanceof Refusal) throw new ConformanceError(`It was refused: ${limits.message}`);
        expectEqual('resumed', limits.resumed, 1);
        expectEqual('nextId after one request', limits.nextId, 2);
      },
      session,
    );
  }),

  check('a new session counts its requests from 1', (bench) =>
    withHost(bench, async (host) => {
      await host.get(status, {});
      const limits = await host.greet(newSession());
      if (limits instanceof Refusal) throw new ConformanceError(`It was refused: ${limits.message}`);
      expectEqual('nextId', limits.nextId, 1);
      expectEqual('resumed', limits.resumed, 0);
      await host.get(status, {});
    }),
  ),

  check('a request without hello is refused: noSession', (bench) =>
    withHost(bench, async () =>
      withStranger(bench, async (stranger) => {
        expectRefusal(await stranger.refused(information, new Uint8Array()), 'noSession');
      }),
    ),
  ),

  check('a second host is refused while the first holds the board, and the first goes on', (bench) =>
    withHost(bench, async (host) => {
      await withStranger(bench, async (stranger) => {
        const answer = await stranger.greet();
        if (!(answer instanceof Refusal)) throw new ConformanceError('The second host was admitted.');
        expectRefusal(answer, 'busy');
        expect(
          answer.message.includes(HOST_NAME),
          `The refusal does not say who holds the board, '${HOST_NAME}': ${answer.message}`,
        );
        expectRefusal(await stranger.refused(information, new Uint8Array()), 'noSession');
      });
      await host.get(status, {});
    }),
  ),

  check('a host that comes after the first has left is admitted', async (bench) => {
    for (let turn = 0; turn < 10; turn++) await withHost(bench, (host) => host.get(status, {}));
  }),

  check('a wrong token is refused: unauthorised', async (bench) => {
    if (bench.token === '') throw new Skip('The board was reached without a token; run it with --token.');
    const stranger = await RawHost.connect(bench);
    try {
      for (const token of ['', bench.token.slice(0, -1), `${bench.token.slice(0, 63)}x`]) {
        const answer = await stranger.greet(newSession(), token);
        if (!(answer instanceof Refusal)) throw new ConformanceError('A wrong token was admitted.');
        expectRefusal(answer, 'unauthorised', 'token');
      }
    } finally {
      await stranger.close();
    }
  }),

  ...['short', 'long'].map((length) =>
    check(`a hello that is one byte too ${length} is refused: badLength`, async (bench) => {
      const host = await RawHost.connect(bench);
      try {
        const good = payloadWith(hello);
        const payload = new Uint8Array(good.length + (length === 'short' ? -1 : 1));
        host.send(hello, 0, payload, FrameKind.request);
        expectRefusal(await host.refusal(0), 'badLength');
      } finally {
        await host.close();
      }
    }),
  ),
];
