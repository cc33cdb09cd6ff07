export { BoardSynapses } from './arm/board-synapses.js';
export {
  type ArmEvaluation,
  type ArmEvaluationOptions,
  type ErrorDistribution,
  evaluateArm,
} from './arm/evaluate.js';
export { jointLine, streamMovement } from './arm/stream.js';
export {
  type CalibrationOptions,
  type CalibrationReport,
  type CoreCalibration,
  calibrate,
} from './calibration/calibrate.js';
export { DeviceNetwork } from './device/device-network.js';
export {
  type Corrections,
  type LayerCorrection,
  identityCorrection,
  partsOf,
} from './device/layer-correction.js';
export { type Compensation, compensate } from './drift/compensation.js';
export { driftExponents } from './drift/exponents.js';
export { type CompensatedLayer, bodyLayers } from './drift/layers.js';
export { columnFits } from './drift/methods/factors.js';
export {
  type Correct,
  type DriftMethod,
  type DriftedLayers,
  type Estimate,
  type LayerAnswers,
  fromActivations,
  fromRecorded,
} from './drift/methods/method.js';
export {
  type DriftMethodName,
  driftMethod,
  driftMethodNames,
  driftMethods,
} from './drift/methods/methods.js';
export { Validation, lossesAtBestTemperature } from './drift/methods/validation.js';
export type { Answer } from './drift/methods/validation.js';
export { multiplicationError } from './drift/multiplication-error.js';
export { networkProbes } from './drift/probes/network-probes.js';
export {
  type RecordedBoard,
  type Recording,
  decodeRecording,
  encodeRecording,
  record,
  recordingId,
} from './drift/recording.js';
export { followRetention } from './drift/retention.js';
export {
  type DriftOptions,
  type DriftResult,
  DriftStudy,
  type StudyOptions,
  followDrift,
  overGlobal,
} from './drift/study.js';
export {
  type BoardRecord,
  type Calibration,
  forgetModel,
  holdsModel,
  modelDigest,
  readRecord,
  writeRecord,
} from './flash/board-record.js';
export {
  type FlashEvent,
  type FlashOptions,
  type FlashReport,
  type RegionsReport,
  ensureFlashed,
  flash,
} from './flash/flash.js';
export { type RefreshOptions, type RefreshReport, refresh } from './flash/refresh.js';
export {
  type Fault,
  type Soundness,
  UnsoundError,
  columnRuns,
  faultSentence,
  requireSound,
} from './flash/soundness.js';
export { NotFlashedError, type VerifyReport, verify } from './flash/verify.js';
export { chipOn, planOn } from './flash/board-plan.js';
export { DeviceLearner, type LearnedTask, type NotedTask } from './learning/device-learner.js';
export {
  type EvaluatedTasks,
  type Evaluation,
  type EvaluationOptions,
  evaluateLearning,
} from './learning/evaluate.js';
export { type Parting, partingSentence } from './learning/parting.js';
export {
  type AccuracyPerUpdate,
  type PerNetwork,
  SoftwareComparison,
} from './learning/software-comparison.js';
export { checkWays } from './learning/ways.js';
export { describePlan } from './mapping/describe-plan.js';
export type { ChipGeometry, Placement, Plan, SparedColumns, Tile } from './mapping/placement.js';
export { PlanError, planModel } from './mapping/plan.js';
export type { MovedColumns } from './mapping/spare-columns.js';
export { countClipped, readLimits, type CodeLimits } from './signals/code-limits.js';
export { expectedSignals } from './signals/expected-signals.js';
export type { LayerSignals } from './signals/layer-signals.js';
export {
  type LearningCounts,
  countBlank,
  learningWarnings,
  MAX_CODES_CLIPPED,
  signalWarnings,
} from './signals/warnings.js';
export type { ColumnEstimate } from './calibration/column-estimate.js';
export type { LinearityBin } from './calibration/linearity.js';
export type { Fit } from './drift/methods/regression.js';
export type { LayerCodes } from './drift/probes/codes.js';
export type { NetworkProbeOptions } from './drift/probes/network-probes.js';
export type { Probes } from './drift/probes/probes.js';
