import { Random } from '../numerics/random.js';
import { endEffector, startPose } from './geometry.js';

/** Time grid of a trial. */
export interface TimeGrid {
  /** Number of steps. */
  steps: number;
  /** Length of a step in seconds. */
  stepSeconds: number;
}

/**
 * A movement on the time grid; row t holds the state at the end of step t, the two joints (or x and y) side
 * by side.
 */
export interface Movement {
  /** [steps, 2] joint velocities during each step, in radians per second. */
  velocities: Float32Array;
  /** [steps, 2] joint angles, in radians. */
  angles: Float32Array;
  /** [steps, 2] position of the end effector, in metres. */
  positions: Float32Array;
}

/** Sets of movements. They are disjoint: each draws from random streams of its own. */
export const MovementSet = { training: 0, validation: 1, test: 2 } as const;
/** One of the sets. */
export type MovementSet = (typeof MovementSet)[keyof typeof MovementSet];

/** Maximum number of movements in a set. */
const SET_SIZE = 2 ** 30;
/** Sines that the velocity of a joint is the sum of. */
const SINES = 4;
/** Range of the cycles of a sine within the movement. */
const cycles: readonly [number, number] = [0.3, 1];
/** Maximum amplitude of one sine, in radians per second. */
const MAX_AMPLITUDE = 2.2;
const shoulderRange: readonly [number, number] = [-Math.PI / 2, Math.PI / 2];
const elbowRange: readonly [number, number] = [0, Math.PI];

/** Integrates joint velocities [steps, 2], in radians per second, from the start pose. */
export function follow(velocities: Float32Array, stepSeconds: number): Movement {
  const angles = new Float32Array(velocities.length);
  const positions = new Float32Array(velocities.length);
  let [shoulder, elbow] = startPose;
  for (let i = 0; i < velocities.length; i += 2) {
    shoulder += velocities[i] * stepSeconds;
    elbow += velocities[i + 1] * stepSeconds;
    const { x, y } = endEffector(shoulder, elbow);
    angles.set([shoulder, elbow], i);
    positions.set([x, y], i);
  }
  return { velocities, angles, positions };
}

/**
 * Draws movement number `index` of a set: each joint's velocity is a sum of four sines of random amplitude,
 * frequency and phase (after Scherr et al. 2020); movements that leave the joints' range are drawn again.
 */
export function drawMovement(set: MovementSet, seed: number, index: number, grid: TimeGrid): Movement {
  const random = new Random(seed, set * SET_SIZE + index);
  for (;;) {
    const movement = follow(sumsOfSines(random, grid), grid.stepSeconds);
    if (withinRange(movement.angles)) return movement;
  }
}

function sumsOfSines(random: Random, { steps }: TimeGrid): Float32Array {
  const velocities = new Float32Array(2 * steps);
  for (let joint = 0; joint < 2; joint++) {
    for (let k = 0; k < SINES; k++) {
      const amplitude = MAX_AMPLITUDE * random.uniform();
      const frequency = cycles[0] + (cycles[1] - cycles[0]) * random.uniform();
      const phase = 2 * Math.PI * random.uniform();
      for (let t = 0; t < steps; t++) {
        velocities[2 * t + joint] +=
          amplitude * Math.sin((2 * Math.PI * frequency * (t + 0.5)) / steps + phase);
      }
    }
  }
  return velocities;
}

function withinRange(angles: Float32Array): boolean {
  const inside = (angle: number, [low, high]: readonly [number, number]) => angle >= low && angle <= high;
  for (let i = 0; i < angles.length; i += 2) {
    if (!inside(angles[i], shoulderRange) || !inside(angles[i + 1], elbowRange)) return false;
  }
  return true;
}

/** Root mean square distance between two paths [steps, 2], in metres. */
export function pathError(positions: Float32Array, target: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < target.length; i++) sum += (positions[i] - target[i]) ** 2;
  return Math.sqrt(sum / (target.length / 2));
}
