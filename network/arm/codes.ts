import { inverseKinematics, startPose } from './geometry.js';
import type { TimeGrid } from './movement.js';

/** Bell-shaped receptive fields along a quantity: bell k is centred at low + k (high - low) / (count - 1). */
export interface Bells {
  count: number;
  low: number;
  high: number;
  /** Standard deviation in units of the distance between centres. */
  width: number;
}

/** Activities below this count as zero, so that codes are sparse. */
const SILENCE = 0.01;

function ring(value: number, bells: Bells, out: Float32Array, at: number): void {
  const spacing = (bells.high - bells.low) / (bells.count - 1);
  for (let k = 0; k < bells.count; k++) {
    const distance = (value - bells.low - k * spacing) / (bells.width * spacing);
    const height = Math.exp(-0.5 * distance * distance);
    out[at + k] = height < SILENCE ? 0 : height;
  }
}

/**
 * The clock [steps, count], the only input of the learning network: bells along the time of a trial,
 * activities 0 to 1.
 */
export function clockCode(count: number, { steps }: TimeGrid): Float32Array {
  const code = new Float32Array(steps * count);
  const bells = { count, low: 0, high: 1, width: 0.8 };
  for (let t = 0; t < steps; t++) ring((t + 0.5) / steps, bells, code, t * count);
  return code;
}

/** Code of a movement for the generator. */
export interface TargetCode {
  /** Bells along x and along y of the end effector. */
  place: Bells;
  /** Bells along each joint's velocity in radians per second. */
  velocity: Bells;
}

/** Number of channels of a target code. */
export function targetChannels(code: TargetCode): number {
  return 2 * code.place.count + 2 * code.velocity.count;
}

/**
 * Code [steps, channels] of a movement for the generator, from the end effector's path [steps, 2] in metres
 * alone; the joints' velocities follow by inverse kinematics. Errors: `RangeError` if the path leaves the
 * reach of the arm.
 */
export function targetCode(positions: Float32Array, code: TargetCode, grid: TimeGrid): Float32Array {
  const channels = targetChannels(code);
  const out = new Float32Array(grid.steps * channels);
  let before: readonly [number, number] = startPose;
  for (let t = 0; t < grid.steps; t++) {
    const x = positions[2 * t];
    const y = positions[2 * t + 1];
    const angles = inverseKinematics({ x, y });
    let at = t * channels;
    for (const value of [x, y]) {
      ring(value, code.place, out, at);
      at += code.place.count;
    }
    for (let joint = 0; joint < 2; joint++) {
      ring((angles[joint] - before[joint]) / grid.stepSeconds, code.velocity, out, at);
      at += code.velocity.count;
    }
    before = angles;
  }
  return out;
}
