import test from 'ava';
import { chipOf, copyOf, defaults, finish, integers, profileWith, wholeCore, windowOf } from './helpers.js';

const ideal = profileWith('ideal', { cores: 3, rows: 20, columns: 30 });
const hermes = profileWith('hermes', { rows: 20, columns: 30 });

function targetsOf(count: number, most: number, seed = 1) {
  const random = integers(most, seed);
  return Uint16Array.from({ length: count }, () => random.next().value);
}

function inputsOf(count: number, seed = 2) {
  const random = integers(255, seed);
  return Int8Array.from({ length: count }, () => random.next().value - 127);
}

test('the ideal chip multiplies exactly: integer sums, one rounding, saturation', (t) => {
  const { chip } = chipOf(ideal);
  const targets = Array.from({ length: 3 }, (_, core) => targetsOf(1200, 25001, core + 1));
  for (const [core, list] of targets.entries()) finish(chip.program(core, wholeCore(ideal), list, defaults));
  const [rows, columns, batch] = [11, 17, 5];
  const inputs = inputsOf(batch * 2 * rows);
  const codes = chip.multiply(1, 2, windowOf(3, rows, 7, columns), batch, inputs);
  const step = (20 * 25000 * 127) / 2 ** 13;
  for (let vector = 0; vector < batch; vector++)
    for (let core = 0; core < 2; core++)
      for (let column = 0; column < columns; column++) {
        let sum = 0;
        for (let row = 0; row < rows; row++) {
          const pair = (3 + row) * 30 + 7 + column;
          const weight = targets[1 + core][pair] - targets[1 + core][600 + pair];
          sum += inputs[(vector * 2 + core) * rows + row] * weight;
        }
        const code = Math.max(-8192, Math.min(8191, Math.round(sum / step)));
        t.is(codes[(vector * 2 + core) * columns + column], code);
      }
});

test('the converter and the digital unit saturate, scale and round as specified', (t) => {
  const { chip } = chipOf(ideal);
  const targets = new Uint16Array(1200).fill(25000, 0, 600);
  finish(chip.program(0, wholeCore(ideal), targets, defaults));
  const whole = wholeCore(ideal);
  const extremes = chip.multiply(0, 1, whole, 2, new Int8Array(40).fill(127, 0, 20).fill(-127, 20));
  t.deepEqual([extremes[0], extremes[30]], [8191, -8192]);
  // 10 cells at full input are half of full scale: 4096 codes
  const half = new Int8Array(20).fill(127, 0, 10);
  chip.setColumnAffine(0, 1, Int16Array.of(4096, -8192, 3, 32767, 0), Int16Array.of(0, 5, 0, 20000, -7));
  t.deepEqual([...chip.multiply(0, 1, windowOf(0, 20, 0, 6), 1, half)], [4096, 2048, -4091, 2, 32767, -7]);
  t.deepEqual(chip.columnAffine(0, 0, 3), {
    scales: Int16Array.of(8192, 4096, -8192),
    offsets: Int16Array.of(0, 0, 5),
  });
});

test('the ideal chip reads back the programmed targets', (t) => {
  const { chip, clock } = chipOf(ideal);
  const targets = targetsOf(2 * 4 * 5, 25001);
  const window = windowOf(2, 4, 3, 5);
  const report = finish(chip.program(1, window, targets, defaults));
  t.deepEqual(report, {
    pairs: 20,
    converged: 20,
    iterations: 20,
    setPulses: 0,
    resetPulses: 0,
    rmsError: 0,
  });
  clock.seconds = 1e7;
  t.deepEqual(chip.read(1, window), targets);
  t.deepEqual(chip.read(1, windowOf(0, 1, 0, 1)), Uint16Array.of(0, 0));
});

test('programming cell by cell, in any order and in parts, gives the same bits as a window', (t) => {
  const whole = chipOf(hermes).chip;
  const parts = chipOf(hermes).chip;
  const targets = targetsOf(2 * 12, 20001);
  finish(whole.program(0, windowOf(1, 3, 2, 4), targets, defaults));
  const order = [7, 3, 11, 0, 1, 10, 2, 9, 4, 5, 8, 6];
  for (const part of [order.slice(0, 5), order.slice(5)])
    finish(
      parts.programCells(
        0,
        {
          rows: part.map((cell) => 1 + Math.floor(cell / 4)),
          columns: part.map((cell) => 2 + (cell % 4)),
        },
        Uint16Array.from([...part.map((cell) => targets[cell]), ...part.map((cell) => targets[12 + cell])]),
        defaults,
      ),
    );
  t.deepEqual(parts.state(0), whole.state(0));
  const inputs = inputsOf(3 * 20);
  t.deepEqual(
    parts.multiply(0, 1, wholeCore(hermes), 3, inputs),
    whole.multiply(0, 1, wholeCore(hermes), 3, inputs),
  );
});

test('a batch answers as its vectors one by one, and a column as in any window', (t) => {
  const make = () => {
    const made = chipOf(hermes, 5n << 40n);
    finish(made.chip.program(0, wholeCore(hermes), targetsOf(1200, 20001), defaults));
    made.clock.seconds = 1000;
    return made.chip;
  };
  const inputs = inputsOf(6 * 20);
  const together = make().multiply(0, 1, wholeCore(hermes), 6, inputs);
  const apart = make();
  for (let vector = 0; vector < 6; vector++)
    t.deepEqual(
      apart.multiply(0, 1, windowOf(0, 20, 5, 9), 1, inputs.subarray(vector * 20, vector * 20 + 20)),
      together.slice(vector * 30 + 5, vector * 30 + 14),
    );
  t.is(apart.counters().multiplications, 6n);
});

test('sparse re-programming leaves the effective matrix that a computation from scratch gives', (t) => {
  const { chip, clock } = chipOf(hermes);
  finish(chip.program(0, wholeCore(hermes), targetsOf(1200, 20001), defaults));
  clock.seconds = 5000;
  const inputs = inputsOf(20);
  const multiply = () => chip.multiply(0, 1, wholeCore(hermes), 1, inputs);
  multiply();
  const cells = { rows: [3, 4, 19], columns: [29, 0, 7] };
  finish(chip.programCells(0, cells, targetsOf(6, 20001, 9), defaults));
  const devices = { rows: [3], columns: [3], polarities: [1], devices: [0] };
  chip.pulse(0, { ...devices, kinds: [2] });
  multiply();
  const updated = copyOf(chip.matrix(0));
  chip.restore(chip.snapshot());
  multiply();
  t.deepEqual(chip.matrix(0), updated);
});

test('another seed or core is another individual; the same seed is the same', (t) => {
  const codes = (seed: number | bigint, core: number) => {
    const { chip } = chipOf(hermes, seed);
    finish(chip.program(core, wholeCore(hermes), targetsOf(1200, 20001), defaults));
    return chip.multiply(core, 1, wholeCore(hermes), 1, inputsOf(20)).join();
  };
  t.is(codes(1, 0), codes(1n + (1n << 64n), 0));
  const seen = [codes(1, 0), codes(2, 0), codes(1n + (1n << 32n), 0), codes(1, 1)];
  t.is(new Set(seen).size, 4);
});

test('faults: dead devices conduct nothing, stuck ones stay, whole ones can be programmed again', (t) => {
  const { chip } = chipOf(profileWith('ideal', { rows: 4, columns: 4 }));
  const at = (device: number) => ({ rows: [1], columns: [2], polarities: [0], devices: [device] });
  chip.setFault(0, at(0), 3);
  chip.setFault(0, at(1), 1);
  const window = windowOf(1, 1, 2, 1);
  const program = () => finish(chip.program(0, window, Uint16Array.of(20000, 3000), defaults));
  t.is(program().converged, 0);
  t.deepEqual([...chip.read(0, window)], [12500, 3000]);
  chip.setFault(0, at(0), 0);
  chip.setFault(0, at(1), 2);
  program();
  t.deepEqual([...chip.read(0, window)], [10100, 3000]);
  chip.setFault(0, at(1), 0);
  t.is(program().converged, 1);
});

test('the fractions of faulty devices are those of the profile', (t) => {
  const faults = { deadFraction: 0.1, stuckFraction: 0.03 };
  const { chip } = chipOf(profileWith('hermes', { faults }));
  const { fault } = chip.state(1);
  const share = (kind: number) => fault.filter((value) => value === kind).length / fault.length;
  t.true(Math.abs(share(3) - 0.1) < 0.002);
  t.true(Math.abs(share(1) - 0.03) < 0.002);
});

test('the wire takes most from the cells farthest from the converter', (t) => {
  const profile = profileWith('ideal', { rows: 100, columns: 1, wireResistance: 5 });
  const { chip } = chipOf(profile);
  finish(chip.program(0, wholeCore(profile), new Uint16Array(200).fill(20000, 0, 100), defaults));
  chip.multiply(0, 1, wholeCore(profile), 1, new Int8Array(100));
  const { conductance } = chip.matrix(0);
  t.is(conductance[0], Math.round(20000 / (1 + 20e-6 * 5 * 100)));
  t.is(conductance[99], Math.round(20000 / (1 + 20e-6 * 5)));
});
