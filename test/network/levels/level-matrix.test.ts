import test from 'ava';
import fc from 'fast-check';
import { quantise } from '../../../network/levels/levels.js';
import { levelMatrix, targetPair } from '../../../network/levels/level-matrix.js';

const anyWeights = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 9 }))
  .chain(([outputs, inputs]) =>
    fc
      .array(fc.float({ noNaN: true, noDefaultInfinity: true, min: -8, max: 8 }), {
        minLength: outputs * inputs,
        maxLength: outputs * inputs,
      })
      .map((data) => ({ shape: [outputs, inputs], data: Float32Array.from(data) })),
  );

test('level times unit is the weight to half a unit, and equals the weights of the 4-bit software network', (t) => {
  fc.assert(
    fc.property(anyWeights, fc.option(fc.constant(8), { nil: undefined }), (weights, range) => {
      const { inputs, levels, unit } = levelMatrix(weights, range);
      const quantised = quantise(weights, range).data;
      for (const [index, level] of levels.entries()) {
        const step = unit[Math.floor(index / inputs)];
        const error = Math.abs(level * step - weights.data[index]);
        if (error > step * 0.5001 || Math.abs(level * step - quantised[index]) > step * 1e-5)
          t.fail(`${weights.data[index]} became level ${level} of ${step}`);
      }
      t.pass();
    }),
    { seed: 1 },
  );
});

test('the largest weight of each column takes the outermost level; weights beyond a given range do too', (t) => {
  const weights = { shape: [2, 3], data: Float32Array.of(1, -2, 0, 30, 10, 0) };
  t.deepEqual([...levelMatrix(weights).levels], [4, -7, 0, 7, 2, 0]);
  t.deepEqual([...levelMatrix(weights, 2).levels], [4, -7, 0, 7, 7, 0]);
});

test('a level is a pair of conductances of which one is 0, in seven equal steps to the maximum', (t) => {
  t.deepEqual(targetPair(7, 25_000), [25_000, 0]);
  t.deepEqual(targetPair(-7, 25_000), [0, 25_000]);
  t.deepEqual(targetPair(0, 25_000), [0, 0]);
  t.deepEqual(targetPair(3, 20_700), [8871, 0]);
});
