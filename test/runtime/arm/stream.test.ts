import test from 'ava';
import { startPose } from '../../../network/arm/geometry.js';
import { drawMovement, MovementSet } from '../../../network/arm/movement.js';
import { streamMovement } from '../../../runtime/arm/stream.js';

const grid = { steps: 30, stepSeconds: 0.002 };
const movement = drawMovement(MovementSet.test, 1, 0, grid);

test('a movement is one line a step, from the start pose to its end', async (t) => {
  const lines: string[] = [];
  await streamMovement(4, movement, grid.stepSeconds, async (line) => void lines.push(line));
  const records = lines.map((line) => JSON.parse(line));
  t.is(records.length, grid.steps + 1);
  t.true(lines.every((line) => line.endsWith('}\n') && line.indexOf('\n') === line.length - 1));
  t.deepEqual(records[0], {
    movement: 4,
    step: 0,
    seconds: 0,
    joints: startPose.map((a) => Number(a.toFixed(6))),
  });
  const { step, seconds, joints } = records[30];
  t.deepEqual([step, seconds], [30, 0.06]);
  t.true(
    Math.abs(joints[0] - movement.angles[58]) < 1e-6 && Math.abs(joints[1] - movement.angles[59]) < 1e-6,
  );
});

test('no line comes before its time', async (t) => {
  const begin = performance.now();
  let early = 0;
  await streamMovement(0, movement, grid.stepSeconds, async (line) => {
    const { seconds } = JSON.parse(line);
    if (performance.now() - begin < 1000 * seconds - 2) early++;
  });
  t.is(early, 0);
});
