import test from 'ava';
import { targetCode } from '../../../network/arm/codes.js';
import { endEffector } from '../../../network/arm/geometry.js';
import { drawMovement, follow, MovementSet, pathError } from '../../../network/arm/movement.js';

const grid = { steps: 250, stepSeconds: 0.002 };

test('the same set, seed and number give the same movement, any other gives another', (t) => {
  const movement = drawMovement(MovementSet.test, 1, 5, grid);
  t.deepEqual(movement, drawMovement(MovementSet.test, 1, 5, grid));
  for (const other of [
    drawMovement(MovementSet.training, 1, 5, grid),
    drawMovement(MovementSet.test, 2, 5, grid),
    drawMovement(MovementSet.test, 1, 6, grid),
  ])
    t.notDeepEqual(other.velocities, movement.velocities);
});

test('movements keep to the range of the joints, and their parts belong together', (t) => {
  for (let index = 0; index < 50; index++) {
    const { velocities, angles, positions } = drawMovement(MovementSet.training, 7, index, grid);
    for (let step = 0; step < grid.steps; step++) {
      const [shoulder, elbow] = angles.subarray(2 * step, 2 * step + 2);
      t.true(Math.abs(shoulder) <= Math.PI / 2 && elbow >= 0 && elbow <= Math.PI);
      const { x, y } = endEffector(shoulder, elbow);
      t.true(Math.hypot(x - positions[2 * step], y - positions[2 * step + 1]) < 1e-6);
      const shoulderBefore = step > 0 ? angles[2 * step - 2] : 0;
      t.true(Math.abs(shoulder - shoulderBefore - velocities[2 * step] * grid.stepSeconds) < 1e-6);
    }
  }
});

test('the error is the root mean square distance', (t) => {
  const still = follow(new Float32Array(500), grid.stepSeconds).positions;
  const beside = still.map((value, i) => value + (i % 2 === 0 ? 0.03 : 0.04));
  t.true(Math.abs(pathError(beside, still) - 0.05) < 1e-6);
});

test('the generator sees the place and, by inverse kinematics, the velocities of a path', (t) => {
  const bells = { count: 11, low: -5, high: 5, width: 1 };
  const code = { place: { ...bells, low: -1, high: 1 }, velocity: bells };
  const velocities = new Float32Array(500);
  for (let i = 0; i < 500; i += 2) velocities.set([-2, 1], i);
  const { positions } = follow(velocities, grid.stepSeconds);
  const seen = targetCode(positions, code, grid);
  const strongest = (from: number) =>
    seen
      .subarray(100 * 44 + from, 100 * 44 + from + 11)
      .reduce((best, v, k, a) => (v > a[best] ? k : best), 0);
  t.is(strongest(0), Math.round(5 * positions[200]) + 5);
  t.is(strongest(11), Math.round(5 * positions[201]) + 5);
  t.is(strongest(22), 3);
  t.is(strongest(33), 6);
});
