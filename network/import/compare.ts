import { headLogits } from '../learning/head.js';
import type { DenseLayer, Model } from '../model/model.js';
import { Random } from '../numerics/random.js';
import { sizeOf } from '../model/shapes.js';
import { SoftwareNetwork } from '../software/software.js';
import type { HeadChoice } from './convert.js';
import { ImportError } from './errors.js';
import { evaluateGraph } from './evaluate.js';
import type { Tones } from './fold.js';
import type { ImportedGraph } from './graph.js';

/** Difference between a model and the network that it was converted from. */
export interface Comparison {
  /** Number of random images. */
  images: number;
  /** Compared values: the logits of a head that was kept, otherwise the features for the head. */
  of: 'logits' | 'features';
  /** Maximum difference of a value. */
  greatestDifference: number;
  /** Maximum magnitude of a value. */
  greatestOutput: number;
}

/** Maximum difference that rounding to float32 explains, as a fraction of the maximum output. */
const TOLERANCE = 1e-4;

/**
 * Compares a model with the network that it was converted from, on random drawings. Errors: `ImportError` if
 * they differ by more than rounding to float32 explains.
 */
export function compareOutputs(
  graph: ImportedGraph,
  model: Model,
  { head, tones, images, seed }: { head: HeadChoice; tones: Tones; images: number; seed: number },
  onProgress?: (done: number, total: number) => void,
): Comparison {
  const random = new Random(seed, STREAM);
  const network = new SoftwareNetwork(model);
  const result: Comparison = {
    images,
    of: head === 'keep' ? 'logits' : 'features',
    greatestDifference: 0,
    greatestOutput: 0,
  };
  const reference = head === 'keep' ? graph : featuresGraph(graph, head);
  for (let image = 0; image < images; image++) {
    const drawing = Float32Array.from({ length: sizeOf(graph.input) }, () => random.uniform());
    const fed = Float64Array.from(drawing, (value) => tones.paper + (tones.ink - tones.paper) * value);
    const expected = evaluateGraph(reference, fed);
    const features = network.features(drawing);
    const found = head === 'keep' ? storedLogits(model, features) : features;
    for (const [index, value] of expected.entries()) {
      result.greatestDifference = Math.max(result.greatestDifference, Math.abs(value - found[index]));
      result.greatestOutput = Math.max(result.greatestOutput, Math.abs(value));
    }
    onProgress?.(image + 1, images);
  }
  check(result);
  return result;
}

/** Keeps these random numbers apart from those of the tasks of the same seed. */
const STREAM = 0x494d;

/**
 * The network below a head that starts at zero. Such a head learns from features in the model's order
 * [channels, height, width], whatever their order was in the file.
 */
function featuresGraph(graph: ImportedGraph, head: HeadChoice): ImportedGraph {
  const end = head === 'zero' ? graph.layers.findLastIndex(({ type }) => type === 'dense') : undefined;
  const layers = graph.layers.slice(0, end);
  const lastDense = layers.findLastIndex(({ type }) => type === 'dense');
  return {
    ...graph,
    layers: layers.map((layer, index) =>
      layer.type === 'flatten' && index > lastDense ? { ...layer, order: 'channels-first' } : layer,
    ),
  };
}

function storedLogits({ description, tensors }: Model, features: Float32Array): Float32Array {
  const head = description.layers.at(-1) as DenseLayer;
  return headLogits(tensors.get(head.weights!)!.data, features, tensors.get(head.bias!)!.data);
}

/** Maximum value of a float32. */
const MAX_FLOAT = (2 - 2 ** -23) * 2 ** 127;

function check({ greatestDifference, greatestOutput, of }: Comparison): void {
  if (greatestDifference <= TOLERANCE * greatestOutput) return;
  if (greatestOutput > MAX_FLOAT)
    throw new ImportError(
      `The network's ${of} reach ${greatestOutput.toPrecision(2)}, beyond what float32 can hold, which a model computes in; scale its weights down.`,
    );
  throw new ImportError(
    `The model's ${of} differ from the network's by up to ${greatestDifference.toPrecision(2)} (maximum ${greatestOutput.toPrecision(2)}), more than rounding explains; nothing was written, please report this network.`,
  );
}
