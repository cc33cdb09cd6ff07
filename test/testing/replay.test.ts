import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import test from 'ava';
import { Board, evenRates, FaultInjector, memoryDial } from '../../drivers/index.js';
import { dialFor } from '../../drivers/node/index.js';
import { openBoard } from '../../boards/index.js';
import { Refusal } from '../../protocol/index.js';
import { Recorder, RecordingError, replay, startEmulator, startRelay } from '../../testing/index.js';
import { pcm, pcmServer } from './pcm.js';

const window = { rowStart: 1, rows: 2, columnStart: 3, columns: 4 };

/** A small session: some changes, some answers with noise, one refusal. */
async function session(board: Board, input = 90): Promise<unknown[]> {
  const targets = new Uint16Array(16).fill(6000, 0, 8);
  return [
    await board.program(0, window, targets),
    await board.multiply(0, 1, window, Int8Array.of(input, -5, 7, 100)),
    await board.read(7, window).catch((error: Refusal) => `${error.reason} ${error.field}`),
    await board.read(0, window),
  ];
}

/** Records a session over a link with faults. Returns the recording, and the session's answers. */
async function recorded(): Promise<{ text: string; answers: unknown[] }> {
  await using emulator = await startEmulator({ seed: 3 });
  const lines: string[] = [];
  const recorder = new Recorder(emulator.url, (line) => lines.push(line));
  const relay = await startRelay(dialFor(emulator.url), recorder.tap);
  const patience = { retryAfter: 20, redials: 12, redialAfter: 1 };
  const faults = new FaultInjector({ seed: 5, rates: { ...evenRates(0.2), disconnect: 0 } });
  const board = await Board.open(faults.wrap(dialFor(relay.url)), {
    crc32,
    ...patience,
  });
  const answers = await session(board);
  await board.close();
  await relay.close();
  return { text: lines.join('\n'), answers };
}

const openReplay = (text: string, onDeparture: (difference: string) => void): Promise<Board> => {
  const { firmware } = replay(text, onDeparture);
  return openBoard('memory:', {
    transports: { memory: () => memoryDial('memory', (send) => firmware.attach(send, 'a test')) },
  });
};

test('a recording answers as the board did, without the board', async (t) => {
  const { text, answers } = await recorded();
  t.is(text.split('\n').length, 1 + 5, 'information, program, multiply, two reads; repeats leave no trace');
  await using board = await openReplay(text, (difference) => t.fail(difference));
  t.deepEqual(await session(board), answers);
});

test('the first request that departs is shown as a difference, and refused', async (t) => {
  const { text } = await recorded();
  const differences: string[] = [];
  await using board = await openReplay(text, (difference) => differences.push(difference));
  await t.throwsAsync(session(board, 91), { instanceOf: Refusal, message: /Request 3 departs/ });
  t.is(differences.length, 1);
  t.regex(differences[0], /^Request 3 departs from the recording: another multiply/);
  t.regex(differences[0], /^- 5a fb 07 64 .*inputs 90 -5 7 100$/m);
  t.regex(differences[0], /^\+ 5b fb 07 64 .*inputs 91 -5 7 100$/m);
  t.false(differences[0].includes('rowStart'), 'only what differs is shown');
});

test('another command, and one request too many', async (t) => {
  const { text } = await recorded();
  const differences: string[] = [];
  const note = (difference: string) => differences.push(difference);
  const first = await openReplay(text, note);
  await t.throwsAsync(first.status(), { instanceOf: Refusal });
  const second = await openReplay(text, note);
  await session(second);
  await t.throwsAsync(second.status(), { instanceOf: Refusal });
  await Promise.all([first.close(), second.close()]);
  t.deepEqual(differences, [
    'Request 2 departs from the recording: program was recorded, status came.',
    'The recording ends after 5 requests, and status came.',
  ]);
});

test('a file that is not a recording is refused by its line', (t) => {
  const fail = () => t.fail();
  t.throws(() => replay('', fail), { instanceOf: RecordingError, message: /Line 1/ });
  const header = '{"pcmlog":1,"board":"b","maxPayload":4096,"window":4}';
  t.throws(() => replay(`${header}\n{"command":"read"}`, fail), {
    instanceOf: RecordingError,
    message: /Line 2/,
  });
  for (const limits of [
    '"maxPayload":4,"window":4',
    '"maxPayload":1e300,"window":4',
    '"maxPayload":4096,"window":0',
  ])
    t.throws(() => replay(`{"pcmlog":1,"board":"b",${limits}}`, fail), {
      instanceOf: RecordingError,
      message: /Line 1/,
    });
  const unknown = `${header}\n{"command":"fly","request":"","response":""}`;
  t.throws(() => replay(unknown, fail), {
    instanceOf: RecordingError,
    message: /Line 2 has the command 'fly'/,
  });
});

test('pcm record and pcm emulate --replay: recorded once with a board, tested forever without it', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'pcm-record-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const log = join(folder, 'session.pcmlog');
  await using emulator = await startEmulator({ profile: 'pcm-like' });
  const read = (core: string) => ['read', '--core', core, '--json'];
  const first = await pcm([
    'record',
    '--board',
    emulator.url,
    '--out',
    log,
    '--',
    process.execPath,
    pcm.path,
    ...read('1'),
  ]);
  t.is(first.code, 0, first.stderr);
  t.regex(first.stderr, /2 requests written/);
  t.is(readFileSync(log, 'utf8').trim().split('\n').length, 3);

  const server = await pcmServer(['emulate', '--replay', log, '--tcp', '127.0.0.1:0', '--json']);
  const again = await pcm([...read('1'), '--board', server.url]);
  t.is(again.stdout, first.stdout);
  const other = await pcm([...read('0'), '--board', server.url]);
  t.is(other.code, 1);
  t.regex(other.stderr, /departs from the recording/);
  const { code, stderr } = await server.ended;
  t.is(code, 1);
  t.regex(stderr, /The recording ends after 2 requests/);
});

test('a command that fails, or asks for nothing, is not taken for a recording', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'pcm-record-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const out = join(folder, 'none.pcmlog');
  const record = (...command: string[]) =>
    pcm(['record', '--board', 'emulator:ideal', '--out', out, '--', ...command]);
  const nothing = await record(process.execPath, '--version');
  t.is(nothing.code, 1);
  t.regex(nothing.stderr, /sent no request to the board/);
  t.regex((await record('no-such-command')).stderr, /no command 'no-such-command'/);
  t.throws(() => readFileSync(out));
});
