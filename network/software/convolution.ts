import type { Tensor } from '../model/model.js';
import type { Shape } from '../model/shapes.js';

/**
 * A convolution in plain TypeScript. Images are [height, width, channels] inside the network. Most inputs are
 * zero (paper, or cut by ReLU): each position first gathers the others, and multiplies only these.
 */
export class Convolution {
  /** [kernel height, kernel width, in, out], in float64, which V8 multiplies without converting. */
  readonly #weights: Float64Array;
  readonly #bias: Float64Array;
  readonly #kernel: { height: number; width: number };

  constructor({ shape: [out, channels, height, width], data }: Tensor, bias?: Tensor) {
    this.#kernel = { height, width };
    this.#bias = Float64Array.from(bias?.data ?? new Float32Array(out));
    this.#weights = new Float64Array(data.length);
    const positions = height * width;
    for (let index = 0; index < data.length; index++) {
      const position = index % positions;
      const channel = Math.floor(index / positions) % channels;
      const filter = Math.floor(index / positions / channels);
      this.#weights[(position * channels + channel) * out + filter] = data[index];
    }
  }

  /** Sums [output height, output width, out] of an image [height, width, channels]; stride 1. */
  apply(image: Float32Array, { height, width, channels }: Shape, padding: 'same' | 'valid'): Float32Array {
    const margin = {
      y: padding === 'same' ? (this.#kernel.height - 1) / 2 : 0,
      x: padding === 'same' ? (this.#kernel.width - 1) / 2 : 0,
    };
    const outputHeight = height + 2 * margin.y - this.#kernel.height + 1;
    const outputWidth = width + 2 * margin.x - this.#kernel.width + 1;
    const filters = this.#bias.length;
    const output = new Float32Array(outputHeight * outputWidth * filters);
    const rowCount = this.#kernel.height * this.#kernel.width * channels;
    const values = new Float64Array(rowCount);
    const starts = new Int32Array(rowCount);
    for (let y = 0; y < outputHeight; y++) {
      for (let x = 0; x < outputWidth; x++) {
        let count = 0;
        for (let row = 0; row < this.#kernel.height; row++) {
          const fromY = y + row - margin.y;
          if (fromY < 0 || fromY >= height) continue;
          for (let column = 0; column < this.#kernel.width; column++) {
            const fromX = x + column - margin.x;
            if (fromX < 0 || fromX >= width) continue;
            const from = (fromY * width + fromX) * channels;
            const weightRow = (row * this.#kernel.width + column) * channels;
            for (let channel = 0; channel < channels; channel++) {
              const value = image[from + channel];
              if (value === 0) continue;
              values[count] = value;
              starts[count++] = (weightRow + channel) * filters;
            }
          }
        }
        this.#multiply(values, starts, count, output, (y * outputWidth + x) * filters);
      }
    }
    return output;
  }

  /** Adds up four filters at a time. */
  #multiply(values: Float64Array, starts: Int32Array, count: number, output: Float32Array, at: number): void {
    const weights = this.#weights;
    const bias = this.#bias;
    const filters = bias.length;
    let filter = 0;
    for (; filter + 4 <= filters; filter += 4) {
      let [a, b, c, d] = [bias[filter], bias[filter + 1], bias[filter + 2], bias[filter + 3]];
      for (let index = 0; index < count; index++) {
        const value = values[index];
        const start = starts[index] + filter;
        a += value * weights[start];
        b += value * weights[start + 1];
        c += value * weights[start + 2];
        d += value * weights[start + 3];
      }
      output[at + filter] = a;
      output[at + filter + 1] = b;
      output[at + filter + 2] = c;
      output[at + filter + 3] = d;
    }
    for (; filter < filters; filter++) {
      let sum = bias[filter];
      for (let index = 0; index < count; index++) sum += values[index] * weights[starts[index] + filter];
      output[at + filter] = sum;
    }
  }
}

/** Max pooling of [height, width, channels] with window and stride `window`; an odd rest is dropped. */
export function maxPool(
  image: Float32Array,
  { height, width, channels }: Shape,
  window: number,
): Float32Array {
  const pooledHeight = Math.floor(height / window);
  const pooledWidth = Math.floor(width / window);
  const output = new Float32Array(pooledHeight * pooledWidth * channels).fill(-Infinity);
  for (let y = 0; y < pooledHeight * window; y++) {
    for (let x = 0; x < pooledWidth * window; x++) {
      const to = (Math.floor(y / window) * pooledWidth + Math.floor(x / window)) * channels;
      const from = (y * width + x) * channels;
      for (let channel = 0; channel < channels; channel++)
        if (image[from + channel] > output[to + channel]) output[to + channel] = image[from + channel];
    }
  }
  return output;
}
