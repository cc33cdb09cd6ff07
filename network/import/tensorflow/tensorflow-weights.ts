import type { Tensor } from '../../model/model.js';
import { concatenate } from '../../numerics/arrays.js';
import { ImportError } from '../errors.js';
import type { NetworkFiles } from '../network-files.js';
import { checkSibling } from '../sibling-name.js';
import type { WeightJson, WeightsManifest } from './tensorflow-schema.js';

/**
 * Reads the weights of a LayersModel from the shards in its folder, by their names. Errors: `ImportError`.
 */
export async function readWeights(
  read: NetworkFiles['read'],
  manifest: WeightsManifest,
): Promise<Map<string, Tensor>> {
  const tensors = new Map<string, Tensor>();
  for (const { paths, weights } of manifest) {
    const shards = await Promise.all(paths.map((path) => readShard(read, path)));
    const bytes = concatenate(Uint8Array, shards);
    const needed = weights.reduce((sum, weight) => sum + 4 * countOf(weight), 0);
    if (bytes.length !== needed)
      throw new ImportError(
        `The shards ${paths.join(', ')} have ${bytes.length} bytes, but their weights need ${needed}; a shard is truncated or of another model.`,
      );
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let offset = 0;
    for (const weight of weights) {
      const start = offset;
      const data = Float32Array.from({ length: countOf(weight) }, (_, index) =>
        view.getFloat32(start + 4 * index, true),
      );
      offset += 4 * data.length;
      tensors.set(weight.name, { shape: weight.shape, data });
    }
  }
  return tensors;
}

/** Number of values of a weight. Errors: `ImportError` unless they are float32. */
function countOf({ name, shape, dtype, quantization }: WeightJson): number {
  const stored = quantization?.dtype ?? dtype;
  if (stored !== 'float32')
    throw new ImportError(
      `Weight ${name} has the type ${stored}; save the network in float32, not quantised.`,
    );
  return shape.reduce((product, size) => product * size, 1);
}

async function readShard(read: NetworkFiles['read'], path: string): Promise<Uint8Array> {
  checkSibling(path, 'weights');
  try {
    return await read(path);
  } catch (error) {
    if (error instanceof ImportError) throw error;
    throw new ImportError(`The shard ${path} cannot be read; put it beside model.json.`);
  }
}
