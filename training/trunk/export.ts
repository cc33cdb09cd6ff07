import {
  concatenate,
  type DrawingClass,
  type EpisodeSize,
  inputScaleFor,
  type Layer,
  learnHead,
  type Model,
  Random,
  sampleEpisode,
  type Tensor,
  weightRangeFor,
} from '../../network/index.js';
import { TrainingError } from '../errors.js';
import { featuresOf } from './features.js';
import { inScope } from '../tensors/kernels.js';
import {
  FEATURES,
  FILTERS,
  inputChannels,
  KERNEL,
  pools,
  SIDE,
  type Parameters,
} from '../tensors/parameters.js';
import { biasName, centred, forward, MEAN, weightName } from './trunk.js';

/** Training drawings on which the input scales are measured. */
const SCALE_DRAWINGS = 512;
/** Training tasks on which the range of the head's weights is measured. */
const RANGE_TASKS = 50;
/** Random streams of these drawings and tasks. */
const SCALE_STREAM = 0x5000_0000;
const RANGE_STREAM = 0x5000_0001;

/** What the model file says beside the weights. */
export interface ExportOptions {
  name: string;
  inner: { updates: number; rate: number };
  size: EpisodeSize;
  seed: number;
  /** The training record. */
  record: Record<string, unknown>;
}

/**
 * Makes a model of trained convolutions with folded statistics. The scale of each layer's inputs and the
 * range of the head's weights are measured, on the training classes only.
 */
export function exportModel(parameters: Parameters, training: DrawingClass[], options: ExportOptions): Model {
  const random = new Random(options.seed, SCALE_STREAM);
  const scales = inputScales(parameters, training, random);
  const tensors = new Map<string, Tensor>();
  const layers: Layer[] = pools.map((pool, layer) => {
    const name = `conv${layer + 1}`;
    tensors.set(`${name}.weight`, filtersFirst(parameters[weightName(layer)], inputChannels(layer)));
    tensors.set(`${name}.bias`, { shape: [FILTERS], data: parameters[biasName(layer)].slice() });
    return {
      type: 'convolution',
      name,
      weights: `${name}.weight`,
      bias: `${name}.bias`,
      padding: 'same',
      activation: 'relu',
      pool,
      ...(layer === pools.length - 1 && { mean: MEAN }),
      inputScale: scales[layer],
    };
  });
  tensors.set(MEAN, { shape: [FILTERS], data: parameters[MEAN].slice() });
  layers.push({
    type: 'dense',
    name: 'head',
    activation: 'none',
    inputScale: scales[pools.length],
    weightRange: headRange(parameters, training, options),
  });
  return {
    description: {
      format: 1,
      task: 'few-shot-classification',
      name: options.name,
      input: { channels: 1, height: SIDE, width: SIDE },
      layers,
      inner: { layer: 'head', ...options.inner, ways: options.size.ways },
      training: options.record,
    },
    tensors,
  };
}

/** Transposes [kernel height, kernel width, in, out] to [out, in, kernel height, kernel width]. */
function filtersFirst(weights: Float32Array, channels: number): Tensor {
  const data = new Float32Array(weights.length);
  const positions = KERNEL * KERNEL;
  for (let position = 0; position < positions; position++)
    for (let channel = 0; channel < channels; channel++)
      for (let filter = 0; filter < FILTERS; filter++)
        data[(filter * channels + channel) * positions + position] =
          weights[(position * channels + channel) * FILTERS + filter];
  return { shape: [FILTERS, channels, KERNEL, KERNEL], data };
}

/**
 * The convolutions of a model that `exportModel` made, to start a training from.
 * Errors: `TrainingError` if the model has another architecture or other inputs.
 */
export function importConvolutions({ description, tensors }: Model): Parameters {
  const { ink = 1, paper = 0 } = description.input;
  if (ink !== 1 || paper !== 0)
    throw new TrainingError('The model to start from must take ink as 1 and paper as 0.');
  const parameters: Parameters = {};
  for (const layer of pools.keys()) {
    const channels = inputChannels(layer);
    const weights = tensors.get(`conv${layer + 1}.weight`);
    const bias = tensors.get(`conv${layer + 1}.bias`);
    if (`${weights?.shape}` !== `${[FILTERS, channels, KERNEL, KERNEL]}` || `${bias?.shape}` !== `${FILTERS}`)
      throw new TrainingError(
        `The model to start from needs ${pools.length} convolutions conv1 .. with ${FILTERS} filters of ${KERNEL} x ${KERNEL}.`,
      );
    parameters[weightName(layer)] = filtersLast(weights!);
    parameters[biasName(layer)] = bias!.data.slice();
  }
  return parameters;
}

/** Transposes [out, in, kernel height, kernel width] to [kernel height, kernel width, in, out]. */
export function filtersLast({ shape: [filters, channels, height, width], data }: Tensor): Float32Array {
  const positions = height * width;
  const weights = new Float32Array(data.length);
  for (let filter = 0; filter < filters; filter++)
    for (let channel = 0; channel < channels; channel++)
      for (let position = 0; position < positions; position++)
        weights[(position * channels + channel) * filters + filter] =
          data[(filter * channels + channel) * positions + position];
  return weights;
}

/** The value of one input code, for each convolution and for the head. */
function inputScales(parameters: Parameters, training: DrawingClass[], random: Random): number[] {
  const drawings = training.flatMap((one) => one.drawings);
  const chosen = random.sample(drawings.length, Math.min(SCALE_DRAWINGS, drawings.length));
  const images = concatenate(
    Float32Array,
    chosen.map((index) => drawings[index]),
  );
  return inScope(() => {
    const { features, tape } = forward(parameters, images, false);
    const inputs = tape.layers.map(({ input }) => input.dataSync() as Float32Array);
    const centredFeatures = centred(features.dataSync() as Float32Array, parameters[MEAN]);
    return [...inputs, centredFeatures].map(inputScaleFor);
  });
}

/** The range of the head's levels that rounds best the weights after the inner loop on training tasks. */
export function headRange(
  parameters: Parameters,
  training: DrawingClass[],
  { inner, size, seed }: Pick<ExportOptions, 'inner' | 'size' | 'seed'>,
): number {
  const random = new Random(seed, RANGE_STREAM);
  const supports = Array.from(
    { length: RANGE_TASKS },
    () => sampleEpisode(training, { ...size, queries: 0 }, random).support,
  );
  const features = featuresOf(
    parameters,
    supports.flatMap((support) => support.map(({ drawing }) => drawing)),
  );
  const weights = supports.map((support, task) => {
    const own = features.slice(task * support.length, (task + 1) * support.length);
    const labels = support.map(({ label }) => label);
    return learnHead(own, labels, new Float32Array(size.ways * FEATURES), inner).at(-1)!;
  });
  const tensor = { shape: [size.ways * weights.length, FEATURES], data: concatenate(Float32Array, weights) };
  return weightRangeFor(tensor);
}
