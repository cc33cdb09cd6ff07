import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { concatenate } from '../../network/index.js';
import type { BackendName } from '../tensors/backend.js';
import { FEATURES, SIDE, type Parameters } from '../tensors/parameters.js';
import { type Forward, TrunkSession } from './trunk-session.js';
import type { Statistics } from './statistics.js';
import type { Answer, Request } from './trunk-worker.js';

/** A session on this thread or on another. */
interface Shard {
  forward(parameters: Parameters, images: Float32Array, normalise: boolean): Promise<Forward>;
  backward(featureGradient: Float32Array): Promise<Parameters>;
  close(): Promise<unknown>;
}

/**
 * The trunk over a batch that is split into shards of equal size. Each shard is normalised by its own
 * statistics, and the gradients are added in the order of the shards, so that the result does not depend on
 * the number of threads.
 */
export class ShardedTrunk {
  readonly #shards: readonly Shard[];

  private constructor(shards: readonly Shard[]) {
    this.#shards = shards;
  }

  /**
   * Opens one thread per shard for WebAssembly, which uses one processor. With another backend, or with one
   * thread or shard, all shards run on this thread, one after the other.
   */
  static open(count: number, backend: BackendName, threads = availableParallelism()): ShardedTrunk {
    const apart = backend === 'wasm' && threads > 1 && count > 1;
    return new ShardedTrunk(
      Array.from({ length: count }, () => (apart ? new ThreadShard() : new LocalShard())),
    );
  }

  /**
   * Computes features [images, 504] of images [images * 28 * 28]; with `normalise`, by the statistics of each
   * shard.
   */
  async forward(parameters: Parameters, images: Float32Array, normalise: boolean): Promise<Forward> {
    const trunk = Object.fromEntries(
      Object.entries(parameters).filter(([name]) => /^conv\d+\.(weight|bias)$/.test(name)),
    );
    const answers = await Promise.all(
      this.#shards.map((shard, index) =>
        shard.forward(trunk, this.#part(images, index, SIDE * SIDE), normalise),
      ),
    );
    return {
      features: concatenate(
        Float32Array,
        answers.map(({ features }) => features),
      ),
      statistics: normalise ? meanStatistics(answers.map(({ statistics }) => statistics)) : [],
    };
  }

  /**
   * Gradients by weights and biases, from the gradient [images, 504] by the features of the last `forward`.
   */
  async backward(featureGradient: Float32Array): Promise<Parameters> {
    const [first, ...others] = await Promise.all(
      this.#shards.map((shard, index) => shard.backward(this.#part(featureGradient, index, FEATURES))),
    );
    for (const other of others)
      for (const [name, gradient] of Object.entries(other))
        for (let index = 0; index < gradient.length; index++) first[name][index] += gradient[index];
    return first;
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await Promise.all(this.#shards.map((shard) => shard.close()));
  }

  #part(values: Float32Array, index: number, rowLength: number): Float32Array {
    const rows = values.length / rowLength;
    const begin = (shard: number) => Math.floor((rows * shard) / this.#shards.length) * rowLength;
    return values.subarray(begin(index), begin(index + 1));
  }
}

class LocalShard implements Shard {
  readonly #session = new TrunkSession();

  async forward(parameters: Parameters, images: Float32Array, normalise: boolean): Promise<Forward> {
    return this.#session.forward(parameters, images, normalise);
  }

  async backward(featureGradient: Float32Array): Promise<Parameters> {
    return this.#session.backward(featureGradient);
  }

  async close(): Promise<void> {
    this.#session.close();
  }
}

class ThreadShard implements Shard {
  readonly #worker = new Worker(new URL('trunk-worker.js', import.meta.url), { execArgv: [] });

  constructor() {
    this.#worker.unref();
  }

  async forward(parameters: Parameters, images: Float32Array, normalise: boolean): Promise<Forward> {
    return (await this.#ask({ parameters, images: images.slice(), normalise })) as Forward;
  }

  async backward(featureGradient: Float32Array): Promise<Parameters> {
    return (await this.#ask({ featureGradient: featureGradient.slice() })) as Parameters;
  }

  close(): Promise<unknown> {
    return this.#worker.terminate();
  }

  /** Makes one request at a time. If the thread fails, the request rejects. */
  async #ask(request: Request): Promise<Answer> {
    this.#worker.ref();
    try {
      this.#worker.postMessage(request);
      const [answer] = (await once(this.#worker, 'message')) as [Answer];
      return answer;
    } finally {
      this.#worker.unref();
    }
  }
}

function meanStatistics(shards: Statistics[][]): Statistics[] {
  const mean = (layer: number, key: keyof Statistics) =>
    shards[0][layer][key].map(
      (_, channel) => shards.reduce((sum, shard) => sum + shard[layer][key][channel], 0) / shards.length,
    );
  return shards[0].map((_, layer) => ({ mean: mean(layer, 'mean'), variance: mean(layer, 'variance') }));
}
