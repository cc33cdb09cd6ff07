// What a page needs of a finished training; it loads no tensor library.
export { fourBitFrom } from '../meta/schedule.js';
export { type CurveColours, phasePlots, type TrainingCurve } from '../run/curve.js';
