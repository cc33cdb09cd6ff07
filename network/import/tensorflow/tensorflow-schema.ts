import * as z from 'zod';
import { ImportError } from '../errors.js';

/** The parts of TensorFlow.js's `model.json` (a LayersModel) that an import reads; the rest is ignored. */

const size = z.int().positive();
const pair = z.union([size.transform((one) => [one, one]), z.array(size).length(2)]);
const padding = z.enum(['valid', 'same']);
const dataFormat = z.enum(['channels_last', 'channels_first']).default('channels_last');
/** Keras writes null for an option that is left at its default. */
const orDefault = <T extends z.ZodType, V>(schema: T, value: V) =>
  schema.nullish().transform((given) => given ?? value);

/** Options of a Conv2D. */
export const convolutionConfig = z.object({
  kernel_size: pair,
  strides: orDefault(pair, [1, 1]),
  padding: orDefault(padding, 'valid' as const),
  data_format: dataFormat,
  dilation_rate: orDefault(pair, [1, 1]),
  groups: orDefault(size, 1),
  activation: orDefault(z.string(), 'linear'),
  use_bias: orDefault(z.boolean(), true),
});

/** Options of a Dense. */
export const denseConfig = z.object({
  activation: orDefault(z.string(), 'linear'),
  use_bias: orDefault(z.boolean(), true),
});

/** Options of a BatchNormalization. */
export const normalisationConfig = z.object({
  axis: orDefault(
    z.union([
      z.int(),
      z
        .array(z.int())
        .length(1)
        .transform(([axis]) => axis),
    ]),
    -1,
  ),
  epsilon: orDefault(z.number().positive(), 1e-3),
  center: orDefault(z.boolean(), true),
  scale: orDefault(z.boolean(), true),
});

/** Options of a MaxPooling2D. */
export const poolingConfig = z.object({
  pool_size: orDefault(pair, [2, 2]),
  strides: pair.nullish(),
  padding: orDefault(padding, 'valid' as const),
  data_format: dataFormat,
});

/** Options of a ReLU. */
export const reluConfig = z.object({
  max_value: z.number().nullish(),
  negative_slope: z.union([z.number(), z.array(z.number())]).nullish(),
  threshold: z.number().nullish(),
});

/** Options of an Activation. */
export const activationConfig = z.object({ activation: z.string() });
/** Options of a Flatten. */
export const flattenConfig = z.object({ data_format: dataFormat });

/** [batch, height, width, channels], under the name of TensorFlow.js and Keras 2, or of Keras 3. */
const batchShape = z.array(z.int().nullable());
/** Options of an InputLayer, or of the first layer of a Sequential. */
export const inputConfig = z.object({
  batch_input_shape: batchShape.nullish(),
  batch_shape: batchShape.nullish(),
});

const layer = z.object({
  class_name: z.string(),
  config: z.looseObject({ name: z.string() }),
  /** In a functional model: the sources of its inputs, in a form that changed over the years. */
  inbound_nodes: z.array(z.unknown()).optional(),
});
/** One layer. */
export type LayerJson = z.infer<typeof layer>;

const network = z.object({
  class_name: z.string(),
  config: z.union([
    z.array(layer).transform((layers) => ({ layers, output_layers: undefined })),
    z.object({ layers: z.array(layer), output_layers: z.array(z.unknown()).optional() }),
  ]),
});
/** The topology of a network. */
export type NetworkJson = z.infer<typeof network>;

const weight = z.object({
  name: z.string(),
  shape: z.array(z.int().nonnegative()),
  dtype: z.string(),
  quantization: z.object({ dtype: z.string() }).optional(),
});
/** A weight in the manifest. */
export type WeightJson = z.infer<typeof weight>;

const weightsManifest = z.array(z.object({ paths: z.array(z.string()), weights: z.array(weight) }));
/** Groups of shards, and the weights in each. */
export type WeightsManifest = z.infer<typeof weightsManifest>;

const modelJson = z.object({
  modelTopology: z.union([
    network,
    z.object({ model_config: network }).transform((topology) => topology.model_config),
  ]),
  weightsManifest,
});

/** Parses `model.json`. Errors: `ImportError` unless it is that of a LayersModel. */
export function parseModelJson(text: string): { network: NetworkJson; manifest: WeightsManifest } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ImportError('It is not JSON, or it is truncated.');
  }
  const kind = z.object({ format: z.string() }).safeParse(json);
  if (kind.success && kind.data.format !== 'layers-model')
    throw new ImportError(
      `It holds a ${kind.data.format}; export a layers-model, whose layers are still there.`,
    );
  const { modelTopology, weightsManifest: manifest } = parseWith(modelJson, json, 'model.json');
  return { network: modelTopology, manifest };
}

/** Parses a part of the file, which messages call `part`. Errors: `ImportError` if it is malformed. */
export function parseWith<T extends z.ZodType>(schema: T, json: unknown, part: string): z.infer<T> {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0];
  throw new ImportError(`${part} is malformed at ${path.join('.') || 'its top'}: ${message}.`);
}
