import test from 'ava';
import { openBoard, openEmulatedBoard } from '../../boards/index.js';
import type { EmulatedBoard, Handlers } from '../../emulator/index.js';
import { loadProfile } from '../../emulator/node/index.js';
import {
  array,
  defineCommand,
  FIRST_CUSTOM_CODE,
  padding,
  Refusal,
  RefusalCode,
  status,
  struct,
  u16,
} from '../../protocol/index.js';
import { startEmulator } from '../../testing/index.js';

// A command as docs/extending.md describes it: everything comes from the index files of the rooms.

/** A command that the protocol does not have. */
const countAbove = defineCommand({
  code: FIRST_CUSTOM_CODE,
  name: 'countAbove',
  meaning: 'Counts the plus conductances of one core above a threshold, row by row.',
  request: struct({ core: u16('core'), threshold: u16('threshold', 'nS') }),
  response: struct({
    rows: u16('rows of the core'),
    reserved: padding(2),
    counts: array('u16', ['rows'], 'conductances above the threshold, per row'),
  }),
  long: true,
});

/** The board's side of it. */
function answerCountAbove(handlers: Handlers, { chip, profile }: EmulatedBoard): void {
  handlers.on(countAbove, function* ({ core, threshold }) {
    if (core >= profile.cores) {
      throw new Refusal(
        RefusalCode.outOfRange,
        'core',
        `core is ${core}, it must be below ${profile.cores}.`,
      );
    }
    const { rows, columns } = profile;
    const counts = new Uint16Array(rows);
    for (let row = 0; row < rows; row++) {
      const conductances = chip.read(core, { rowStart: row, rows: 1, columnStart: 0, columns });
      counts[row] = conductances.subarray(0, columns).filter((value) => value > threshold).length;
      yield { done: row + 1, total: rows };
    }
    return { rows, counts };
  });
}

const emulated = { profile: { ...loadProfile('ideal'), rows: 16, columns: 8 }, seed: 1 };

test('a command of my own is answered by a board that knows it', async (t) => {
  const board = await openEmulatedBoard({ ...emulated, extend: answerCountAbove });
  t.teardown(() => board.close());
  const targets = Uint16Array.of(10_000, 0, 10_000, 2_000, 0, 0, 0, 0);
  await board.program(1, { rowStart: 3, rows: 2, columnStart: 5, columns: 2 }, targets);
  const progress: number[] = [];
  const onProgress = ({ done }: { done: number }) => progress.push(done);
  const answer = await board.connection.request(countAbove, { core: 1, threshold: 5_000 }, { onProgress });
  t.deepEqual([...answer.counts], [0, 0, 0, 1, 1, ...new Array<number>(11).fill(0)]);
  t.deepEqual(
    progress,
    Array.from({ length: 16 }, (_, row) => row + 1),
  );
  await t.throwsAsync(board.connection.request(countAbove, { core: 9, threshold: 0 }), {
    instanceOf: Refusal,
    message: /below 2/,
  });
});

test('over a link it is executed once like any other command, and can be cancelled', async (t) => {
  await using emulator = await startEmulator({ profile: emulated.profile, extend: answerCountAbove });
  const board = await openBoard(emulator.url);
  t.teardown(() => board.close());
  await board.connection.request(countAbove, { core: 0, threshold: 0 });
  t.is((await board.status()).reads, BigInt(2 * 16 * 8));
  const abort = new AbortController();
  const cancelled = board.connection.request(
    countAbove,
    { core: 0, threshold: 0 },
    { signal: abort.signal, onProgress: () => abort.abort() },
  );
  await t.throwsAsync(cancelled, { instanceOf: Refusal, message: /cancelled/ });
});

test('a board that does not know it refuses it by its number', async (t) => {
  const board = await openEmulatedBoard(emulated);
  t.teardown(() => board.close());
  const error = await t.throwsAsync(board.connection.request(countAbove, { core: 0, threshold: 0 }), {
    instanceOf: Refusal,
  });
  t.is(error?.code, RefusalCode.unknownCommand);
});

test('what a command of the protocol does can be replaced', async (t) => {
  const extend = (handlers: Handlers) =>
    handlers.on(status, () => {
      throw new Refusal(RefusalCode.internal, '', 'The clock has stopped.');
    });
  const board = await openEmulatedBoard({ ...emulated, extend });
  t.teardown(() => board.close());
  await t.throwsAsync(board.status(), { instanceOf: Refusal, message: 'The clock has stopped.' });
});
