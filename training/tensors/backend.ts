import * as tf from '@tensorflow/tfjs-core';

/** The engines of TensorFlow.js that training can run on. */
export const backendNames = ['tensorflow', 'wasm'] as const;
/** Name of an engine. */
export type BackendName = (typeof backendNames)[number];

/** The requested engine cannot be loaded. The message says what to do. */
export class BackendError extends Error {
  override readonly name = 'BackendError';
}

/**
 * Loads an engine of TensorFlow.js: `wanted`, or else the native one of @tensorflow/tfjs-node if it is
 * installed and loads, or else WebAssembly with SIMD. Returns the name of the loaded engine. Errors:
 * `BackendError`.
 */
export async function selectBackend(wanted?: BackendName): Promise<BackendName> {
  if (wanted !== 'wasm') {
    try {
      // In a variable, because the compiler must not resolve an optional package
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
