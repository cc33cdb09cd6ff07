import { crc32 } from 'node:zlib';
import test from 'ava';
import { Board, BoardError } from '../../drivers/index.js';
import { FrameKind } from '../../protocol/index.js';
import { answering, dialScripted, type Malice } from './scripted-board.js';

const window = { rowStart: 0, rows: 4, columnStart: 0, columns: 4 };
const report = { pairs: 1, converged: 0, iterations: 0, setPulses: 0, resetPulses: 0, rmsError: 0 };
const onlyCell = { rows: new Uint16Array(2), columns: new Uint16Array([0, 1]), targets: new Uint16Array(4) };

const atOpening: [field: string, Malice][] = [
  ['maxPayload', { hello: { maxPayload: 0 } }],
  ['maxPayload', { hello: { maxPayload: 2 ** 32 - 1 } }],
  ['window', { hello: { window: 0 } }],
  ['nextId', { hello: { nextId: 0 } }],
  ['resumed', { hello: { resumed: 7 } }],
  ['session', { hello: { session: 1n } }],
  ['cores', { information: { cores: 0 } }],
  ['cores', { information: { cores: 65_535 } }],
  ['rows', { information: { rows: 65_535 } }],
  ['rows', { information: { rows: 0 } }],
  ['columns', { information: { columns: 65_535 } }],
  ['devicesPerPolarity', { information: { devicesPerPolarity: 0 } }],
  ['inputBits', { information: { inputBits: 0 } }],
  ['adcBits', { information: { adcBits: 200 } }],
  ['scaleFractionBits', { information: { scaleFractionBits: 200 } }],
  ['conductanceMax', { information: { conductanceMax: 0 } }],
  ['programming', { information: { programming: 9 } }],
  ['userBytes', { information: { userBytes: 2 ** 32 - 1 } }],
  ['adcStep', { information: { adcStep: 0 } }],
  ['adcStep', { information: { adcStep: NaN } }],
  ['driftStart', { information: { driftStart: Infinity } }],
];

for (const [index, [field, malice]] of atOpening.entries()) {
  test(`opening blames the board for ${field} (${index})`, async (t) => {
    const error = await t.throwsAsync(Board.open(dialScripted(malice).dial, { crc32, session: 77n }), {
      instanceOf: BoardError,
    });
    t.is(error?.field, field);
    t.regex(error?.message ?? '', /The board at hostile: sent a wrong answer/);
  });
}

const ofCommands: [name: string, field: string, Malice['onRequest'], (board: Board) => Promise<unknown>][] = [
  [
    'read of another window',
    'rows',
    answering({ rows: 1, columns: 1, conductances: new Uint16Array(2) }),
    (board) => board.read(0, window),
  ],
  [
    'multiply of another batch',
    'batch',
    answering({ batch: 1, cores: 1, columns: 4, codes: new Int16Array(4) }),
    (board) => board.multiply(0, 1, window, new Int8Array(8)),
  ],
  [
    'program of other pairs',
    'pairs',
    answering(report),
    (board) => board.program(0, window, new Uint16Array(32)),
  ],
  ['programCells of other pairs', 'pairs', answering(report), (board) => board.programCells(0, onlyCell)],
  [
    'program with a mean error of NaN',
    'rmsError',
    answering({ ...report, pairs: 16, rmsError: NaN }),
    (board) => board.program(0, window, new Uint16Array(32)),
  ],
  [
    'user data of another length',
    'length',
    answering({ offset: 0, length: 1, data: new Uint8Array(1) }),
    (board) => board.readUserData(0, 8),
  ],
  [
    'columns of another number',
    'columns',
    answering({ columns: 1, scales: new Int16Array(1), offsets: new Int16Array(1) }),
    (board) => board.readColumns(0, 0, 4),
  ],
  ['an infinite clock', 'clock', answering({ clock: Infinity }), (board) => board.advanceClock(1)],
  ['a temperature of NaN', 'celsius', answering({ celsius: NaN }), (board) => board.temperature()],
  [
    'a snapshot of 4 GiB',
    'total',
    answering({ total: 2 ** 32 - 1, length: 1, data: new Uint8Array(1) }),
    (board) => board.snapshot(),
  ],
  [
    'a snapshot in pieces of nothing',
    'length',
    answering({ total: 1000, length: 0, data: new Uint8Array() }),
    (board) => board.snapshot(),
  ],
  [
    'a refusal shorter than its fixed part',
    'length',
    ({ id, command }, send) => send({ kind: FrameKind.refusal, id, command, payload: new Uint8Array(3) }),
    (board) => board.status(),
  ],
  [
    'an answer shorter than its fixed part',
    'length',
    ({ id, command }, send) => send({ kind: FrameKind.response, id, command }),
    (board) => board.status(),
  ],
];

for (const [name, field, onRequest, ask] of ofCommands) {
  test(`the host blames the board for ${name}`, async (t) => {
    const board = await Board.open(dialScripted({ onRequest }).dial, { crc32 });
    const error = await t.throwsAsync(ask(board), { instanceOf: BoardError });
    t.is(error?.field, field);
    await board.close();
  });
}

test('text from a board loses its control characters', async (t) => {
  const product = 'a\nb\u001b[2J\u009b\u202e';
  const board = await Board.open(dialScripted({ information: { product } }).dial, { crc32 });
  t.is(board.information.product, 'a\ufffdb\ufffd[2J\ufffd\ufffd');
  await board.close();
});
