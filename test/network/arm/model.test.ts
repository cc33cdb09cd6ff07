import test from 'ava';
import { type ArmModel, decodeArmModel, encodeArmModel } from '../../../network/arm/model.js';
import { parameterShapes, type ArmNetwork, type ArmParameters } from '../../../network/arm/network.js';
import { decodeModel } from '../../../network/model/model-file.js';
import { readSafetensors, writeSafetensors } from '../../../network/model/safetensors.js';
import { ModelError } from '../../../network/model/errors.js';

const bells = { count: 3, width: 1, low: -1, high: 1 };
const network: ArmNetwork = {
  steps: 10,
  stepSeconds: 0.002,
  neurons: 8,
  clocks: 4,
  generatorNeurons: 12,
  target: { place: bells, velocity: bells },
  leak: 0.9,
  readoutLeak: 0.9,
  signalLeak: 0.9,
  refractorySteps: 2,
};
const parameters = Object.fromEntries(
  Object.entries(parameterShapes(network)).map(([name, shape]) => {
    const size = shape.reduce((product, length) => product * length);
    return [name, Float32Array.from({ length: size }, (_, i) => i / size)];
  }),
) as ArmParameters;
const model: ArmModel = {
  description: { format: 1, task: 'arm', name: 'small', joints: 2, network },
  parameters,
};

/** The model's file with something changed. */
function changed(
  change: (file: ReturnType<typeof readSafetensors>, description: ArmModel['description']) => void,
) {
  const file = readSafetensors(encodeArmModel(model));
  const description = structuredClone(model.description);
  change(file, description);
  return writeSafetensors({ ...file, metadata: { 'pcm-hil': JSON.stringify(description) } });
}

test('a model comes back from its file as it was', (t) => {
  t.deepEqual(decodeArmModel(encodeArmModel(model)), model);
});

test('each fault of a model is named', (t) => {
  const refusal = (bytes: Uint8Array) =>
    t.throws(() => decodeArmModel(bytes), { instanceOf: ModelError }).message;
  t.regex(refusal(changed(({ tensors }) => tensors.delete('readout'))), /tensor readout is missing/);
  t.regex(
    refusal(changed((_, description) => (description.network.neurons = 9))),
    /Tensor weights has the shape \[12,8\], but the network’s sizes ask for \[13,9\]/,
  );
  t.regex(
    refusal(changed((_, description) => Object.assign(description, { joints: 3 }))),
    /joints: must be 2: the arm is planar, with two links/,
  );
  t.regex(
    refusal(changed(({ tensors }) => (tensors.get('weights')!.data[3] = NaN))),
    /weights holds values that are not finite/,
  );
  t.regex(
    refusal(changed((_, d) => Object.assign(d, { task: 'few-shot-classification' }))),
    /for the task "few-shot-classification"; give one for the task "arm"/,
  );
});

test('the few-shot commands refuse a model of the arm', (t) => {
  const error = t.throws(() => decodeModel(encodeArmModel(model)), { instanceOf: ModelError });
  t.regex(error.message, /for the task "arm"/);
});
