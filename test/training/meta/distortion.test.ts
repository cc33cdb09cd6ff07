import test from 'ava';
import { Random } from '../../../network/numerics/random.js';
import {
  type AffineMap,
  compose,
  drawMapped,
  identity,
  mirrored,
  randomMap,
} from '../../../training/meta/distortion.js';

test('the identity keeps a drawing, a shift moves it, a mirror mirrors it, and the darker ink stays', (t) => {
  const drawing = Float32Array.from({ length: 25 }, (_, at) => at / 25);
  const drawn = (map: AffineMap, below = new Float32Array(25)) => {
    drawMapped(drawing, map, below, 0);
    return below;
  };
  t.deepEqual(drawn(identity), drawing);
  const firstRow = (map: AffineMap) => [...drawn(map).subarray(0, 5)].map((ink) => Math.round(ink * 25));
  t.deepEqual(firstRow(mirrored(identity)), [4, 3, 2, 1, 0]);
  t.deepEqual(firstRow({ ...identity, shift: [1, 0] }), [1, 2, 3, 4, 0]);
  t.deepEqual(drawn(identity, new Float32Array(25).fill(1)), new Float32Array(25).fill(1));
});

test('composed maps are one after the other', (t) => {
  const random = new Random(2);
  const maps = [1, 2].map(() => randomMap({ linear: 0.3, shift: 2 }, 1, random));
  const apply = ({ linear: [xx, xy, yx, yy], shift }: AffineMap, [x, y]: number[]) => [
    xx * x + xy * y + shift[0],
    yx * x + yy * y + shift[1],
  ];
  const expected = apply(maps[1], apply(maps[0], [3, -5]));
  const found = apply(compose(maps[0], maps[1]), [3, -5]);
  t.true(found.every((value, at) => Math.abs(value - expected[at]) < 1e-9));
});
