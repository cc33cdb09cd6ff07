import { readFileSync } from 'node:fs';
import test from 'ava';
import { createConverters } from '../../../emulator/chip/crossbar/converters.js';
import { plainBackend } from '../../../emulator/chip/plain-backend.js';
import { Draws, Purpose } from '../../../emulator/chip/devices/draws.js';
import { normalOfWord, normalTable } from '../../../emulator/numerics/normal.js';
import { loadProfile } from '../../../emulator/node/load-profile.js';
import { chipOf, defaults, finish, windowOf } from './helpers.js';

/** The worked example of docs/emulator.md, by hand: the platform's functions, the published formulas. */
test('the chip answers as in the worked example of the specification', (t) => {
  const document = readFileSync('docs/emulator.md', 'utf8')
    .replace(/ +/g, ' ')
    .split('## One multiplication by hand')[1];
  const shown = (value: string | number, digits = 0) => {
    const text = typeof value === 'number' ? value.toFixed(digits) : value;
    t.true(document.includes(text), `docs/emulator.md does not show ${text}`);
  };
  const { chip, clock } = chipOf(loadProfile('hermes'), 1);
  const window = windowOf(0, 2, 5, 1);
  finish(chip.program(0, window, Uint16Array.of(14786, 0, 0, 8871), defaults));
  clock.seconds = 3600;
  const draws = new Draws(1, 0);
  const words = (...draw: Parameters<Draws['draw']>) => [...draws.draw(...draw)];
  const hex = (list: number[]) => list.map((word) => word.toString(16).padStart(8, '0')).join(' ');

  const period = 2 * 512e-9 * 2 ** 20;
  const cell = Math.floor(3600 / period);
  const age = cell * period;
  shown(cell);
  shown(age, 4);
  const variance = Math.log((age + 300 + 512e-9) / period);
  const octaves = Math.ceil(variance / Math.LN2);
  const amplitude = Math.sqrt(variance / octaves);
  shown(`${variance.toFixed(6)}, ${octaves}, ${amplitude.toFixed(6)}`);

  const deviationOf = (g: number) =>
    1000 * (0.16603222 + 4.71806468 * g - 8.48101252 * g ** 2 + 4.68961419 * g ** 3);
  const meanOf = (g: number) => 0.0736 - 0.0126 * g - 0.0436 * g * g;
  const exponentDeviationOf = (g: number) => 0.0073 + 0.0093 * g - 0.0118 * g * g;
  const noiseOf = (g: number) => 0.0123 + 0.0211 * g - 0.028 * g * g + 0.0069 * g ** 3;
  // the maximum Q G below 1.25 G_max, for the unit of variance
  const maxNoise = Math.max(
    ...Array.from({ length: 25875 }, (_, G) => G * (G < 3312 ? 0 : noiseOf(G / 20700))),
  );
  const maxVariance = 2 * maxNoise ** 2 * 20 * Math.LN2;

  const rows = [
    { pair: 5, polarity: 0, target: 14786 },
    { pair: 261, polarity: 1, target: 8871 },
  ].map(({ pair, polarity, target }) => {
    const drawn = words(Purpose.program, pair, 0);
    shown(hex(drawn));
    const z = normalOfWord(drawn[polarity]);
    const g = target / 20700;
    const programmed = Math.round(target + deviationOf(g) * z);
    const exponent = Math.round(
      Math.abs(meanOf(g) + exponentDeviationOf(g) * normalOfWord(drawn[2 + polarity])) * 65536,
    );
    const drifted = programmed * ((age + 300) / 300) ** (-exponent / 65536);
    const relative = noiseOf(programmed / 20700);
    let sum = 0;
    for (let octave = 0; octave < octaves; octave++) {
      const phase = octave === 0 ? 0 : words(Purpose.slowPhase, octave, 0)[0] >>> (32 - octave);
      const group = polarity * 512 + Math.floor(pair / 128);
      const index = Math.floor((cell + phase) / 2 ** octave);
      const bits = words(Purpose.slowNoise, octave * 2 ** 24 + group, index);
      sum += (bits[Math.floor((pair % 128) / 32)] >>> (pair % 32)) & 1 ? 1 : -1;
    }
    const slow = drifted * (1 + relative * amplitude * sum);
    const code = Math.round(((drifted * relative) ** 2 * 20 * Math.LN2 * 511) / maxVariance);
    shown(z, 6);
    shown(deviationOf(g), 4);
    shown(`${programmed} = ${Math.ceil(programmed / 2)} + ${Math.floor(programmed / 2)}`);
    for (const number of [exponent, sum, code]) shown(`| ${number} |`);
    shown(drifted, 2);
    shown(relative, 6);
    shown(slow, 2);
    return { effective: Math.round(slow) * (polarity === 0 ? 1 : -1), code };
  });

  const sum = 100 * rows[0].effective - 50 * rows[1].effective;
  const variances = 10000 * rows[0].code + 2500 * rows[1].code;
  shown(`= ${sum}`);
  shown(`= ${variances}`);
  const drawn = words(Purpose.multiply, 0, 0);
  shown(hex(drawn));
  const entry = normalTable[(drawn[2] >>> 16) & 4095];
  shown(entry);
  const noise = (Math.sqrt(variances) * Math.sqrt(maxVariance / 511) * entry) / 4096;
  shown(noise, 2);
  const { gain, offset } = createConverters(chip.model, new Draws(1, 0), plainBackend().allocate);
  shown(offset[5], 6);
  const analog = (sum + noise) * gain[5] + offset[5];
  shown(`= ${analog.toFixed(2)}`);

  const codes = chip.multiply(0, 1, window, 1, Int8Array.of(100, -50));
  t.deepEqual(
    [...codes, ...[5, 261].map((pair) => chip.matrix(0).conductance[pair])],
    [Math.round(analog), ...rows.map(({ effective }) => effective)],
  );
  shown(`the code is ${codes[0]}.`);
});
