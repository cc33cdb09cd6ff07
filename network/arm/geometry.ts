/**
 * A planar arm: two links in a row, the first turning about the origin. Lengths in metres, angles in radians.
 */

/** Length of each of the two links, in metres. */
export const LINK_LENGTH = 0.5;

/** Maximum distance of the end effector from the origin, in metres; errors are given in percent of it. */
export const REACH = 2 * LINK_LENGTH;

/** Joint angles at the start of every movement: upper arm along x, elbow bent by a right angle. */
export const startPose: readonly [number, number] = [0, Math.PI / 2];

/** A point in the plane of the arm, in metres from the shoulder. */
export interface Point {
  x: number;
  y: number;
}

/**
 * Position of the end effector for the angle of the shoulder and that of the elbow relative to the upper arm.
 */
export function endEffector(shoulder: number, elbow: number): Point {
  return {
    x: LINK_LENGTH * (Math.cos(shoulder) + Math.cos(shoulder + elbow)),
    y: LINK_LENGTH * (Math.sin(shoulder) + Math.sin(shoulder + elbow)),
  };
}

/** Position of the elbow for the angle of the shoulder. */
export function elbowJoint(shoulder: number): Point {
  return { x: LINK_LENGTH * Math.cos(shoulder), y: LINK_LENGTH * Math.sin(shoulder) };
}

/**
 * Joint angles that bring the end effector to `point`, elbow bent to the positive side (0 to pi).
 * Errors: `RangeError` if the point is out of reach.
 */
export function inverseKinematics({ x, y }: Point): [shoulder: number, elbow: number] {
  const distance = Math.hypot(x, y);
  if (distance > REACH * (1 + 1e-9)) {
    throw new RangeError(
      `The point (${x}, ${y}) is ${distance.toFixed(3)} m from the shoulder; the arm reaches ${REACH} m.`,
    );
  }
  // Two equal links: the bend of the elbow follows from the distance alone, and halves the angle at the
  // shoulder.
  const elbow = 2 * Math.acos(Math.min(1, distance / REACH));
  return [Math.atan2(y, x) - elbow / 2, elbow];
}
