import { parentPort } from 'node:worker_threads';
import { selectBackend } from '../tensors/backend.js';
import type { Parameters } from '../tensors/parameters.js';
import { type Forward, TrunkSession } from './trunk-session.js';

/** A thread that computes one shard of every batch; see sharded-trunk.ts. */

/** A forward pass, or the backward pass of the last one. */
export type Request =
  { parameters: Parameters; images: Float32Array; normalise: boolean } | { featureGradient: Float32Array };

/** The result of the pass: features and statistics, or gradients. */
export type Answer = Forward | Parameters;

const ready = selectBackend('wasm');
const session = new TrunkSession();
const port = parentPort!;

async function answer(request: Request): Promise<void> {
  await ready;
  port.postMessage(
    'images' in request
      ? session.forward(request.parameters, request.images, request.normalise)
      : session.backward(request.featureGradient),
  );
}

// A failure is an unhandled rejection: it ends this thread, and the request of the other side rejects.
port.on('message', (request: Request) => void answer(request));
