export type { Comparison } from './import/compare.js';
export { type HeadChoice, headChoices } from './import/convert.js';
export { ImportError } from './import/errors.js';
export { type ImportOptions, type ImportReport, importNetwork } from './import/import.js';
export type { NetworkFiles } from './import/network-files.js';
export type { Drawing, DrawingClass, InventDrawings } from './learning/classes.js';
export {
  type Episode,
  type EpisodeSize,
  type Example,
  checkSize,
  sampleEpisode,
} from './learning/episodes.js';
export { DataError } from './learning/errors.js';
export {
  type HoldWeights,
  type LearningSteps,
  argmax,
  headAccuracy,
  headLogits,
  holdLevels,
  learnHead,
  rateFor,
  softmax,
  updateHead,
} from './learning/head.js';
export { type InputCounts, MAX_INPUT_CODE, countInputCodes, inputCodes } from './levels/input-codes.js';
export { type LevelMatrix, levelMatrix, pairTargets, targetPair } from './levels/level-matrix.js';
export { MAX_LEVEL, columnRanges, quantise, toLevel } from './levels/levels.js';
export { inputScaleFor, weightRangeFor } from './levels/scales.js';
export { type Activation, activationNames, activationOf, addActivation } from './model/activations.js';
export { type Described, METADATA_KEY, decodeDescribed, encodeDescribed } from './model/described-file.js';
export { ModelError } from './model/errors.js';
export { networkInput } from './model/input.js';
export { decodeModel, encodeModel } from './model/model-file.js';
export {
  type ConvolutionLayer,
  type DenseLayer,
  type Layer,
  type Model,
  type ModelDescription,
  type Tensor,
  tensorData,
} from './model/model.js';
export {
  type Safetensors,
  SafetensorsError,
  readSafetensors,
  writeSafetensors,
} from './model/safetensors.js';
export { type LayerShape, type Shape, layerShapes, sizeOf } from './model/shapes.js';
export { concatenate } from './numerics/arrays.js';
export { Random } from './numerics/random.js';
export {
  type PairedDifference,
  halfInterval,
  mean,
  pairedDifference,
  standardDeviation,
  sum,
} from './numerics/statistics.js';
export { type LearnedHead, type Precision, SoftwareNetwork, subtractMean } from './software/software.js';
export type { Tones } from './import/fold.js';
export type { InnerOptions, Measured } from './import/measure.js';
