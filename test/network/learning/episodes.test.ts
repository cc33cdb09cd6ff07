import test from 'ava';
import fc from 'fast-check';
import type { DrawingClass } from '../../../network/learning/classes.js';
import { sampleEpisode } from '../../../network/learning/episodes.js';
import { DataError } from '../../../network/learning/errors.js';
import { Random } from '../../../network/numerics/random.js';

/** Classes whose drawings are one pixel: class + drawing / 100. */
function classesOf(count: number, drawings: number): DrawingClass[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `class ${index}`,
    drawings: Array.from({ length: drawings }, (_, number) => Float32Array.of(index + number / 100)),
    files: Array.from({ length: drawings }, (_, number) => `${index}/${number}`),
  }));
}

test('ways, shots and queries are kept; labels are right; no drawing is used twice', (t) => {
  const size = {
    ways: fc.integer({ min: 1, max: 8 }),
    shots: fc.integer({ min: 1, max: 5 }),
    queries: fc.nat(5),
  };
  fc.assert(
    fc.property(fc.record(size), fc.integer(), (size, seed) => {
      const episode = sampleEpisode(classesOf(8, 10), size, new Random(seed));
      t.is(new Set(episode.classes).size, size.ways);
      t.is(episode.support.length, size.ways * size.shots);
      t.is(episode.query.length, size.ways * size.queries);
      const examples = [...episode.support, ...episode.query];
      t.is(new Set(examples.map(({ drawing }) => drawing[0])).size, examples.length);
      for (const { drawing, label } of examples)
        t.is(`class ${Math.floor(drawing[0] + 1e-4)}`, episode.classes[label]);
    }),
  );
});

test('a seed draws the same task on every platform', (t) => {
  const { classes, support } = sampleEpisode(
    classesOf(57, 20),
    { ways: 3, shots: 2, queries: 1 },
    new Random(1),
  );
  t.deepEqual(classes, ['class 29', 'class 21', 'class 23']);
  t.deepEqual(
    support.map(({ drawing }) => Math.round(drawing[0] * 100)),
    [2910, 2901, 2109, 2106, 2304, 2305],
  );
});

test('too little data is refused with the numbers', (t) => {
  const draw = (ways: number, shots: number, queries: number) => () =>
    sampleEpisode(classesOf(4, 10), { ways, shots, queries }, new Random(1));
  t.throws(draw(5, 1, 1), { instanceOf: DataError, message: /5 ways .* only 4/ });
  t.throws(draw(2, 8, 3), { instanceOf: DataError, message: /11 drawings.*class 0 has only 10/ });
});
