export {
  type ArmTrainingEvent,
  type ArmTrainingOptions,
  type ArmTrainingResult,
  type ValidationErrors,
  trainArm,
} from './arm/train-arm.js';
export { TrainingError } from './errors.js';
export { type Schedule, fourBitFrom, omniglotSchedule } from './meta/schedule.js';
export { type TrainingOptions, type TrainingResult, trainOmniglot } from './omniglot.js';
export {
  type CurveColours,
  learningCurve,
  type PhasePlots,
  phasePlots,
  type TrainingCurve,
} from './run/curve.js';
export type { StopReason, TrainingEvent } from './run/events.js';
export { type TestResult, testModel } from './run/report.js';
export type { Best, CurvePoint, Phase, TrainingState } from './meta/state.js';
export { BackendError, type BackendName, backendNames, selectBackend } from './tensors/backend.js';
export type { Fidelity } from './arm/spiking/fidelity.js';
export type { Distortion } from './meta/distortion.js';
export type { AdamState, NamedArrays } from './optimiser/adam.js';
export type { Parameters } from './tensors/parameters.js';
export type { Statistics } from './trunk/statistics.js';
