import * as z from 'zod';
import { activationNames } from './activations.js';

/**
 * Description of a network in a model file: the JSON under the key `pcm-hil` in the metadata of a safetensors
 * file. Tensors keep PyTorch's layouts, so that a Python script writes a model with one call: convolution
 * weights [out, in, kernel height, kernel width], dense weights [out, in], biases [out], all float32. Batch
 * norm is folded into weights and biases.
 */

const mean = z
  .string()
  .optional()
  .describe('name of the tensor [out], subtracted from the outputs after activation and pooling');

const inputScale = z
  .number()
  .positive()
  .finite()
  .describe('value of one input code: code = round(x / inputScale)');

const listActivations = () =>
  `Invalid option: expected one of ${activationNames()
    .map((name) => `"${name}"`)
    .join('|')}`;

/** Checked when a model is read, so that an activation that was added by then counts. */
const activation = z
  .string({ error: listActivations })
  .refine((name) => activationNames().includes(name), { error: listActivations });

/** Schema of a convolution with stride 1. */
export const convolutionLayer = z.strictObject({
  type: z.literal('convolution'),
  name: z.string().min(1),
  /** Name of the tensor [out, in, kernel height, kernel width]. */
  weights: z.string(),
  /** Name of the tensor [out]. */
  bias: z.string().optional(),
  padding: z.enum(['same', 'valid']),
  activation,
  /** Max pooling after the activation: window and stride, an odd rest is dropped; 1 for none. */
  pool: z.int().positive(),
  mean,
  inputScale,
});

/** Schema of a dense layer. */
export const denseLayer = z.strictObject({
  type: z.literal('dense'),
  name: z.string().min(1),
  /** Name of the tensor [out, in]; a head without it starts at zero and takes any number of ways. */
  weights: z.string().optional(),
  bias: z.string().optional(),
  activation,
  mean,
  inputScale,
  /**
   * Magnitude that the outermost level stands for, one for all columns; without it each column's largest
   * weight.
   */
  weightRange: z.number().positive().finite().optional(),
});

/** Schema of the inner loop. */
export const innerLoop = z.strictObject({
  /** Name of the dense layer that adapts on the device. */
  layer: z.string(),
  updates: z.int().positive(),
  /** Step of plain gradient descent on the mean cross-entropy of the support set. */
  rate: z.number().positive().finite(),
  /** Number of ways that the rate was found for; `rateFor` adapts it to others. */
  ways: z.int().min(2).optional(),
});

/** Schema of the description of a network. */
export const modelDescription = z.strictObject({
  format: z.literal(1),
  task: z.literal('few-shot-classification'),
  name: z.string().min(1),
  /**
   * Input image: ink is 1, paper is 0; `ink` and `paper` are the values that the network was trained to see
   * for these.
   */
  input: z.strictObject({
    channels: z.int().positive(),
    height: z.int().positive(),
    width: z.int().positive(),
    ink: z.number().finite().optional(),
    paper: z.number().finite().optional(),
  }),
  /** In the order of the data; a dense layer flattens [channels, height, width] in that order. */
  layers: z.array(z.discriminatedUnion('type', [convolutionLayer, denseLayer])).min(1),
  inner: innerLoop,
  /** How the model was trained: command, seed, backend, iterations, accuracies; free-form. */
  training: z.record(z.string(), z.unknown()).optional(),
});

/** A convolution with stride 1. */
export type ConvolutionLayer = z.infer<typeof convolutionLayer>;
/** A dense layer. */
export type DenseLayer = z.infer<typeof denseLayer>;
/** A layer of a model. */
export type Layer = ConvolutionLayer | DenseLayer;
/** Description of a network in a model file. */
export type ModelDescription = z.infer<typeof modelDescription>;

/** Float32 values in row-major order. */
export interface Tensor {
  shape: number[];
  data: Float32Array;
}

/** A model: its description, and its tensors by the names in the description. */
export interface Model {
  description: ModelDescription;
  tensors: Map<string, Tensor>;
}

/** Data of the tensor that a layer names; undefined if it names none. */
export const tensorData = ({ tensors }: Model, name: string | undefined): Float32Array | undefined =>
  name === undefined ? undefined : tensors.get(name)?.data;
