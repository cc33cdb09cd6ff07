import test from 'ava';
import { chipOf, defaults, finish, profileWith, wholeCore, windowOf } from './helpers.js';

const constant = (value: number) => [{ form: 'polynomial' as const, coefficients: [value] }];

/** A row of devices at 20 uS that neither drift nor scatter, and a converter that resolves their noise. */
function quietProfile(columns: number, fastOctaves: number) {
  return profileWith('ideal', {
    cores: 1,
    rows: 1,
    columns,
    readNoise: { relative: constant(0.01), readTime: 5e-7, fastOctaves },
    adc: { bits: 16, fullScaleCells: 1.5, gainDeviation: 0, offsetDeviation: 0 },
    digital: { fractionBits: 15 },
  });
}

/** A chip of such a row, its scale just below one. */
function quietChip(columns: number, fastOctaves: number) {
  const profile = quietProfile(columns, fastOctaves);
  const made = chipOf(profile, 11);
  finish(
    made.chip.program(0, wholeCore(profile), new Uint16Array(2 * columns).fill(20000, 0, columns), defaults),
  );
  made.chip.setColumnAffine(0, 0, new Int16Array(columns).fill(32767), new Int16Array(columns));
  const full = Int8Array.of(127);
  const multiply = () => made.chip.multiply(0, 1, wholeCore(profile), 1, full).slice();
  return { ...made, multiply };
}

/** Power of a series at the bins k of its transform, by Hann's window, relative to its mean. */
function periodogram(series: Float64Array, bins: number[]): number[] {
  const count = series.length;
  const mean = series.reduce((sum, x) => sum + x, 0) / count;
  const windowed = series.map((x, i) => (x / mean - 1) * Math.sin((Math.PI * i) / count) ** 2);
  return bins.map((bin) => {
    // Goertzel's recurrence: the transform at one bin
    const twice = 2 * Math.cos((2 * Math.PI * bin) / count);
    let a = 0;
    let b = 0;
    for (const x of windowed) [a, b] = [x + twice * a - b, a];
    return a * a + b * b - twice * a * b;
  });
}

test('successive multiplications have noise with the spectrum 1/f over four decades', (t) => {
  const count = 2 ** 16;
  const columns = 48;
  const { clock, multiply } = quietChip(columns, 0);
  const series = Array.from({ length: columns }, () => new Float64Array(count));
  const period = 2 * 5e-7;
  const start = 2 ** 26;
  for (let i = 0; i < count; i++) {
    clock.seconds = (start + i + 0.5) * period;
    for (const [column, code] of multiply().entries()) series[column][i] = code;
  }
  const bins = Array.from({ length: 41 }, (_, i) => Math.round(3 * 10 ** (i / 10)));
  const power = new Float64Array(bins.length);
  for (const column of series)
    for (const [i, p] of periodogram(column, bins).entries()) power[i] += p / columns;

  const x = bins.map((bin) => Math.log10(bin));
  const y = [...power].map((p) => Math.log10(p));
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const slope = mean(x.map((xi, i) => (xi - mx) * (y[i] - my))) / mean(x.map((xi) => (xi - mx) ** 2));
  t.true(Math.abs(slope + 1) < 0.1, `slope ${slope}`);

  // and its height: one-sided density Q^2 / f, with Q = 0.01
  const density = [...power].map(
    (p, i) => ((2 * period) / (count * 0.375)) * p * (bins[i] / (count * period)),
  );
  const height = 10 ** mean(density.map((d) => Math.log10(d / 1e-4)));
  t.true(Math.abs(height - 1) < 0.15, `height ${height}`);
});

test('within a cell of the clock the slow part stays, and the fast part is independent', (t) => {
  const columns = 512;
  const { clock, multiply } = quietChip(columns, 12);
  const period = 2 * 5e-7 * 2 ** 12;
  const correlation = (from: number, to: number) => {
    clock.seconds = from;
    const before = multiply();
    clock.seconds = to;
    const after = multiply();
    const centred = (codes: Int16Array) => {
      const mean = codes.reduce((sum, code) => sum + code, 0) / columns;
      return Float64Array.from(codes, (code) => code - mean);
    };
    const [a, b] = [centred(before), centred(after)];
    const product = (u: Float64Array, v: Float64Array) => u.reduce((sum, x, i) => sum + x * v[i], 0);
    return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
  };
  // variances: fast 12 octaves; slow ln(t / period) / ln 2 of them
  const t0 = 300;
  const slow = (age: number) => Math.log2((age + t0) / period);
  const expected = slow(1000) / (12 + slow(1000));
  t.true(Math.abs(correlation(1000.0001, 1000.0002) - expected) < 0.06);
  // a year later nothing but the slowest octaves is left
  t.true(correlation(2000, 3e7) < 0.2);
});

test('the fast noise of a column has the variance of independent noise on every device', (t) => {
  const profile = profileWith('ideal', {
    rows: 64,
    columns: 40,
    readNoise: { relative: constant(0.02), readTime: 5e-7, fastOctaves: 20 },
    adc: { bits: 14, fullScaleCells: 4, gainDeviation: 0, offsetDeviation: 0 },
  });
  const { chip } = chipOf(profile, 5);
  const pairs = 64 * 40;
  const targets = Uint16Array.from({ length: 2 * pairs }, (_, i) => (i * 7919) % 20000);
  finish(chip.program(0, wholeCore(profile), targets, defaults));
  const input = Int8Array.from({ length: 64 }, (_, row) => ((row * 37) % 41) - 20);
  const batch = 3000;
  const inputs = new Int8Array(batch * 64);
  for (let vector = 0; vector < batch; vector++) inputs.set(input, vector * 64);
  const codes = chip.multiply(0, 1, windowOf(0, 64, 0, 40), batch, inputs);
  const step = (4 * 25000 * 127) / 2 ** 13;
  let ratio = 0;
  for (let column = 0; column < 40; column++) {
    let expected = 1 / 12;
    for (let row = 0; row < 64; row++)
      for (const target of [targets[row * 40 + column], targets[pairs + row * 40 + column]])
        expected += ((input[row] * target * 0.02) / step) ** 2 * 20 * Math.LN2;
    let [sum, squares] = [0, 0];
    for (let vector = 0; vector < batch; vector++) {
      const code = codes[vector * 40 + column];
      sum += code;
      squares += code * code;
    }
    const variance = squares / batch - (sum / batch) ** 2;
    t.true(Math.abs(variance / expected - 1) < 0.12, `column ${column}: ${variance} for ${expected}`);
    ratio += variance / expected / 40;
  }
  t.true(Math.abs(ratio - 1) < 0.015, `mean ratio ${ratio}`);
});
