// What a page needs of a finished training; it loads no tensor library.
export { fourBitFrom } from '../meta/schedule.js';
export { type CurveColours, type PhasePlots, phasePlots, type TrainingCurve } from '../run/curve.js';
