import {
  type Frame,
  FrameKind,
  type Message,
  multiply,
  program,
  progressMessage,
  read,
  status,
} from '../../protocol/index.js';
import type { Bench } from '../bench.js';
import {
  type Check,
  ConformanceError,
  Skip,
  check,
  destructive,
  expect,
  expectEqual,
  expectRefusal,
} from '../check.js';
import { type RawHost, newSession, responseOf } from '../raw-host.js';
import { oneProduct } from '../requests.js';
import { withHost } from '../with-host.js';

/** A request that programs as many rows of core 0 as fit to conductance 0. */
function wholeCore({ information, limits }: Bench): { pairs: number; payload: Uint8Array } {
  const { rows, columns } = information;
  const fit = Math.min(rows, Math.floor((limits.maxPayload - program.request.fixedBytes) / (4 * columns)));
  if (fit === 0) throw new Skip('Not one row of this chip fits a request.');
  const window = { core: 0, rowStart: 0, rows: fit, columnStart: 0, columns };
  const targets = new Uint16Array(2 * fit * columns);
  return {
    pairs: fit * columns,
    payload: program.request.encode({ ...window, tolerance: 0, maxIterations: 0, targets }),
  };
}

type Progress = Message<typeof progressMessage.fields>;

/** The next progress frame, or the answer if that comes first. */
async function nextReport(host: RawHost, id: number): Promise<{ progress?: Progress; answer?: Frame }> {
  const frame = await host.next(`progress of request ${id}`, (candidate) => candidate.id === id);
  return frame.kind === FrameKind.progress
    ? { progress: progressMessage.decode(frame.payload) }
    : { answer: frame };
}

/**
 * Sends a long command and waits until it has begun. Errors: `Skip` if the board needs only one step for it.
 */
async function begin(
  host: RawHost,
  bench: Bench,
): Promise<{ id: number; pairs: number; payload: Uint8Array }> {
  const id = host.nextId++;
  const { pairs, payload } = wholeCore(bench);
  host.send(program, id, payload);
  const { progress } = await nextReport(host, id);
  if (!progress || progress.done >= progress.total)
    throw new Skip('The board programs a whole core in one step.');
  return { id, pairs, payload };
}

/** The answer, behind any number of progress frames. */
async function answerOf(host: RawHost, id: number): Promise<Frame> {
  for (;;) {
    const { answer } = await nextReport(host, id);
    if (answer) return answer;
  }
}

/**
 * Tries up to three times: a quick board may be done before a busy host can stop it.
 * Errors: `ConformanceError` with `complaint` if no attempt succeeds.
 */
async function inSomeAttempt(complaint: string, attempt: () => Promise<boolean>): Promise<void> {
  for (let attempts = 0; attempts < 3; attempts++) if (await attempt()) return;
  throw new ConformanceError(complaint);
}

const cell = { core: 0, rowStart: 0, rows: 1, columnStart: 0, columns: 1 };

/** Programs the plus polarity of one cell. */
const cellTo = (conductance: number) => ({
  ...{ ...cell, tolerance: 0, maxIterations: 0 },
  targets: Uint16Array.of(conductance, 0),
});

const cancel = (host: RawHost, id: number) => host.send(program, id, new Uint8Array(), FrameKind.cancel);

const programmedPairs = async (host: RawHost) => Number((await host.get(status, {})).programmedPairs);

/** Progress and cancelling. */
export const longCommandChecks: readonly Check[] = [
  destructive('a long command reports progress that grows up to its total', (bench) =>
    withHost(bench, async (host) => {
      const id = host.nextId++;
      const { pairs, payload } = wholeCore(bench);
      host.send(program, id, payload);
      let last = -1;
      for (;;) {
        const { progress, answer } = await nextReport(host, id);
        if (answer) {
          expect(last >= 0, 'It reported no progress at all.');
          expectEqual('pairs', responseOf(program, answer).pairs, pairs);
          return;
        }
        expect(progress!.done >= last, `Progress went from ${last} back to ${progress!.done}.`);
        expect(progress!.done <= progress!.total, `Progress is ${progress!.done} of ${progress!.total}.`);
        last = progress!.done;
      }
    }),
  ),

  destructive('a long command stops between two steps when it is cancelled', (bench) =>
    withHost(bench, (host) =>
      inSomeAttempt('It was completed although it was cancelled.', async () => {
        const before = await programmedPairs(host);
        const { id, pairs } = await begin(host, bench);
        cancel(host, id);
        if ((await answerOf(host, id)).kind !== FrameKind.refusal) return false;
        host.send(program, id, new Uint8Array(), FrameKind.request);
        expectRefusal(await host.refusal(id), 'cancelled');
        const done = (await programmedPairs(host)) - before;
        expect(done > 0 && done <= pairs, `${done} of ${pairs} pairs were programmed.`);
        return done < pairs;
      }),
    ),
  ),

  destructive('a command that waits behind a long one is cancelled before it begins', (bench) => {
    if (bench.limits.window < 2) throw new Skip('The window of this board is 1.');
    const { conductanceMax } = bench.information;
    return withHost(bench, (host) =>
      inSomeAttempt('The cancelled command was executed.', async () => {
        await host.get(program, cellTo(0));
        const before = await programmedPairs(host);
        const { id, pairs } = await begin(host, bench);
        const waiting = host.nextId++;
        host.send(program, waiting, program.request.encode(cellTo(Math.round(0.8 * conductanceMax))));
        cancel(host, waiting);
        cancel(host, id);
        // Only if the long command could still be cancelled was the other one cancelled before it began.
        if ((await answerOf(host, id)).kind !== FrameKind.refusal) {
          await host.get(program, cellTo(0));
          throw new Skip('The board had done the long command before it was cancelled.');
        }
        expectRefusal(await host.refusal(waiting), 'cancelled');
        const done = (await programmedPairs(host)) - before;
        const [after] = (await host.get(read, cell)).conductances;
        expect(
          after < conductanceMax / 2,
          `The cell of the cancelled command was programmed to ${after} nS.`,
        );
        return done < pairs;
      }),
    );
  }),

  destructive('a long command that is sent again while it runs is executed once', (bench) =>
    withHost(bench, async (host) => {
      const before = await programmedPairs(host);
      const { id, pairs, payload } = await begin(host, bench);
      host.send(program, id, payload);
      responseOf(program, await answerOf(host, id));
      expectEqual('pairs programmed', (await programmedPairs(host)) - before, pairs);
    }),
  ),

  destructive(
    'a long command goes on while its link is lost, and is answered over the next',
    async (bench) => {
      const session = newSession();
      const { before, ...begun } = await withHost(
        bench,
        async (host) => ({ before: await programmedPairs(host), ...(await begin(host, bench)) }),
        session,
      );
      await withHost(
        bench,
        async (host) => {
          expectEqual('nextId', host.limits?.nextId, begun.id + 1);
          host.send(program, begun.id, begun.payload);
          responseOf(program, await answerOf(host, begun.id));
          expectEqual('pairs programmed', (await programmedPairs(host)) - before, begun.pairs);
        },
        session,
      );
    },
  ),

  destructive('a new session begins when the long command of the one before has stopped', async (bench) => {
    await withHost(bench, (host) => begin(host, bench));
    await withHost(bench, async (host) => {
      const first = await programmedPairs(host);
      await new Promise((resolve) => setTimeout(resolve, 100));
      expectEqual('pairs programmed after a while', await programmedPairs(host), first);
    });
  }),

  destructive('a new session drops what waits in the one before, and stops what runs', async (bench) => {
    if (bench.limits.window < 2) throw new Skip('The window of this board is 1.');
    await inSomeAttempt('The new session had to wait until the long command was done.', async () => {
      const { before, pairs } = await withHost(bench, async (host) => {
        const before = await host.get(status, {});
        const { pairs } = await begin(host, bench);
        host.send(multiply, host.nextId, multiply.request.encode(oneProduct()));
        return { before, pairs };
      });
      const after = await withHost(bench, (host) => host.get(status, {}));
      const done = Number(after.programmedPairs - before.programmedPairs);
      const executed = after.multiplications !== before.multiplications;
      if (done === pairs && executed)
        throw new Skip('The board had done it all before the new session began.');
      expect(!executed, 'A request that waited was executed after its session.');
      return done < pairs;
    });
  }),

  check('a cancel with a number that no request has is ignored', (bench) =>
    withHost(bench, async (host) => {
      const beyond = host.nextId + bench.limits.window;
      for (const id of [0, beyond, 0xffffffff]) host.send(status, id, new Uint8Array(), FrameKind.cancel);
      while (host.nextId <= beyond) await host.get(status, {});
    }),
  ),
];
