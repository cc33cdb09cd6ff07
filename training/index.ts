export * from './arm.js';
export * from './backend.js';
export * from './curve.js';
export * from './errors.js';
export * from './events.js';
export * from './omniglot.js';
export * from './report.js';
export * from './schedule.js';
export type { Best, CurvePoint, Phase, TrainingState } from './state.js';
