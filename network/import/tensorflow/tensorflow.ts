import type { Tensor } from '../../model/model.js';
import type { Shape } from '../../model/shapes.js';
import { ImportError } from '../errors.js';
import type { NetworkFiles } from '../network-files.js';
import { type ImportedGraph, type ImportedLayer, outputOf } from '../graph.js';
import { chainOf } from './tensorflow-chain.js';
import { converters } from './tensorflow-layers.js';
import { type LayerJson, inputConfig, parseModelJson, parseWith } from './tensorflow-schema.js';
import { readWeights } from './tensorflow-weights.js';

/**
 * Reads the `model.json` of a LayersModel, from TensorFlow.js or the converter for Keras, and the shards
 * beside it. Errors: `ImportError` that names the layer and what is supported.
 */
export async function readTensorflow({ bytes, read }: NetworkFiles): Promise<ImportedGraph> {
  const { network, manifest } = parseModelJson(new TextDecoder().decode(bytes));
  const chain = chainOf(network);
  const tensors = await readWeights(read, manifest);
  const input = inputShape(chain);
  const layers: ImportedLayer[] = [];
  const ignored: string[] = [];
  let values = { ...input, flat: false };
  for (const layer of chain) {
    const converted = convert(layer, { tensors, values, isLast: layer === chain.at(-1) });
    for (const one of converted) values = outputOf(one, values);
    if (converted.length === 0 && layer.class_name !== 'InputLayer') ignored.push(layer.config.name);
    layers.push(...converted);
  }
  return { format: 'tensorflow.js', input, layers, ignored };
}

function convert(
  { class_name: kind, config }: LayerJson,
  { tensors, ...place }: { tensors: Map<string, Tensor>; values: Shape & { flat: boolean }; isLast: boolean },
): ImportedLayer[] {
  const { name } = config;
  if (!Object.hasOwn(converters, kind))
    throw new ImportError(
      `Layer ${name} is a ${kind}, which a model cannot hold; supported are ${Object.keys(converters).join(', ')}.`,
    );
  const weight = (wanted: string) => findWeight(tensors, name, wanted);
  return converters[kind]({ name, config, weight, ...place });
}

/** Names end in LAYER/KIND; the names of models around the layer may come before that. */
function findWeight(tensors: Map<string, Tensor>, layer: string, kind: string): Tensor {
  for (const [name, tensor] of tensors) {
    const [owner, own] = name.split('/').slice(-2);
    if (owner === layer && own.replace(/(_\d+)?(:0)?$/, '') === kind) return tensor;
  }
  throw new ImportError(
    `Layer ${layer} needs the weight ${layer}/${kind}, which the weights manifest lacks.`,
  );
}

function inputShape([first]: LayerJson[]): Shape {
  const config = first && parseWith(inputConfig, first.config, `Layer ${first.config.name}`);
  const shape = config?.batch_input_shape ?? config?.batch_shape ?? [];
  const [, height, width, channels] = shape;
  if (shape.length !== 4 || !height || !width || !channels)
    throw new ImportError(
      `The input has the shape [${shape.map((size) => size ?? '?').join(', ')}]; save the network with a fixed shape of [batch, height, width, channels].`,
    );
  return { channels, height, width };
}
