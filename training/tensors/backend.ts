import * as tf from '@tensorflow/tfjs-core';

/** The engines that training can run on. */
export const backendNames = ['tensorflow', 'wasm'] as const;
export type BackendName = (typeof backendNames)[number];

/** An engine that was asked for and cannot be loaded; the message says what to do. */
export class BackendError extends Error {
  override name = 'BackendError';
}

/**
 * Makes an engine of TensorFlow.js ready: the native one of @tensorflow/tfjs-node where it is installed and loads, else
 * WebAssembly with SIMD. `wanted` forces one. Returns the name of the one that runs.
 */
export async function selectBackend(wanted?: BackendName): Promise<BackendName> {
  if (wanted !== 'wasm') {
    try {
      // A variable, because the compiler must not ask for an optional package
      const native = '@tensorflow/tfjs-node';
      await import(native);
      if (await tf.setBackend('tensorflow')) return 'tensorflow';
    } catch (error) {
      if (wanted === 'tensorflow')
        throw new BackendError(
          `@tensorflow/tfjs-node does not load (${(error as Error).message.split('\n')[0]}); use --backend wasm.`,
        );
    }
  }
  await import('@tensorflow/tfjs-backend-wasm');
  if (tf.getBackend() !== 'wasm' && !(await tf.setBackend('wasm')))
    throw new BackendError('This Node.js cannot run the WebAssembly backend of TensorFlow.js.');
  await tf.ready();
  return 'wasm';
}
