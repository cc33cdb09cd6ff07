import { plainBackend } from '../../emulator/chip/plain-backend.js';
import { nodeBackend } from '../../emulator/node/kernels/node-backend.js';
import { instantiate } from '../../emulator/kernels/wasm.js';
import { wasmModule } from '../../emulator/node/kernels/wasm-module.js';
import { BATCH, hermes, inputs, programmedChip, quietHermes, whole } from '../fixtures/chips.js';
import { type Figure, interleave, median, medianRatio } from '../fixtures/measure.js';

/** Batches of 256 vectors through a 256 x 256 crossbar: fast path against bare product and plain path. */
export async function benchMultiplication(): Promise<Figure[]> {
  const oneCore = inputs(1);
  const twoCores = inputs(2);
  const noisy = programmedChip(hermes, nodeBackend()).chip;
  const quiet = programmedChip(quietHermes, nodeBackend()).chip;
  const plain = programmedChip(hermes, plainBackend()).chip;
  const single = oneCore.subarray(0, whole.rows);
  const bare = bareProduct();
  noisy.multiply(0, 2, whole, BATCH, twoCores);
  await new Promise((resolve) => setTimeout(resolve, 500)); // until the second thread runs
  const fast = await interleave(
    {
      bare,
      quiet: () => quiet.multiply(0, 1, whole, BATCH, oneCore),
      noisy: () => noisy.multiply(0, 1, whole, BATCH, oneCore),
      two: () => noisy.multiply(0, 2, whole, BATCH, twoCores),
    },
    400,
  );
  const one = await interleave({ single: () => noisy.multiply(0, 1, whole, 1, single) }, 4000);
  const against = await interleave(
    {
      fast: () => noisy.multiply(0, 1, whole, BATCH, oneCore),
      plain: () => plain.multiply(0, 1, whole, BATCH, oneCore),
    },
    20,
  );
  for (const chip of [noisy, quiet, plain]) chip.close();
  const microseconds = (times: number[]) => (1000 * median(times)) / BATCH;
  return [
    { name: 'bare int16 product, 256 x 256', value: microseconds(fast.bare), unit: 'µs/vector' },
    { name: 'multiplication, noise off', value: microseconds(fast.quiet), unit: 'µs/vector' },
    { name: 'multiplication, noise on', value: microseconds(fast.noisy), unit: 'µs/vector' },
    { name: 'multiplication of one vector alone, noise on', value: 1000 * median(one.single), unit: 'µs' },
    ratio('noise off against the bare product', medianRatio(fast.quiet, fast.bare), { atMost: 1.5 }),
    ratio('noise on against the bare product', medianRatio(fast.noisy, fast.bare), { atMost: 2.5 }),
    ratio('plain path against fast path', medianRatio(against.plain, against.fast), { atLeast: 10 }),
    ratio('rate of two cores against one', medianRatio(fast.noisy, fast.two, 2), { atLeast: 1.7 }),
  ];
}

function ratio(name: string, value: number, target: Figure['target']): Figure {
  return { name, value, unit: 'x', target };
}

/** The bare product of packed weights and inputs: 256 vectors of 256 int16. */
function bareProduct(): () => void {
  const { rows, columns } = whole;
  const blockStride = rows * 32;
  const weights = 65536;
  const vectors = weights + rows * columns * 2;
  const sums = vectors + BATCH * rows * 2;
  const end = sums + BATCH * columns * 8;
  const pages = Math.ceil(end / 65536);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  new Int8Array(memory.buffer, weights, sums - weights).fill(3);
  const { product } = instantiate(wasmModule(), memory);
  return () =>
    product(weights, blockStride, vectors, rows * 2, sums, columns * 8, rows / 2, columns / 16, BATCH);
}
