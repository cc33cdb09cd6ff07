import type { ArmModel } from '../../../network/arm/model.js';
import { type ArmNetwork, type ArmParameters, parameterShapes } from '../../../network/arm/network.js';
import { Random } from '../../../network/numerics/random.js';

const bells = { count: 6, width: 1 };
const network: ArmNetwork = {
  steps: 40,
  stepSeconds: 0.002,
  neurons: 24,
  clocks: 5,
  generatorNeurons: 20,
  target: { place: { ...bells, low: -1, high: 1 }, velocity: { ...bells, low: -5, high: 5 } },
  leak: 0.9,
  readoutLeak: 0.9,
  signalLeak: 0.9,
  refractorySteps: 2,
};

const deviations: Record<keyof ArmParameters, number> = {
  weights: 0.3,
  readout: 0.5,
  generatorInput: 0.3,
  generatorRecurrent: 0.2,
  signals: 0.5,
  logRate: 0,
  logRange: 0,
};

/** An untrained model whose neurons spike; its outermost levels stand for 0.7. */
export function smallArm(sizes: Partial<ArmNetwork> = {}): ArmModel {
  const random = new Random(2);
  const sized = { ...network, ...sizes };
  const parameters = Object.fromEntries(
    Object.entries(parameterShapes(sized)).map(([name, shape]) => {
      const length = shape.reduce((product, size) => product * size);
      const deviation = deviations[name as keyof ArmParameters];
      return [name, Float32Array.from({ length }, () => deviation * random.normal())];
    }),
  ) as ArmParameters;
  parameters.logRate[0] = Math.log(0.05);
  parameters.logRange.fill(Math.log(0.7));
  return { description: { format: 1, task: 'arm', name: 'small', joints: 2, network: sized }, parameters };
}
