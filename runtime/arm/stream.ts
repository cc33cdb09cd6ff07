import { wait } from '../../protocol/index.js';
import { type Movement, startPose } from '../../network/arm/index.js';

/**
 * The line of one step, for the controller of an arm: JSON with the number of the movement, the step, the
 * seconds since the movement began, and the joint angles in radians (shoulder, then elbow relative to the
 * upper arm). Step 0 is the start pose; step k holds the angles after k steps.
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
 * Writes a movement line by line in real time. If `write` is slower than that, the movement waits for it, and
 * late steps follow at once. Errors: those of `write`; the signal's reason if it was aborted.
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
