import * as tf from '@tensorflow/tfjs-core';
import { inScope } from '../tensors/kernels.js';
import type { Parameters } from '../tensors/parameters.js';
import type { Statistics } from './statistics.js';
import { backward, forward, type Tape } from './trunk.js';

/** The result of a forward pass over a batch. */
export interface Forward {
  /** [images, 504], row by row. */
  features: Float32Array;
  /** Statistics of each layer over the batch; empty without normalisation. */
  statistics: Statistics[];
}

/** Runs one forward pass at a time, and the backward pass that belongs to it. */
export class TrunkSession {
  #pending?: { parameters: Parameters; tape: Tape; images: number };

  /** Computes features [images, 504] of images [images * 28 * 28], and keeps what `backward` needs. */
  forward(parameters: Parameters, images: Float32Array, normalise: boolean): Forward {
    this.close();
    return inScope(() => {
      const { features, tape } = forward(parameters, images, normalise);
      for (const tensor of tensorsOf(tape)) tf.keep(tensor);
      this.#pending = { parameters, tape, images: features.shape[0] };
      return { features: features.dataSync() as Float32Array, statistics: tape.statistics };
    });
  }

  /** Gradients by all weights and biases, from the gradient [images, 504] by the features. Ends this pass. */
  backward(featureGradient: Float32Array): Parameters {
    const { parameters, tape, images } = this.#pending!;
    const gradients = inScope(() =>
      backward(parameters, tape, tf.tensor2d(featureGradient, [images, featureGradient.length / images])),
    );
    this.close();
    return gradients;
  }

  /** Drops a forward pass that had no backward pass. */
  close(): void {
    if (this.#pending) tf.dispose([...tensorsOf(this.#pending.tape)]);
    this.#pending = undefined;
  }
}

/** Each tensor of a tape once: the output of a layer is the input of the next. */
function tensorsOf({ layers }: Tape): Set<tf.Tensor> {
  return new Set(
    layers.flatMap(({ input, pooled, normalised, inverse, output }) => [
      ...[input, normalised, output],
      ...(inverse ? [inverse] : []),
      ...(pooled ? [pooled.output, pooled.upper, pooled.left] : []),
    ]),
  );
}
