/** A planar arm: two links in a row, the first turning about the origin. Lengths in metres, angles in radians. */

export const LINK_LENGTH = 0.5;

/** The farthest that the end effector gets from the origin: errors are given in percent of it. */
export const REACH = 2 * LINK_LENGTH;

/** Pose in which every movement starts: upper arm along x, elbow bent by a right angle. */
export const startPose: readonly [number, number] = [0, Math.PI / 2];

export interface Point {
  x: number;
  y: number;
}

/** Place of the end effector when the joints stand at `shoulder` and, relative to the upper arm, at `elbow`. */
export function endEffector(shoulder: number, elbow: number): Point {
  return {
    x: LINK_LENGTH * (Math.cos(shoulder) + Math.cos(shoulder + elbow)),
    y: LINK_LENGTH * (Math.sin(shoulder) + Math.sin(shoulder + elbow)),
  };
}

/** Place of the elbow when the shoulder stands at `shoulder`. */
export function elbowJoint(shoulder: number): Point {
  return { x: LINK_LENGTH * Math.cos(shoulder), y: LINK_LENGTH * Math.sin(shoulder) };
}

/**
 * Joint angles that bring the end effector to `point`, elbow bent to the positive side (0 to pi).
 * @throws RangeError when the point is out of reach
 */
export function inverseKinematics({ x, y }: Point): [shoulder: number, elbow: number] {
  const distance = Math.hypot(x, y);
  if (distance > REACH * (1 + 1e-9)) {
    throw new RangeError(
      `The point (${x}, ${y}) is ${distance.toFixed(3)} m from the shoulder; the arm reaches ${REACH} m.`,
    );
  }
  // Two equal links: the bend of the elbow follows from the distance alone, and halves the angle at the shoulder.
  const elbow = 2 * Math.acos(Math.min(1, distance / REACH));
  return [Math.atan2(y, x) - elbow / 2, elbow];
}
