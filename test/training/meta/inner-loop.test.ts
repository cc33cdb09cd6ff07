import test from 'ava';
import { Random } from '../../../network/numerics/random.js';
import { metaGradient, type LabelledFeatures } from '../../../training/meta/inner-loop.js';

const WAYS = 3;
const loop = { updates: 4, rate: 0.3, sharpness: 2 };

function task() {
  const random = new Random(1);
  const set = (shots: number): LabelledFeatures => ({
    features: Array.from({ length: WAYS * shots }, () =>
      Float32Array.from({ length: 8 }, () => random.uniform()),
    ),
    labels: Array.from({ length: WAYS * shots }, (_, index) => Math.floor(index / shots)),
  });
  return { support: set(2), query: set(3) };
}

/** The loss with one feature moved. */
function lossWith(set: 'support' | 'query', example: number, index: number, by: number): number {
  const moved = task();
  moved[set].features[example][index] += by;
  return metaGradient(moved.support, moved.query, WAYS, loop).loss;
}

test('gradients through all four updates are those of finite differences', (t) => {
  const { support, query } = task();
  const found = metaGradient(support, query, WAYS, loop);
  for (const set of ['support', 'query'] as const) {
    for (const [example, gradient] of found[set].entries()) {
      for (const index of [0, 3, 7]) {
        const slope = (lossWith(set, example, index, 1e-2) - lossWith(set, example, index, -1e-2)) / 2e-2;
        t.true(
          Math.abs(slope - gradient[index]) < 2e-5,
          `${set} ${example} ${index}: ${slope} ${gradient[index]}`,
        );
      }
    }
  }
});

test('the gradient of the rate is that of finite differences', (t) => {
  const { support, query } = task();
  const lossAt = (rate: number) => metaGradient(support, query, WAYS, { ...loop, rate }).loss;
  const slope = (lossAt(0.31) - lossAt(0.29)) / 0.02;
  t.true(Math.abs(slope - metaGradient(support, query, WAYS, loop).rate) < 1e-4);
});

test('the gradient of the sharpness is that of finite differences, and it does not change who wins', (t) => {
  const { support, query } = task();
  const at = (sharpness: number) => metaGradient(support, query, WAYS, { ...loop, sharpness });
  t.true(Math.abs((at(2.01).loss - at(1.99).loss) / 0.02 - at(2).sharpness) < 1e-4);
  t.is(at(9).accuracy, at(1).accuracy);
});

test('the support gradient is of second order: it differs from holding the head fixed', (t) => {
  const { support, query } = task();
  t.true(
    metaGradient(support, query, WAYS, loop)
      .support.flatMap((row) => [...row])
      .some((value) => Math.abs(value) > 1e-3),
  );
});
