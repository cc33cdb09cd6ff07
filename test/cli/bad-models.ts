import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeModel, METADATA_KEY, Random, writeSafetensors } from '../../network/index.js';
import { saveModel } from '../../network/node/index.js';
import { randomTensor } from '../network/small-model.js';
import { bundledModel } from './rig.js';

/** Writes models that cannot be used, made from the bundled one, and returns their paths. */
export async function writeBadModels(folder: string) {
  const path = (name: string) => join(folder, `${name}.safetensors`);
  const whole = await readFile(bundledModel);
  await writeFile(path('truncated'), whole.subarray(0, whole.length / 2));
  await writeFile(path('beheaded'), whole.subarray(0, 5));
  await writeFile(path('foreign'), 'This is no model, but a letter.');
  const tensor = { shape: [1], data: Float32Array.of(1) };
  await writeFile(path('undescribed'), writeSafetensors({ tensors: new Map([['w', tensor]]), metadata: {} }));
  for (const value of [Number.NaN, Infinity]) {
    const { description, tensors } = decodeModel(whole);
    tensors.values().next().value!.data[7] = value;
    const metadata = { [METADATA_KEY]: JSON.stringify(description) };
    await writeFile(path(String(value)), writeSafetensors({ tensors, metadata }));
  }
  const { description, tensors } = decodeModel(whole);
  const [first] = description.layers;
  tensors.set('wide', randomTensor([300, 1, 3, 3], new Random(1)));
  tensors.set('wide.bias', randomTensor([300], new Random(2)));
  const wide = { ...first, weights: 'wide', ...('bias' in first && { bias: 'wide.bias' }) };
  const layers = [wide, description.layers.at(-1)!] as typeof description.layers;
  await saveModel(path('wide'), { description: { ...description, layers }, tensors });
  return path;
}
