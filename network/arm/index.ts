export { clockCode, targetChannels, targetCode } from './codes.js';
export type { ArmDescription } from './description.js';
export {
  type Point,
  elbowJoint,
  endEffector,
  inverseKinematics,
  LINK_LENGTH,
  REACH,
  startPose,
} from './geometry.js';
export { type LearnedMovement, type Trial, learnMovement } from './learn.js';
export { type ArmModel, decodeArmModel, encodeArmModel } from './model.js';
export { type Movement, MovementSet, type TimeGrid, drawMovement, follow, pathError } from './movement.js';
export {
  type ArmNetwork,
  type ArmParameters,
  type ParameterName,
  generatorInputs,
  leakOf,
  parameterShapes,
} from './network.js';
export { Float32Synapses, LevelSynapses, type Synapses, learnerRanges } from './synapses.js';
export type { Bells, TargetCode } from './codes.js';
