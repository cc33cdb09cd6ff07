import test from 'ava';
import { PulseKind } from '../../../protocol/index.js';
import { chipOf, defaults, finish, integers, profileWith, wholeCore, windowOf } from './helpers.js';
import { rectified } from './published-models.js';

const pulsed = (name: string, changes = {}) => {
  const profile = profileWith(name, changes);
  profile.programming.mode = 'pulses';
  return profile;
};
const hermes = pulsed('hermes', { rows: 32, columns: 32 });
const PAIRS = 32 * 32;

/** Mean and standard deviation in microsiemens. */
function momentsOf(values: ArrayLike<number>) {
  const list = Array.from(values, (value) => value / 1000);
  const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
  const square = list.reduce((sum, value) => sum + value * value, 0) / list.length;
  return { mean, deviation: Math.sqrt(square - mean * mean) };
}

test('RESET and SET change a device as the pulse model does, in mean and deviation within 1 %', (t) => {
  const profile = profileWith('pcm-like', { rows: 256, columns: 256 });
  const { chip } = chipOf(profile, 2);
  const count = 65536;
  const all = {
    rows: Uint16Array.from({ length: count }, (_, i) => i >> 8),
    columns: Uint16Array.from({ length: count }, (_, i) => i & 255),
    polarities: new Uint8Array(count).fill(1),
    devices: new Uint8Array(count),
  };
  const minus = () => chip.state(0).conductance.subarray(count);
  const near = (what: string, mean: number, deviation: number) => {
    const got = momentsOf(minus());
    const errors = [got.mean / mean - 1, got.deviation / deviation - 1];
    t.true(
      errors.every((error) => Math.abs(error) < 0.01),
      `${what}: ${errors}`,
    );
  };
  chip.pulse(0, { ...all, kinds: new Uint8Array(count).fill(PulseKind.reset) });
  near('RESET', 0.1, 0.01);
  chip.pulse(0, { ...all, kinds: new Uint8Array(count).fill(PulseKind.set) });
  // from 0.1 uS: clipped at 0.1 from below
  const after = rectified(0.892 - 0.084 * 0.1, 0.575 + 0.09 * 0.1);
  near('first SET', 0.1 + after.mean, Math.sqrt(after.square - after.mean ** 2 + 0.01 ** 2 * 0.9));

  // nine more without drift between them, against the recursion in plain doubles
  for (let pulse = 0; pulse < 9; pulse++)
    chip.pulse(0, { ...all, kinds: new Uint8Array(count).fill(PulseKind.set) });
  const uniform = integers(2 ** 31, 99);
  const normal = () =>
    Math.sqrt(-2 * Math.log((uniform.next().value + 1) / 2 ** 31)) *
    Math.cos((2 * Math.PI * uniform.next().value) / 2 ** 31);
  const expected = Array.from({ length: 200_000 }, () => {
    let g = 0.1 * (1 + 0.1 * normal());
    for (let pulse = 0; pulse < 10; pulse++)
      g = Math.min(Math.max(g + 0.892 - 0.084 * g + (0.575 + 0.09 * g) * normal(), 0.1), 25);
    return 1000 * g;
  });
  const { mean, deviation } = momentsOf(expected);
  near('tenth SET', mean, deviation);
  t.deepEqual([chip.counters().setPulses, chip.counters().resetPulses], [10n * BigInt(count), BigInt(count)]);
  t.true(
    chip
      .state(0)
      .pulses.subarray(count)
      .every((pulses) => pulses === 11),
  );
});

test('a pulse starts the drift of its device again, with a new exponent', (t) => {
  const { chip, clock } = chipOf(hermes, 2);
  const device = { rows: [3], columns: [5], polarities: [0], devices: [1] };
  const at = PAIRS + 3 * 32 + 5;
  const seen = [10, 400].map((seconds) => {
    clock.seconds = seconds;
    chip.pulse(0, { ...device, kinds: [PulseKind.set] });
    const { programmedAt, exponent, conductance } = chip.state(0);
    t.is(programmedAt[at], seconds);
    t.is(conductance.filter((nanosiemens) => nanosiemens > 0).length, 1);
    return exponent[at];
  });
  t.not(seen[0], seen[1]);
});

/** Signed 4-bit levels as targets of a core of 1024 pairs. */
const levels = Uint16Array.from({ length: 2 * PAIRS }, (_, i) => {
  const level = ((i % PAIRS) % 15) - 7;
  return (Math.max(i < PAIRS ? level : -level, 0) * 20700) / 7;
});

test('program-and-verify brings a pair within the tolerance and reports its cost', (t) => {
  const { chip } = chipOf(hermes, 6);
  const report = finish(chip.program(0, wholeCore(hermes), levels, defaults));
  t.is(report.pairs, PAIRS);
  t.true(report.converged > 0.98 * PAIRS);
  t.true(report.iterations > PAIRS && report.iterations < 40 * PAIRS);
  t.true(report.rmsError > 200 && report.rmsError < 800);
  const { conductance, pulses } = chip.state(0);
  t.is(
    pulses.reduce((sum, count) => sum + count, 0),
    report.setPulses + report.resetPulses,
  );
  // conductances that verify accepted are right but for its read noise: 0.13 + 0.03 G per device
  const errors = Array.from(levels, (target, i) => {
    const first = (i < PAIRS ? 0 : 2 * PAIRS) + (i % PAIRS);
    return conductance[first] + conductance[first + PAIRS] - target;
  });
  const within = errors.filter((error) => Math.abs(error) < 1000 + 3 * 560).length;
  t.true(within / errors.length > 0.98);
});

test('a tighter tolerance takes more pulses and leaves a smaller error', (t) => {
  const run = (tolerance: number) =>
    finish(chipOf(hermes, 6).chip.program(0, wholeCore(hermes), levels, { tolerance, maxIterations: 0 }));
  const [tight, loose] = [run(500), run(2000)];
  t.true(tight.setPulses > loose.setPulses);
  t.true(tight.rmsError < 0.7 * loose.rmsError);
});

test('a conductance that is too high is brought down by RESET', (t) => {
  const { chip } = chipOf(hermes, 6);
  finish(chip.program(0, wholeCore(hermes), new Uint16Array(2 * PAIRS).fill(15000, 0, PAIRS), defaults));
  const report = finish(chip.program(0, wholeCore(hermes), new Uint16Array(2 * PAIRS), defaults));
  t.is(report.converged, PAIRS);
  t.is(report.setPulses, 0);
  t.true(report.resetPulses >= PAIRS && report.resetPulses <= 2.2 * PAIRS);
  t.true(Math.max(...chip.state(0).conductance) < 10350);
});

test('the limit of iterations holds, and a dead device is reported', (t) => {
  const { chip } = chipOf(hermes, 6);
  const window = windowOf(4, 1, 4, 2);
  const targets = Uint16Array.of(20000, 20000, 0, 0);
  t.is(finish(chip.program(0, window, targets, { tolerance: 1000, maxIterations: 3 })).iterations, 6);
  chip.setFault(0, { rows: [4, 4], columns: [5, 5], polarities: [0, 0], devices: [0, 1] }, 3);
  const report = finish(chip.program(0, window, targets, { tolerance: 1500, maxIterations: 200 }));
  t.is(report.converged, 1);
  t.true(report.iterations > 200);
});

test('pulse by pulse too, order and parts do not matter', (t) => {
  const [whole, parts] = [chipOf(hermes, 6).chip, chipOf(hermes, 6).chip];
  const targets = Uint16Array.of(9000, 0, 3000, 18000, 0, 12000, 0, 0);
  finish(whole.program(1, windowOf(2, 1, 3, 4), targets, defaults));
  for (const column of [3, 0, 2, 1])
    finish(
      parts.programCells(
        1,
        { rows: [2], columns: [3 + column] },
        Uint16Array.of(targets[column], targets[4 + column]),
        defaults,
      ),
    );
  t.deepEqual(parts.state(1), whole.state(1));
});
