import {
  type ArmNetwork,
  type ArmParameters,
  generatorInputs,
  type ParameterName,
  parameterShapes,
  targetChannels,
} from '../../../network/arm/index.js';
import type { Random } from '../../../network/index.js';
import type { Kernels, Matrix } from './kernels.js';

/** The meta-trained parameters, or the gradients by them, in the memory of the kernels. */
export type ArmMatrices = Record<ParameterName, Matrix>;

/** Views of the matrices, which hold until the next allocation. */
export const arraysOf = (matrices: ArmMatrices): ArmParameters =>
  Object.fromEntries(Object.entries(matrices).map(([name, { data }]) => [name, data])) as ArmParameters;

/** Allocates zeroed matrices for the parameters of a network. */
export function allocateParameters(kernels: Kernels, network: ArmNetwork): ArmMatrices {
  const shapes = Object.entries(parameterShapes(network)) as [ParameterName, number[]][];
  return Object.fromEntries(
    shapes.map(([name, [rows, columns = 1]]) => [name, kernels.matrix(rows, columns)]),
  ) as ArmMatrices;
}

/** Standard deviations with which networks of about 250 neurons start at rates of 10 to 20 Hz. */
const deviations = {
  recurrent: 0.05,
  clock: 0.15,
  readout: 0.05,
  target: 0.1,
  generatorSide: 0.04,
  generatorRecurrent: 0.04,
  signals: 0.06,
};
/** Initial rate of the update. */
const INITIAL_RATE = 0.001;

/** Draws the initial parameters, in place. */
export function drawParameters(parameters: ArmMatrices, network: ArmNetwork, random: Random): void {
  const draw = (matrix: Matrix, deviation: number) => {
    const data = matrix.data;
    for (let i = 0; i < data.length; i++) data[i] = deviation * random.normal();
  };
  const { neurons, clocks } = network;
  const channels = targetChannels(network.target);
  draw(parameters.weights.part(0, neurons), deviations.recurrent);
  draw(parameters.weights.part(neurons, clocks), deviations.clock);
  draw(parameters.readout, deviations.readout);
  draw(parameters.generatorInput.part(0, channels), deviations.target);
  const side = parameters.generatorInput.part(channels, generatorInputs(network) - channels);
  draw(side, deviations.generatorSide);
  draw(parameters.generatorRecurrent, deviations.generatorRecurrent);
  draw(parameters.signals, deviations.signals);
  parameters.logRate.fill(Math.log(INITIAL_RATE));
  fitRanges(parameters);
}

/**
 * Outermost level, in units of its column's root mean square: it covers nearly all of a normal distribution.
 */
const RANGE_PER_DEVIATION = 2.8;

/** Fits the value of each column's outermost level to the weights of the column, in place. */
export function fitRanges({ weights, logRange }: ArmMatrices): void {
  const { data, rows, columns } = weights;
  const ranges = logRange.data;
  for (let j = 0; j < columns; j++) {
    let squares = 0;
    for (let i = j; i < data.length; i += columns) squares += data[i] * data[i];
    ranges[j] = Math.log(RANGE_PER_DEVIATION * Math.sqrt(squares / rows));
  }
}
