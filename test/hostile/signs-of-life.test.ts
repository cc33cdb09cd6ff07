import { crc32 } from 'node:zlib';
import test from 'ava';
import { Board, BoardError } from '../../drivers/index.js';
import { type Frame, FrameKind, progressMessage, RefusalCode, refusalMessage } from '../../protocol/index.js';
import { dialScripted } from './scripted-board.js';

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
