import { loadProfile } from '../../../../emulator/node/index.js';
import { decodeArmModel, encodeArmModel } from '../../../../network/arm/index.js';
import {
  decodeModel,
  encodeModel,
  ModelError,
  Random,
  readSafetensors,
  SafetensorsError,
  sizeOf,
  SoftwareNetwork,
  writeSafetensors,
} from '../../../../network/index.js';
import { describePlan, PlanError, planModel } from '../../../../runtime/index.js';
import { smallArm } from '../../../network/arm/small-arm.js';
import { randomTensor, smallModel } from '../../../network/small-model.js';
import { mutateBytes } from '../../mutate-bytes.js';
import { mutateJson, mutateText } from '../../mutate-json.js';
import { bytesOf, require, sameBytes, type Target, textOf } from '../../target.js';

const isDescription = (value: unknown): boolean => typeof value === 'string' && value.startsWith('{');

/** Changes the header, whose length then fits, or the description in its metadata. */
export function mutateHeader(input: Uint8Array, random: Random): Uint8Array {
  const length = input.length < 8 ? 0 : Number(Buffer.from(input).readBigUInt64LE());
  let header: Record<string, unknown>;
  try {
    header = JSON.parse(textOf(input.subarray(8, 8 + length))) as typeof header;
  } catch {
    return mutateBytes(input, random);
  }
  const metadata = (header?.__metadata__ ?? {}) as Record<string, unknown>;
  const key = Object.keys(metadata).find((name) => isDescription(metadata[name]));
  if (key !== undefined && random.below(3) > 0)
    metadata[key] = textOf(mutateText(bytesOf(String(metadata[key])), random));
  else header = mutateJson(header, random) as typeof header;
  const json = bytesOf(JSON.stringify(header) ?? '');
  const start = new Uint8Array(8);
  new DataView(start.buffer).setBigUint64(0, BigInt(json.length), true);
  return Uint8Array.from([...start, ...json, ...input.subarray(8 + length)]);
}

const words = [
  '{"',
  '"shape":[',
  '"data_offsets":[',
  '"dtype":"F32"',
  '__metadata__',
  '[[[[[[[[',
  '1e400',
  ',',
];

const tensors = new Map([
  ['a', randomTensor([2, 3], new Random(1))],
  ['b', randomTensor([], new Random(2))],
  ['none', randomTensor([0], new Random(3))],
]);

export const safetensors: Target = {
  name: 'safetensors',
  reads: 'tensors in a safetensors file',
  refusals: [SafetensorsError],
  seeds: () => [
    writeSafetensors({ tensors, metadata: { key: 'value' } }),
    writeSafetensors({ tensors: new Map(), metadata: {} }),
  ],
  read(input) {
    const content = readSafetensors(input);
    const written = writeSafetensors(content);
    require(sameBytes(
      writeSafetensors(readSafetensors(written)),
      written,
    ), 'Writing and reading changes it.');
  },
  mutate: mutateHeader,
  words,
};

/** A chip that a model may fit on. */
const geometry = { ...loadProfile('hermes'), cores: 4, adcBits: 8, adcStep: 1000 };

export const model: Target = {
  name: 'model',
  reads: 'models: description, shapes, plan, software network; also those of the arm',
  refusals: [ModelError, SafetensorsError, PlanError],
  seeds: () => [encodeModel(smallModel()), encodeArmModel(smallArm())],
  read(input) {
    if (textOf(input).includes('\\"arm\\"')) {
      const arm = encodeArmModel(decodeArmModel(input));
      return require(sameBytes(encodeArmModel(decodeArmModel(arm)), arm), 'Writing and reading changes it.');
    }
    const decoded = decodeModel(input);
    const written = encodeModel(decoded);
    require(sameBytes(encodeModel(decodeModel(written)), written), 'Writing and reading changes it.');
    describePlan(planModel(decoded, geometry));
    const drawing = new Float32Array(sizeOf(decoded.description.input)).fill(0.5);
    new SoftwareNetwork(decoded).features(drawing);
  },
  mutate: mutateHeader,
  words,
};
