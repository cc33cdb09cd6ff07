import test from 'ava';
import { learningCurve } from '../../../training/run/curve.js';

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
