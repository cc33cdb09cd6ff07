import type { Tensor } from '../../model/model.js';
import { ImportError } from '../errors.js';
import type { ImportedLayer, Values } from '../graph.js';
import { paddingOf, requireAll, requireWhole, samePadding, windowOf } from '../limits.js';
import {
  type LayerJson,
  activationConfig,
  convolutionConfig,
  denseConfig,
  flattenConfig,
  normalisationConfig,
  parseWith,
  poolingConfig,
  reluConfig,
} from './tensorflow-schema.js';

/** A layer, and the context that its conversion needs. */
export interface TensorflowLayer {
  name: string;
  config: LayerJson['config'];
  /** Shape of its input. */
  values: Values;
  isLast: boolean;
  /** The weight of this kind, for example `kernel`. Errors: `ImportError` if the file has none. */
  weight(kind: string): Tensor;
}

/** Converts one layer: to two if an activation is part of it, to none if it computes nothing. */
type Converter = (layer: TensorflowLayer) => ImportedLayer[];

/** The classes of layers that are supported. */
export const converters: Record<string, Converter> = {
  InputLayer: () => [],
  Conv2D: convolution,
  BatchNormalization: normalisation,
  Activation: (layer) =>
    activation(layer, parseWith(activationConfig, layer.config, `Layer ${layer.name}`).activation),
  ReLU: relu,
  Softmax: (layer) => activation(layer, 'softmax'),
  MaxPooling2D: pooling,
  Flatten: flatten,
  Dense: dense,
  Dropout: () => [],
  SpatialDropout2D: () => [],
};

function convolution(layer: TensorflowLayer): ImportedLayer[] {
  const { name } = layer;
  const config = parseWith(convolutionConfig, layer.config, `Layer ${name}`);
  requireChannelsLast(name, config.data_format);
  requireAll(name, 'strides', config.strides, 1);
  requireAll(name, 'dilation_rate', config.dilation_rate, 1);
  requireAll(name, 'groups', [config.groups], 1);
  const padding =
    config.padding === 'same'
      ? samePadding(name, config.kernel_size)
      : paddingOf(name, config.kernel_size, []);
  const weights = layer.weight('kernel');
  const bias = config.use_bias ? layer.weight('bias').data : undefined;
  return [
    { type: 'convolution', name, weights, axes: 'HWIO', bias, padding },
    ...activation(layer, config.activation),
  ];
}

function dense(layer: TensorflowLayer): ImportedLayer[] {
  const { name } = layer;
  const config = parseWith(denseConfig, layer.config, `Layer ${name}`);
  const bias = config.use_bias ? layer.weight('bias').data : undefined;
  return [
    { type: 'dense', name, weights: layer.weight('kernel'), axes: 'IO', bias },
    ...activation(layer, config.activation),
  ];
}

function normalisation(layer: TensorflowLayer): ImportedLayer[] {
  const { name, values } = layer;
  const config = parseWith(normalisationConfig, layer.config, `Layer ${name}`);
  const last = values.flat ? 1 : 3;
  if (config.axis !== -1 && config.axis !== last)
    throw new ImportError(`Layer ${name} has axis ${config.axis}; channels must be the last axis, ${last}.`);
  const mean = layer.weight('moving_mean').data;
  return [
    {
      type: 'normalisation',
      name,
      gamma: config.scale ? layer.weight('gamma').data : mean.map(() => 1),
      beta: config.center ? layer.weight('beta').data : mean.map(() => 0),
      mean,
      variance: layer.weight('moving_variance').data,
      epsilon: config.epsilon,
    },
  ];
}

function relu(layer: TensorflowLayer): ImportedLayer[] {
  const { name } = layer;
  const config = parseWith(reluConfig, layer.config, `Layer ${name}`);
  for (const key of ['max_value', 'negative_slope', 'threshold'] as const) {
    const value = config[key] ?? 0;
    if (value !== 0)
      throw new ImportError(`Layer ${name} has ${key} ${value}; a model can only hold plain ReLU.`);
  }
  return activation(layer, 'relu');
}

/**
 * Errors: `ImportError` for an activation that a model lacks. The runtime computes the softmax of the logits.
 */
function activation({ name, isLast }: TensorflowLayer, kind: string): ImportedLayer[] {
  if (kind === 'relu') return [{ type: 'relu', name: `${name}_relu` }];
  if (kind === 'linear' || (kind === 'softmax' && isLast)) return [];
  throw new ImportError(
    `Layer ${name} has the activation ${kind}; supported are linear, relu, and softmax at the end.`,
  );
}

function pooling(layer: TensorflowLayer): ImportedLayer[] {
  const { name, values } = layer;
  const config = parseWith(poolingConfig, layer.config, `Layer ${name}`);
  requireChannelsLast(name, config.data_format);
  const window = windowOf(name, config.pool_size, config.strides ?? config.pool_size);
  if (config.padding === 'same') requireWhole(name, 'padding "same"', window, values);
  return [{ type: 'pooling', name, window }];
}

function flatten({ name, config }: TensorflowLayer): ImportedLayer[] {
  requireChannelsLast(name, parseWith(flattenConfig, config, `Layer ${name}`).data_format);
  return [{ type: 'flatten', name, order: 'channels-last' }];
}

function requireChannelsLast(name: string, format: string): void {
  if (format !== 'channels_last')
    throw new ImportError(`Layer ${name} has data_format ${format}; supported is channels_last.`);
}
