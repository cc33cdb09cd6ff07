import test from 'ava';
import { type NoiseOf, plainBackend, Purpose, SnapshotError } from '../../../emulator/index.js';
import { createEmulatedBoard, loadProfile, nodeBackend } from '../../../emulator/node/index.js';
import { defaults, finish, windowOf } from './helpers.js';

const AMPLITUDE = 0.1;
const PERIOD = 5;

/**
 * Random telegraph noise on top of the profile's: each polarity is 10 % up or down, and may change every 5 s.
 */
const telegraphNoise: NoiseOf = (base, { pairs, slowPeriod, draws }) => ({
  ...base,
  name: 'telegraph',
  read(at) {
    const { deviation, slow } = base.read(at);
    const count = Math.floor((at.cell * slowPeriod) / PERIOD);
    const [word] = draws.draw(Purpose.custom, at.polarity * pairs + at.pair, count);
    return { deviation, slow: slow + at.drifted * (word & 1 ? AMPLITUDE : -AMPLITUDE) };
  },
});

const window = windowOf(0, 16, 0, 24);
const targets = new Uint16Array(2 * 16 * 24).fill(10_000, 0, 16 * 24);

function boardOf(name: string, backend = plainBackend(), noise: NoiseOf | null = telegraphNoise) {
  const board = createEmulatedBoard({
    profile: { ...loadProfile(name), rows: 16, columns: 24 },
    seed: 4,
    backend,
    noise: noise ?? undefined,
  });
  finish(board.chip.program(0, window, targets, defaults));
  return board;
}

test('a noise model from outside: devices that neither drift nor scatter are on one of two levels', (t) => {
  const { chip, clock } = boardOf('ideal');
  const read = () => chip.read(0, window).subarray(0, 16 * 24);
  const first = read();
  t.deepEqual([...new Set(first)].sort(), [11_000, 9_000]);
  clock.advance(PERIOD - 1);
  t.deepEqual(read(), first);
  clock.advance(2);
  t.notDeepEqual(read(), first);
});

test('the backend with kernels computes it as the plain one', (t) => {
  const answers = ['hermes', 'hermes-thermal'].map((name) =>
    [plainBackend(), nodeBackend({ threaded: false })].map((backend) => {
      const { chip, clock } = boardOf(name, backend);
      const inputs = Int8Array.from({ length: 3 * 16 }, (_, i) => 5 * i - 100);
      return [1, 1000, 1e6].map((seconds) => {
        clock.advance(seconds);
        const codes = chip.multiply(0, 1, window, 3, inputs).slice();
        const cells = { rows: [1], columns: [2] };
        finish(chip.programCells(0, cells, Uint16Array.of(3_000, 9_000), defaults));
        return [codes, chip.multiply(0, 1, window, 3, inputs).slice(), chip.read(0, window)];
      });
    }),
  );
  for (const [plain, fast] of answers) t.deepEqual(fast, plain);
  const [[hermes]] = answers;
  const usual = boardOf('hermes', plainBackend(), null);
  usual.clock.advance(1);
  t.notDeepEqual(
    usual.chip.multiply(
      0,
      1,
      window,
      3,
      Int8Array.from({ length: 48 }, (_, i) => 5 * i - 100),
    ),
    hermes[0][0],
  );
});

test('a snapshot fits only chips with the same noise model', (t) => {
  const snapshot = boardOf('hermes').snapshot();
  t.notThrows(() => boardOf('hermes').restore(snapshot));
  const usual = boardOf('hermes', plainBackend(), null);
  t.throws(() => usual.restore(snapshot), { instanceOf: SnapshotError, message: /noise model/ });
});
