import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { SnapshotError } from '../../../../emulator/chip/memory/image-declaration.js';
import type { EmulatedBoard } from '../../../../emulator/index.js';
import { createEmulatedBoard } from '../../../../emulator/node/create-emulated-board.js';
import { StateError } from '../../../../emulator/index.js';
import { flashedProfile, flashesOf, keptChip } from './flashing.js';
import { copyOf, defaults, finish, integers, profileWith, wholeCore, windowOf } from '../../chip/helpers.js';

const folder = mkdtempSync(join(tmpdir(), 'pcm-state-'));
const small = profileWith('hermes', { rows: 6, columns: 5 });

/** Opens a board on a state file, works with it, switches it off. */
function withBoard<R>(path: string, work: (board: EmulatedBoard) => R, options = {}): R {
  const board = createEmulatedBoard({ profile: small, seed: 4, state: path, ...options });
  try {
    return work(board);
  } finally {
    board.close();
  }
}

const program = ({ chip }: EmulatedBoard, nanosiemens: number) =>
  finish(chip.program(1, wholeCore(small), new Uint16Array(60).fill(nanosiemens), defaults));

const answers = ({ chip }: EmulatedBoard) => [
  chip.multiply(0, 2, wholeCore(small), 1, new Int8Array(12).fill(100)),
  chip.columnAffine(0, 0, 5),
  chip.counters(),
];

test('a board switched off and on continues as before', (t) => {
  const path = join(folder, 'restart');
  const use = (board: EmulatedBoard) => {
    program(board, 9000);
    board.chip.setColumnAffine(0, 2, Int16Array.of(1234), Int16Array.of(-5));
    board.clock.advance(500);
    answers(board);
  };
  withBoard(path, use);
  const restarted = withBoard(path, (board) => [board.clock.now(), ...answers(board)]);
  const board = createEmulatedBoard({ profile: small, seed: 4 });
  use(board);
  t.deepEqual(restarted, [500, ...answers(board)]);
});

test('with a clock that runs, time stands still while the board is off', (t) => {
  const path = join(folder, 'clock');
  const clock = { rate: 1e6 };
  const off = withBoard(
    path,
    (board) => {
      program(board, 9000);
      board.clock.advance(1e9);
      return board.clock.now();
    },
    { clock },
  );
  const [on, later] = withBoard(path, ({ clock: running }) => [running.now(), running.now()], { clock });
  t.true(off >= 1e9 && on >= off && later > on);
  // manual now: the last reading stays
  const still = () => withBoard(path, (board) => board.clock.now());
  const last = still();
  t.true(last >= later);
  t.is(still(), last);
});

test('wherever the file is cut, it opens, with each unit cell as it was before or after', (t) => {
  const path = join(folder, 'cut');
  withBoard(path, (board) => program(board, 4000));
  const before = withBoard(path, ({ chip }) => copyOf(chip.state(1)));
  const base = readFileSync(path).length;
  // the process ends without closing: the file holds the changes alone
  const board = createEmulatedBoard({ profile: small, seed: 4, state: path });
  finish(board.chip.program(1, windowOf(0, 3, 0, 5), new Uint16Array(30).fill(16000), defaults));
  const middle = { size: readFileSync(path).length, state: copyOf(board.chip.state(1)) };
  finish(board.chip.program(1, windowOf(3, 3, 0, 5), new Uint16Array(30).fill(16000), defaults));
  const whole = new Uint8Array(readFileSync(path));
  const after = copyOf(board.chip.state(1));
  board.close();
  t.true(base < middle.size && middle.size < whole.length);
  const cut = join(folder, 'cut-short');
  const sizes = Array.from({ length: Math.ceil((whole.length - base) / 97) }, (_, i) => base + 97 * i);
  for (const size of [...sizes, middle.size - 1, middle.size, whole.length - 1, whole.length]) {
    writeFileSync(cut, whole.subarray(0, size));
    const expected = size < middle.size ? before : size < whole.length ? middle.state : after;
    const warnings: string[] = [];
    const onWarning = (sentence: string) => void warnings.push(sentence);
    withBoard(cut, ({ chip }) => t.deepEqual(chip.state(1), expected, `cut at ${size}`), { onWarning });
    const torn = [base, middle.size, whole.length].includes(size) ? 0 : 1;
    t.is(warnings.length, torn, `told of the end that was cut off at ${size}`);
  }
});

test('a bit that turned over in the last record is told: the file then lacks an acknowledged change', (t) => {
  const path = join(folder, 'last-bit');
  const board = createEmulatedBoard({ profile: small, seed: 4, state: path });
  board.keeper!.clockMoved();
  const bytes = readFileSync(path);
  board.close();
  bytes[bytes.length - 1] ^= 1;
  writeFileSync(path, bytes);
  const warnings: string[] = [];
  withBoard(path, () => undefined, { onWarning: (sentence: string) => void warnings.push(sentence) });
  t.regex(
    warnings.join(),
    /^The last 20 bytes of the state file .*last-bit were no whole record and were cut off/,
  );
});

test('a file in use, of another chip, or of no emulator is refused and left as it is', (t) => {
  const path = join(folder, 'refused');
  const opening = (options = {}) => withBoard(path, () => undefined, options);
  withBoard(path, () => {
    t.regex(t.throws(opening, { instanceOf: StateError })!.message, /in use by process/);
  });
  const bytes = readFileSync(path);
  t.regex(t.throws(() => opening({ seed: 5 }), { instanceOf: SnapshotError })!.message, /--seed 4/);
  t.throws(() => opening({ profile: flashedProfile() }), { instanceOf: SnapshotError });
  t.deepEqual(readFileSync(path), bytes);
  writeFileSync(path, 'my thesis');
  t.regex(t.throws(opening, { instanceOf: StateError })!.message, /not a state file/);
  t.is(readFileSync(path, 'utf8'), 'my thesis');
  t.false(existsSync(`${path}.lock`));
});

test('a long history is folded into a new snapshot', (t) => {
  const path = join(folder, 'history');
  const sizes = withBoard(path, (board) =>
    Array.from({ length: 300 }, (_, i) => {
      program(board, 100 * i);
      return readFileSync(path).length;
    }),
  );
  const snapshot = sizes[0];
  t.true(Math.max(...sizes) < 4 * snapshot);
  withBoard(path, ({ chip }) => t.is(chip.counters().programmedPairs, 9000n));
});

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('without room to fold the history the old file goes on, complete', (t) => {
  const path = join(folder, 'full');
  withBoard(path, (board) => {
    const sizes: number[] = [];
    for (let i = 0; i < 80; i++) {
      // a write there fails like one to a full disk
      if (!existsSync(`${path}.new`)) symlinkSync('/dev/full', `${path}.new`);
      program(board, 100 * i);
      sizes.push(readFileSync(path).length);
    }
    t.true(Math.max(...sizes) > 3 * sizes[0]);
    const saved = readFileSync(path);
    const copy = join(folder, 'full-copy');
    writeFileSync(copy, saved);
    withBoard(copy, ({ chip }) => t.deepEqual(chip.state(1), board.chip.state(1)));
    rmSync(`${path}.new`, { force: true });
  });
});

onLinux(
  'without room for a second copy a board is closed all the same, with its changes and its clock',
  (t) => {
    const path = join(folder, 'no-second-copy');
    let state: unknown;
    withBoard(path, (board) => {
      program(board, 100);
      board.clock.advance(50);
      state = board.chip.state(1);
      symlinkSync('/dev/full', `${path}.new`);
    });
    rmSync(`${path}.new`, { force: true });
    withBoard(path, ({ chip, clock }) => {
      t.deepEqual(chip.state(1), state);
      t.true(clock.now() >= 50);
    });
  },
);

/** Does some work while this process can write no file beyond a size, as on a disk that is nearly full. */
function withFilesUpTo(bytes: number, work: () => void): void {
  const limit = (soft: number | 'unlimited') =>
    execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${soft}:`]);
  const ignored = () => undefined; // else the signal of the limit would end the process
  process.on('SIGXFSZ', ignored);
  limit(bytes);
  try {
    work();
  } finally {
    limit('unlimited');
    process.off('SIGXFSZ', ignored);
  }
}

onLinux('a change that the disk has no room for is undone and leaves no torn record', (t) => {
  const path = join(folder, 'no-room');
  const copied = () => {
    // the file that an emulator would find if this one were killed now
    const copy = join(folder, 'no-room-copy');
    writeFileSync(copy, readFileSync(path));
    return withBoard(copy, ({ chip }) => copyOf(chip.state(1)));
  };
  withBoard(path, (board) => {
    program(board, 4000);
    const file = readFileSync(path);
    const before = copyOf(board.chip.state(1));
    withFilesUpTo(file.length + 1000, () => {
      const failure = t.throws(() => program(board, 16000), { instanceOf: StateError });
      t.regex(failure!.message, /cannot be used: EFBIG/);
    });
    t.deepEqual(readFileSync(path), file);
    t.deepEqual(copied(), before);

    t.deepEqual(copyOf(board.chip.state(1)), before);
    finish(board.chip.program(1, windowOf(2, 1, 2, 1), Uint16Array.of(0, 500), defaults));
    t.deepEqual(copied(), copyOf(board.chip.state(1)));
  });
});

test('a bit that turned over anywhere but in the last record is told, and the file left as it is', (t) => {
  const path = join(folder, 'damaged');
  withBoard(path, (board) => {
    program(board, 4000);
    board.clock.advance(50);
    board.keeper!.clockMoved();
    program(board, 8000);
    const whole = readFileSync(path);
    const last = whole.length - lastRecordBytes(whole);
    const copy = join(folder, 'damaged-copy');
    for (let at = 8; at < last; at += 997) {
      const damaged = Uint8Array.from(whole);
      damaged[at] ^= 1 << (at % 8);
      writeFileSync(copy, damaged);
      const error = t.throws(() => withBoard(copy, () => undefined), { instanceOf: StateError });
      t.regex(error!.message, /damaged at byte \d+ and was left as it is; put back a copy/);
      t.deepEqual(new Uint8Array(readFileSync(copy)), damaged);
    }
  });
});

/** Bytes of the last record of a state file. */
function lastRecordBytes(file: Uint8Array): number {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let bytes = 0;
  for (let at = 8; at < file.length; at += bytes) bytes = 12 + view.getUint32(at + 4, true);
  return bytes;
}

/**
 * Starts the flashing child and kills it `after` milliseconds from when it has finished so many flashes; the
 * last flash it said was done.
 */
function flashUntilKilled(
  path: string,
  first: number,
  flashes: number,
  after: number,
): Promise<number | undefined> {
  const script = fileURLToPath(new URL('flashing-child.js', import.meta.url));
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, path, String(first)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    let timer: NodeJS.Timeout | undefined;
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.split('\n').length > 1 + flashes) timer ??= setTimeout(() => child.kill('SIGKILL'), after);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      const done = said.split('\n').filter((line) => /^\d+$/.test(line));
      if (code !== null) reject(new Error(`the child ended by itself with code ${code}`));
      else resolve(done.length > 0 ? Number(done.at(-1)) : undefined);
    });
  });
}

/** Each kill starts a process, a third of a second of work: 200 of them in `npm run test:heavy`. */
const kills = process.env.PCM_TEST_HEAVY ? 200 : 15;

test('killed at random moments, the file opens with every unit cell old or new and the finished flash whole', async (t) => {
  t.timeout(600_000);
  const path = join(folder, 'killed');
  const profile = flashedProfile();
  const delays = integers(40);
  let before = [0];
  let first = 1;
  for (let kill = 0; kill < kills; kill++) {
    const finished = await flashUntilKilled(path, first, kill % 3, delays.next().value);
    const { chip, state } = keptChip(profile, path);
    const cores = Array.from({ length: profile.cores }, (_, core) => new Set(flashesOf(chip, core)));
    state.close();
    // a core is one change: its cells are all of one flash
    t.true(
      cores.every(({ size }) => size === 1),
      `kill ${kill}`,
    );
    const seen = cores.flatMap((flashes) => [...flashes]);
    // the flash under way may be done, and the next begun, before the child comes to say so
    const latest = (finished ?? first - 1) + 2;
    const old = finished === undefined ? before : [finished];
    t.true(
      seen.every((flash) => old.includes(flash) || (flash >= Math.max(first, latest - 1) && flash <= latest)),
      `kill ${kill}: ${seen} where ${finished} was done, ${first} the first, ${before} before`,
    );
    before = seen;
    first = Math.max(...seen) + 1;
  }
  t.true(first > kills / 2);
});
