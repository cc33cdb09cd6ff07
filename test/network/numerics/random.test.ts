import test from 'ava';
import fc from 'fast-check';
import { Random } from '../../../network/numerics/random.js';

test('xoshiro128** gives the published sequence for the state 1, 2, 3, 4', (t) => {
  const random = new Random(0);
  random.state = [1, 2, 3, 4];
  // Known answers of the reference implementation (also the tests of the crate rand_xoshiro)
  t.deepEqual(
    Array.from({ length: 10 }, () => random.uint32()),
    [11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804],
  );
});

test('seed and stream both change the sequence, and the same ones repeat it', (t) => {
  const draw = (seed: number, stream?: number) => {
    const random = new Random(seed, stream);
    return [random.uint32(), random.uint32()].join();
  };
  t.is(draw(1), draw(1, 0));
  t.is(new Set([draw(1), draw(2), draw(1, 1), draw(-1), draw(2 ** 40), draw(2 ** 40 + 1)]).size, 6);
  t.throws(() => new Random(0.5), { message: /integer/ });
});

test('a state that was kept continues the sequence', (t) => {
  const random = new Random(7);
  random.uint32();
  const { state } = random;
  const next = random.uint32();
  const other = new Random(8);
  other.state = state;
  t.is(other.uint32(), next);
});

test('sample gives different numbers below the limit', (t) => {
  fc.assert(
    fc.property(fc.integer(), fc.nat(50), fc.nat(50), (seed, a, b) => {
      const [count, limit] = a < b ? [a, b] : [b, a];
      const drawn = new Random(seed).sample(limit, count);
      return new Set(drawn).size === count && drawn.every((number) => number >= 0 && number < limit);
    }),
  );
  t.pass();
});

test('below is uniform', (t) => {
  const random = new Random(3);
  const counts = new Array<number>(7).fill(0);
  for (let draw = 0; draw < 70_000; draw++) counts[random.below(7)]++;
  // Chi-squared with 6 degrees of freedom: 22.5 is exceeded once in a thousand seeds
  const chiSquared = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
  t.true(chiSquared < 22.5, `${chiSquared}`);
});
