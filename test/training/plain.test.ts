import test from 'ava';
import { Random } from '../../network/numerics/random.js';
import { adamStep, cosineRate, initialAdam, oneCycleRate } from '../../training/tensors/adam.js';
import { learningCurve } from '../../training/run/curve.js';
import {
  type AffineMap,
  compose,
  drawMapped,
  identity,
  mirrored,
  randomMap,
} from '../../training/meta/distortion.js';
import { meanWithInterval } from '../../training/meta/evaluate.js';

test('Adam’s first step is the rate, against the sign of the gradient; only weights decay', (t) => {
  const parameters = { 'a.weight': Float32Array.of(1, 1), 'a.bias': Float32Array.of(1, 1) };
  const gradients = { 'a.weight': Float32Array.of(5, -0.01), 'a.bias': Float32Array.of(5, -0.01) };
  adamStep(parameters, gradients, initialAdam(parameters), () => 0.1, 0.5);
  const rounded = (values: Float32Array) => [...values].map((value) => +value.toFixed(4));
  t.deepEqual(rounded(parameters['a.bias']), [0.9, 1.1]);
  t.deepEqual(rounded(parameters['a.weight']), [0.85, 1.05]);
});

test('Adam finds the minimum of a parabola', (t) => {
  const parameters = { x: Float32Array.of(3) };
  const state = initialAdam(parameters);
  for (let step = 0; step < 500; step++)
    adamStep(parameters, { x: Float32Array.of(2 * (parameters.x[0] - 1)) }, state, () => 0.05, 0);
  t.true(Math.abs(parameters.x[0] - 1) < 1e-2);
});

test('the one-cycle rate rises to its peak at 30 % and falls to nearly nothing', (t) => {
  t.is(oneCycleRate(0, 100, 1), 0.04);
  t.true(Math.abs(oneCycleRate(30, 100, 1) - 1) < 1e-9);
  t.true(oneCycleRate(99, 100, 1) < 2e-3);
  t.is(cosineRate(0, 100, 1), 0.2);
  t.true(cosineRate(50, 100, 1) < 0.51 && cosineRate(99, 100, 1) < 1e-3);
});

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

test('the interval is 1.96 standard errors', (t) => {
  const { accuracy, ci95 } = meanWithInterval([0, 1, 0, 1]);
  t.is(accuracy, 0.5);
  t.true(Math.abs(ci95 - (1.96 * Math.sqrt(1 / 3)) / 2) < 1e-12);
});

test('the learning curve is one SVG that shows both phases', (t) => {
  const point = (phase: 'classifier' | 'meta', step: number) => ({
    phase,
    step,
    loss: 1,
    float32: 0.9,
    int4: 0.8,
  });
  const points = [point('classifier', 10), point('classifier', 20), point('meta', 5), point('meta', 10)];
  const svg = learningCurve({ points, fourBitFrom: 5 });
  t.true(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"'));
  for (const label of [/validation accuracy/, /steps of the warm start/, /steps of the meta-training/])
    t.regex(svg, label);
});
