// Nothing that a board sends for ever keeps a host waiting for ever:
// - bytes that are no frame, or no answer to hello, in place of hello: `helloWithin` (options.ts)
// - frames that answer nothing (other ids, other commands, unasked kinds), refusals of id 0, refusals of a
//   request with badChecksum, progress that stands still or of a command that is not long: `Nonsense`
// - a frame that drips: `MIN_MOVED` bytes within `MOVED_WITHIN` (retry-timer.ts)
// - long answers with a wrong checksum, each of which is a frame on its way: after 16 they are no reason for
//   patience (nonsense.ts)
// - silence, answers with a wrong checksum, links that are lost again and again: `giveUpAfter` (options.ts)
// - progress that advances: it ends, as it may not go beyond its total, which may not change
// - a piece of a snapshot after the other: the total of the first piece, which the size of the chip limits, and no
//   piece may be empty (board.ts)
import { crc32 } from 'node:zlib';
import test from 'ava';
import { Board, BoardError, LinkError, memoryDial } from '../../drivers/index.js';
import {
  encodeFrame,
  type Frame,
  FrameKind,
  progressMessage,
  RefusalCode,
  refusalMessage,
  status,
} from '../../protocol/index.js';
import { attachScripted, dialScripted } from './scripted-board.js';

const refusal = refusalMessage.encode({ code: RefusalCode.badChecksum, field: '', sentence: '' });
const progress = progressMessage.encode({ done: 1, total: 2 });
const window = { rowStart: 0, rows: 2, columnStart: 0, columns: 2 };

/** Frames that a board sends for ever instead of an answer. */
const floods: Record<
  string,
  (asked: Frame) => { kind: FrameKind; id: number; command: number; payload?: Uint8Array }
> = {
  'answers that nobody asked for': ({ command }) => ({ kind: FrameKind.response, id: 999, command }),
  'refusals that nobody asked for': ({ command }) => ({
    kind: FrameKind.refusal,
    id: 999,
    command,
    payload: refusal,
  }),
  badChecksum: ({ id, command }) => ({ kind: FrameKind.refusal, id, command, payload: refusal }),
  'refusals under id 0': ({ command }) => ({ kind: FrameKind.refusal, id: 0, command, payload: refusal }),
  'progress that does not advance': ({ id, command }) => ({
    kind: FrameKind.progress,
    id,
    command,
    payload: progress,
  }),
};

for (const [name, frameOf] of Object.entries(floods)) {
  test(`a board that sends ${name} for ever is called so, and is not asked for ever`, async (t) => {
    let timer: NodeJS.Timeout | undefined;
    const { dial, requests } = dialScripted({
      onRequest: (asked, send) => {
        timer ??= setInterval(() => Array.from({ length: 10 }, () => send(frameOf(asked))), 10);
      },
    });
    const board = await Board.open(dial, { crc32 });
    const error = await t.throwsAsync(board.program(0, window, new Uint16Array(8)), {
      instanceOf: BoardError,
    });
    clearInterval(timer);
    t.regex(error?.message ?? '', /no answer to what it was asked/);
    t.true(requests.length < 50, `asked ${requests.length} times`);
    await board.close();
  });
}

test('a board that lets a frame drip is given up, although something always comes', async (t) => {
  let timer: NodeJS.Timeout | undefined;
  const long = encodeFrame(
    { kind: FrameKind.response, id: 2, command: status.code, payload: new Uint8Array(4000) },
    crc32,
  );
  const { dial } = dialScripted({
    onRequest: (_, __, sendBytes) => {
      if (timer) return;
      sendBytes(long.subarray(0, 100));
      timer = setInterval(() => sendBytes(new Uint8Array(1)), 50);
    },
  });
  const board = await Board.open(dial, { crc32, giveUpAfter: 1000 });
  await t.throwsAsync(board.status(), { instanceOf: LinkError, message: /has not answered/ });
  clearInterval(timer);
  await board.close();
});

test('a board that is not believed is let go, so that nothing keeps the process alive', async (t) => {
  let closed = false;
  const attach = attachScripted({ information: { cores: 0 } });
  const dial = memoryDial('hostile:', (send) => ({ ...attach(send), close: () => void (closed = true) }));
  await t.throwsAsync(Board.open(dial, { crc32 }), { instanceOf: BoardError });
  t.true(closed);
});
