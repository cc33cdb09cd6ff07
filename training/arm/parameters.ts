import {
  type ArmNetwork,
  generatorInputs,
  type ParameterName,
  parameterShapes,
  targetChannels,
} from '../../network/arm/index.js';
import type { Random } from '../../network/index.js';
import type { Kernels, Matrix } from './spiking/kernels.js';

/** What is meta-trained, or the gradient by it. */
export type Parameters = Record<ParameterName, Matrix>;

export function allocateParameters(kernels: Kernels, network: ArmNetwork): Parameters {
  const shapes = Object.entries(parameterShapes(network)) as [ParameterName, number[]][];
  return Object.fromEntries(
    shapes.map(([name, [rows, columns = 1]]) => [name, kernels.matrix(rows, columns)]),
  ) as Parameters;
}

/** Standard deviations from which networks of about 250 neurons start at rates of 10 to 20 Hz. */
const deviations = {
  recurrent: 0.05,
  clock: 0.15,
  readout: 0.05,
  target: 0.1,
  generatorSide: 0.04,
  generatorRecurrent: 0.04,
  signals: 0.06,
};
const initialRate = 0.001;

/** Draws initial parameters. */
export function drawParameters(parameters: Parameters, network: ArmNetwork, random: Random): void {
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
  parameters.logRate.fill(Math.log(initialRate));
  fitRanges(parameters);
}

/** Outermost level in units of the root mean square of its column: it then holds nearly all of a normal distribution. */
const rangePerDeviation = 2.8;

/** Sets what the outermost level of each column stands for from the weights of the column. */
export function fitRanges({ weights, logRange }: Parameters): void {
  const { data, rows, columns } = weights;
  const ranges = logRange.data;
  for (let j = 0; j < columns; j++) {
    let squares = 0;
    for (let i = j; i < data.length; i += columns) squares += data[i] * data[i];
    ranges[j] = Math.log(rangePerDeviation * Math.sqrt(squares / rows));
  }
}
