import { wait } from '../../protocol/index.js';
import { type Movement, startPose } from '../../network/arm/index.js';

/**
 * One line a step, for a controller of an arm to follow: JSON with the number of the movement, the step, the time since the
 * movement began in seconds, and the joint angles in radians (shoulder, then elbow relative to the upper arm). Step 0 is the
 * start pose; step k holds the angles after k steps.
 */
export function jointLine(
  movement: number,
  step: number,
  stepSeconds: number,
  joints: [number, number],
): string {
  const record = {
    movement,
    step,
    seconds: Number((step * stepSeconds).toFixed(6)),
    joints: joints.map((angle) => Number(angle.toFixed(6))),
  };
  return `${JSON.stringify(record)}\n`;
}

/**
 * Emits a movement at the pace of real time. A target that is slower than that holds the movement up; steps that are late
 * follow at once.
 */
export async function streamMovement(
  number: number,
  { angles }: Movement,
  stepSeconds: number,
  write: (line: string) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const steps = angles.length / 2;
  const begin = performance.now();
  for (let step = 0; step <= steps; step++) {
    const early = begin + 1000 * step * stepSeconds - performance.now();
    if (early > 0) await wait(early, signal);
    const joints: [number, number] =
      step === 0 ? [...startPose] : [angles[2 * step - 2], angles[2 * step - 1]];
    await write(jointLine(number, step, stepSeconds, joints));
  }
}
