import { encodeFrame, type Frame, FrameKind, multiply, read, status } from '../../protocol/index.js';
import type { Bench } from '../bench.js';
import { type Check, Skip, check, expect, expectEqual, expectRefusal } from '../check.js';
import { type RawHost, newSession, responseOf } from '../raw-host.js';
import { oneProduct, payloadWith } from '../requests.js';
import { multiplications, withHost } from '../with-host.js';

const product = multiply.request.encode(oneProduct());

const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16)).join();

function expectSameAnswer(first: Frame, second: Frame): void {
  expectEqual('the kind of the second answer', second.kind, first.kind);
  expect(hexOf(first.payload) === hexOf(second.payload), 'The repeated request got another answer.');
}

/** Runs `work` and expects the board to multiply `count` vectors. */
async function expectProducts(host: RawHost, count: number, work: () => Promise<void>): Promise<void> {
  const before = await multiplications(host);
  await work();
  const executed = (await multiplications(host)) - before;
  expect(executed === count, `${executed} vectors were multiplied, ${count} were requested.`);
}

const askTwice = async (host: RawHost, payload = product): Promise<[Frame, Frame]> => {
  const id = host.nextId++;
  host.send(multiply, id, payload);
  const first = await host.answer(id);
  host.send(multiply, id, payload);
  return [first, await host.answer(id)];
};

/** Takes the next numbers, as many as the window holds. */
const windowOfIds = (host: RawHost, { limits }: Bench): number[] => {
  const ids = Array.from({ length: limits.window }, (_, i) => host.nextId + i);
  host.nextId += limits.window;
  return ids;
};

/** Each request is executed exactly once, in order. */
export const exactlyOnceChecks: readonly Check[] = [
  check('a repeated request gets the same answer and is not executed again', (bench) =>
    withHost(bench, (host) =>
      expectProducts(host, 1, async () => expectSameAnswer(...(await askTwice(host)))),
    ),
  ),

  check('a repeated request that was refused is refused alike', (bench) =>
    withHost(bench, async (host) => {
      const bad = payloadWith(multiply, { core: bench.information.cores });
      const [first, second] = await askTwice(host, bad);
      expectEqual('the kind of the answer', first.kind, FrameKind.refusal);
      expectSameAnswer(first, second);
      await host.get(status, {});
    }),
  ),

  check('requests that come twice in one piece are executed once', (bench) =>
    withHost(bench, (host) =>
      expectProducts(host, 1, async () => {
        const id = host.nextId++;
        host.send(multiply, id, product);
        host.send(multiply, id, product);
        responseOf(multiply, await host.answer(id));
      }),
    ),
  ),

  check('answers are kept for as many requests as the window holds', async (bench) => {
    const before = await withHost(bench, multiplications);
    await withHost(bench, async (host) => {
      const ids = windowOfIds(host, bench);
      const firsts: Frame[] = [];
      for (const id of ids) {
        host.send(multiply, id, product);
        firsts.push(await host.answer(id));
      }
      for (const [i, id] of ids.entries()) {
        host.send(multiply, id, product);
        expectSameAnswer(firsts[i], await host.answer(id));
      }
      const executed = (await multiplications(host)) - before;
      expectEqual('vectors multiplied', executed, ids.length);
    });
  }),

  check('a repeat older than the window is not executed', (bench) =>
    withHost(bench, async (host) => {
      const old = host.nextId++;
      const answer = await ask(host, old);
      for (let i = 0; i < bench.limits.window + 1; i++) await host.get(multiply, oneProduct());
      await expectProducts(host, 0, async () => {
        host.send(multiply, old, product);
        await host.get(status, {});
      });
      // Nothing comes, or the same answer if the board keeps more answers than it must.
      for (const late of host.rest) expectSameAnswer(answer, late);
    }),
  ),

  check('a whole window of requests is answered in order', (bench) =>
    withHost(bench, (host) =>
      expectProducts(host, bench.limits.window, async () => {
        const ids = windowOfIds(host, bench);
        for (const id of ids) host.send(multiply, id, product);
        for (const id of ids) {
          const answer = await host.next('answer', ({ kind }) => kind !== FrameKind.progress);
          expectEqual('the number of the next answer', answer.id, id);
          responseOf(multiply, answer);
        }
      }),
    ),
  ),

  check('requests that the link swapped are executed in the order of their numbers', (bench) => {
    if (bench.limits.window < 2) throw new Skip('The window of this board is 1.');
    return withHost(bench, async (host) => {
      const id = host.nextId;
      host.nextId += 2;
      host.send(multiply, id + 1, product);
      host.send(status, id, new Uint8Array());
      const first = await host.next('answer', ({ kind }) => kind !== FrameKind.progress);
      expectEqual('the number of the first answer', first.id, id);
      const { multiplications: before } = responseOf(status, first);
      responseOf(multiply, await host.answer(id + 1));
      expectEqual('vectors multiplied after the status', (await multiplications(host)) - Number(before), 1);
    });
  }),

  check('a request beyond the window is refused and still to come: windowExceeded', (bench) =>
    withHost(bench, async (host) => {
      const beyond = host.nextId + bench.limits.window;
      host.send(status, beyond, new Uint8Array());
      expectRefusal(await host.refusal(beyond), 'windowExceeded');
      while (host.nextId <= beyond) await host.get(status, {});
    }),
  ),

  check('a number that was left out holds up those behind it', (bench) => {
    if (bench.limits.window < 2) throw new Skip('The window of this board is 1.');
    return withHost(bench, (host) =>
      expectProducts(host, 2, async () => {
        const id = host.nextId;
        host.nextId += 2;
        host.send(multiply, id + 1, product);
        await new Promise((resolve) => setTimeout(resolve, 50));
        expectEqual('answers before the missing request came', host.rest.length, 0);
        host.send(multiply, id, product);
        responseOf(multiply, await host.answer(id));
        responseOf(multiply, await host.answer(id + 1));
      }),
    );
  }),

  check('an answer is sent again over a new link, and nothing is executed again', async (bench) => {
    const session = newSession();
    const first = await withHost(bench, (host) => ask(host, 1), session);
    await withHost(
      bench,
      async (host) => {
        expectSameAnswer(first, await ask(host, 1));
        await expectProducts(host, 1, async () => void responseOf(multiply, await ask(host, host.nextId++)));
      },
      session,
    );
  }),

  check('a request whose link was lost at once is executed exactly once', async (bench) => {
    for (let turn = 0; turn < 5; turn++) {
      const session = newSession();
      const before = await withHost(
        bench,
        async (host) => {
          const count = await multiplications(host);
          host.send(multiply, host.nextId, product);
          return count;
        },
        session,
      );
      await withHost(
        bench,
        async (host) => {
          responseOf(multiply, await ask(host, 2));
          host.nextId = 3;
          expectEqual('vectors multiplied', (await multiplications(host)) - before, 1);
        },
        session,
      );
    }
  }),

  check('a new session forgets the answers of the one before', async (bench) => {
    await withHost(bench, (host) => ask(host, 1));
    await withHost(bench, async (host) => {
      host.send(status, 1, new Uint8Array());
      responseOf(status, await host.answer(1));
    });
  }),

  check('an unknown command is refused and takes its number: unknownCommand', (bench) =>
    withHost(bench, async (host) => {
      const id = host.nextId++;
      host.send({ ...status, code: 0x7777 }, id, new Uint8Array());
      expectRefusal(await host.refusal(id), 'unknownCommand', 'command');
      await host.get(status, {});
    }),
  ),

  check(
    'half a request, then silence and a new link: the board is free and nothing was executed',
    async (bench) => {
      const before = await withHost(bench, multiplications);
      await withHost(bench, async (host) => {
        const whole = multiply.request.encode(oneProduct(500));
        const bytes = encodeFrame({ kind: FrameKind.request, id: 1, command: multiply.code, payload: whole });
        host.write(bytes.subarray(0, 300));
      });
      expectEqual('vectors multiplied', (await withHost(bench, multiplications)) - before, 0);
    },
  ),

  check('a session survives long silence', (bench) =>
    withHost(bench, async (host) => {
      await host.get(status, {});
      await new Promise((resolve) => setTimeout(resolve, bench.idle));
      await host.get(read, { core: 0, rowStart: 0, rows: 1, columnStart: 0, columns: 1 });
    }),
  ),
];

async function ask(host: RawHost, id: number): Promise<Frame> {
  host.send(multiply, id, product);
  return host.answer(id);
}
