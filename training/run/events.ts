import type { BackendName } from '../tensors/backend.js';
import type { CurvePoint, Phase } from '../meta/state.js';

/** What a training reports while it runs. Progress bars and lines are made from these events. */
export type TrainingEvent =
  | { type: 'decoding'; done: number; total: number }
  | { type: 'start'; backend: BackendName; classes: number; drawings: number; resumed: boolean }
  | {
      type: 'step';
      phase: Phase;
      step: number;
      steps: number;
      loss: number;
      stepsPerSecond: number;
      secondsLeft: number;
    }
  | ({ type: 'validation'; rate: number; best: boolean } & CurvePoint)
  | { type: 'checkpoint'; path: string }
  | { type: 'stop'; reason: StopReason };

/** Why the training ended. */
export type StopReason = 'finished' | 'no better validation' | 'time is up' | 'interrupted';
