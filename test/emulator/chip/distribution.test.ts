import test from 'ava';
import type { Chip } from '../../../emulator/chip/chip.js';
import { loadProfile } from '../../../emulator/node/load-profile.js';
import { chipOf, defaults, finish, wholeCore } from './helpers.js';
import { exponentMoments, programmedMoments, publishedModels, readMoments } from './published-models.js';

const HOUR = 3600;
const DAY = 24 * HOUR;
const ages = { '1 s': 1, '1 h': HOUR, '1 day': DAY, '30 days': 30 * DAY, '1 year': 365 * DAY };
const relativeTargets = [0, 0.02, 0.1, 0.2, 0.4, 0.6, 0.8, 1];

/** Programmed conductances of the polarities of core 0, nS. */
function programmed(chip: Chip): Uint16Array {
  const { devicesPerPolarity, pairs } = chip.model;
  const { conductance } = chip.state(0);
  return Uint16Array.from({ length: 2 * pairs }, (_, i) => {
    const first = Math.floor(i / pairs) * devicesPerPolarity * pairs + (i % pairs);
    let sum = 0;
    for (let device = 0; device < devicesPerPolarity; device++) sum += conductance[first + device * pairs];
    return sum;
  });
}

/** Sums from which mean and standard deviation follow. */
class Sample {
  count = 0;
  sum = 0;
  squares = 0;

  add(values: Uint16Array, unit: number) {
    for (const value of values) {
      this.sum += value * unit;
      this.squares += (value * unit) ** 2;
    }
    this.count += values.length;
  }

  get moments() {
    const mean = this.sum / this.count;
    return { mean, deviation: Math.sqrt(this.squares / this.count - mean * mean) };
  }
}

// Near 0 the distributions are so skewed (kurtosis 40) that the sampling error of the deviation alone would
// be 0.9 %.
const repeats = (g: number) => (g === 0 ? 12 : g < 0.1 ? 4 : 1);

// 131,072 polarities a target and repeat, by the chip's own commands: program, let time pass, read.
for (const [name, model] of Object.entries(publishedModels))
  test(`${name}: mean and standard deviation are those published, within 1 %`, (t) => {
    const profile = loadProfile(name);
    const { chip, clock } = chipOf(profile, 3);
    const whole = wholeCore(profile);
    for (const g of relativeTargets) {
      const targets = new Uint16Array(2 * chip.model.pairs).fill(
        Math.round(g * profile.conductanceMax * 1000),
      );
      const expected = {
        programmed: programmedMoments(model, g),
        exponent: exponentMoments(model, g),
        ...Object.fromEntries(
          Object.entries(ages).map(([label, age]) => [label, readMoments(model, g, age)]),
        ),
      };
      const samples = Object.fromEntries(Object.keys(expected).map((label) => [label, new Sample()]));
      for (let repeat = 0; repeat < repeats(g); repeat++) {
        const begin = clock.seconds;
        finish(chip.program(0, whole, targets, defaults));
        samples.programmed.add(programmed(chip), 1 / 1000);
        samples.exponent.add(chip.state(0).exponent, 1 / 65536);
        for (const [label, age] of Object.entries(ages)) {
          clock.seconds = begin + age;
          samples[label].add(chip.read(0, whole), 1 / 1000);
        }
      }
      for (const [label, { mean, deviation }] of Object.entries(expected)) {
        const got = samples[label].moments;
        const errors = [got.mean / mean - 1, got.deviation / deviation - 1];
        t.true(
          errors.every((error) => Math.abs(error) < 0.01),
          `g ${g}, ${label}: errors of mean and deviation ${errors.join(', ')}`,
        );
      }
    }
  });
