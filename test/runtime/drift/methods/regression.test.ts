import test from 'ava';
import fc from 'fast-check';
import { fitAffine, fitScale, shrink } from '../../../../runtime/drift/methods/regression.js';
import { Random } from '../../../../network/numerics/random.js';

const answers = fc.float64Array({ min: -500, max: 500, noNaN: true, minLength: 4, maxLength: 40 });

test('a straight line is found exactly, without uncertainty', (t) => {
  fc.assert(
    fc.property(answers, fc.double({ min: 0.5, max: 3, noNaN: true }), (present, scale) => {
      const spread = Math.max(...present) - Math.min(...present);
      fc.pre(spread > 1);
      const affine = fitAffine(
        present.map((x) => scale * x + 7),
        present,
      );
      t.true(Math.abs(affine.scale - scale) < 1e-6 && Math.abs(affine.offset - 7) < 1e-3);
      t.true(affine.scaleError < 1e-4);
      const through = fitScale(
        present.map((x) => scale * x),
        present,
      );
      t.true(Math.abs(through.scale - scale) < 1e-9 && through.offset === 0);
    }),
  );
});

test('a column that answers nothing, or the contrary, is left as it is', (t) => {
  const present = Float64Array.of(1, -2, 3, 4);
  for (const expected of [present.map((x) => -x), new Float64Array(4)])
    t.deepEqual(fitScale(expected, present), { scale: 1, scaleError: Infinity, offset: 0 });
  t.is(fitScale(present, new Float64Array(4)).scale, 1);
});

test('the standard error says how far a scale lies from the truth', (t) => {
  const random = new Random(5);
  const noise = () => random.between(-30, 30);
  let covered = 0;
  const trials = 1000;
  for (let trial = 0; trial < trials; trial++) {
    const present = Float64Array.from({ length: 64 }, () => random.between(-200, 200));
    const { scale, scaleError } = fitAffine(
      present.map((x) => 1.5 * x + 3 + noise()),
      present,
    );
    if (Math.abs(scale - 1.5) <= 1.96 * scaleError) covered++;
  }
  t.true(covered > 0.92 * trials && covered < 0.97 * trials, `${covered} of ${trials}`);
});

test('scales shrink to their mean if they differ by no more than their errors, and not at all if they have none', (t) => {
  const fit = (scale: number, scaleError: number) => ({ scale, scaleError, offset: 0 });
  const alike = shrink([fit(1.0, 0.2), fit(1.1, 0.2), fit(1.2, 0.2), fit(9, Infinity)]);
  for (const scale of alike) t.true(Math.abs(scale - 1.1) < 1e-12);
  const sure = shrink([fit(1, 1e-6), fit(1.5, 1e-6), fit(2, 1e-6)]);
  for (const [index, scale] of sure.entries()) t.true(Math.abs(scale - [1, 1.5, 2][index]) < 1e-6);
  const [low, , high] = shrink([fit(1, 0.3), fit(1.5, 0.3), fit(2, 0.3)]);
  t.true(low > 1 && low < 1.5 && high < 2 && high > 1.5);
});
