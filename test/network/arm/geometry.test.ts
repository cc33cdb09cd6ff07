import test from 'ava';
import fc from 'fast-check';
import { endEffector, inverseKinematics, REACH } from '../../../network/arm/geometry.js';

test('a stretched arm reaches 1 m, and a folded one stands at the shoulder', (t) => {
  t.deepEqual(endEffector(0, 0), { x: 1, y: 0 });
  const folded = endEffector(0.7, Math.PI);
  t.true(Math.hypot(folded.x, folded.y) < 1e-12);
});

test('inverse kinematics finds the joint angles of every place that it is asked for', (t) => {
  const angle = (low: number, high: number) => fc.double({ min: low, max: high, noNaN: true });
  const property = fc.property(angle(-1.5, 1.5), angle(0.01, 3.1), (shoulder, elbow) => {
    const found = inverseKinematics(endEffector(shoulder, elbow));
    return Math.abs(found[0] - shoulder) < 1e-6 && Math.abs(found[1] - elbow) < 1e-6;
  });
  t.notThrows(() => fc.assert(property));
});

test('a point out of reach is refused', (t) => {
  const error = t.throws(() => inverseKinematics({ x: REACH, y: 0.1 }), { instanceOf: RangeError });
  t.regex(error.message, /the arm reaches 1 m/);
});
