import { plainBackend } from '../../../emulator/index.js';
import test from 'ava';
import { Chip } from '../../../emulator/chip/chip.js';
import { SnapshotError } from '../../../emulator/chip/memory/image-declaration.js';
import { chipOf, defaults, finish, profileWith, wholeCore, windowOf } from './helpers.js';

const profile = profileWith('hermes', { rows: 12, columns: 9 });
const inputs = Int8Array.from({ length: 24 }, (_, i) => 5 * i - 60);

/** Answers of a chip to a few requests. */
function answers(chip: Chip, clock: { seconds: number }) {
  clock.seconds += 100;
  return [
    chip.multiply(0, 2, wholeCore(profile), 1, inputs).slice(),
    finish(chip.program(1, windowOf(0, 2, 0, 2), new Uint16Array(8).fill(9000), defaults)),
    chip.pulse(0, { rows: [1], columns: [2], polarities: [0], devices: [1], kinds: [1] }),
    chip.read(0, wholeCore(profile)),
    chip.multiply(0, 2, wholeCore(profile), 1, inputs).slice(),
    chip.counters(),
  ];
}

function used() {
  const made = chipOf(profile, 7);
  made.clock.seconds = 50;
  finish(made.chip.program(0, wholeCore(profile), new Uint16Array(216).fill(8000), defaults));
  answers(made.chip, made.clock);
  return made;
}

test('a restored chip answers the same bytes as the original', (t) => {
  const { chip, clock } = used();
  const snapshot = chip.snapshot();
  const expected = answers(chip, clock);
  t.is((clock.seconds = chip.restore(snapshot)), 150);
  t.deepEqual(answers(chip, clock), expected);
  const other = chipOf(profile, 7);
  other.clock.seconds = other.chip.restore(snapshot);
  t.deepEqual(answers(other.chip, other.clock), expected);
});

test('a snapshot that does not fit is refused and changes nothing', (t) => {
  const { chip } = used();
  const snapshot = chip.snapshot();
  const refused = (target: Chip, bytes: Uint8Array, why: RegExp) => {
    const before = target.snapshot();
    t.regex(t.throws(() => target.restore(bytes), { instanceOf: SnapshotError })!.message, why);
    t.deepEqual(target.snapshot(), before);
  };
  refused(chipOf(profile, 8).chip, snapshot, /--seed 7/);
  refused(chipOf(profileWith('hermes', { rows: 9, columns: 12 }), 7).chip, snapshot, /profile/);
  const pulses = { ...profile, programming: { ...profile.programming, mode: 'pulses' as const } };
  refused(chipOf(pulses, 7).chip, snapshot, /start the emulator with --programming statistical/);
  refused(chip, snapshot.subarray(0, -1), /cut short/);
  refused(chip, snapshot.slice(1), /not a snapshot/);
  refused(chip, new Uint8Array(0), /not a snapshot/);
  refused(chip, snapshot.with(4, 9), /another version/);
});

test('the changes a chip reports make a second one its equal', (t) => {
  const changes: Uint8Array[] = [];
  const clock = { seconds: 3 };
  const options = { seed: 7, now: () => clock.seconds };
  const chip = new Chip(profile, {
    ...options,
    backend: plainBackend(),
    onChange: (change) => changes.push(change),
  });
  finish(chip.program(0, wholeCore(profile), new Uint16Array(216).fill(8000), defaults));
  answers(chip, clock);
  chip.setColumnAffine(1, 4, Int16Array.of(77), Int16Array.of(-3));
  chip.setFault(0, { rows: [11], columns: [8], polarities: [1], devices: [1] }, 3);
  const other = new Chip(profile, { ...options, backend: plainBackend() });
  for (const change of changes) other.apply(change);
  t.deepEqual([other.state(0), other.state(1)], [chip.state(0), chip.state(1)]);
});
