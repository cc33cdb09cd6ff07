/**
 * Probes for a linear system: rows of a Walsh-Hadamard matrix, H(k, j) = (-1)^(number of bits that k and j
 * share). Input i follows column i + 1, so that inputs are exactly orthogonal to each other and to a
 * constant: the transform of the answers has the constant at 0, the weight of input i at i + 1, and only
 * noise beyond.
 */

/** Minimum number of coefficients beyond the inputs, to estimate the noise from. */
const MIN_SPARES = 32;

/** Number of probes for this many inputs: a power of two. */
export function walshOrder(inputs: number): number {
  return 2 ** Math.ceil(Math.log2(inputs + 1 + MIN_SPARES));
}

/** Probes [order, inputs] of an amplitude; `signs` [inputs], 1 or -1, scramble the pattern. */
export function walshProbes(signs: Int8Array, amplitude: number): Int8Array {
  const inputs = signs.length;
  const order = walshOrder(inputs);
  const probes = new Int8Array(order * inputs);
  for (let probe = 0, at = 0; probe < order; probe++)
    for (let input = 0; input < inputs; input++, at++)
      probes[at] = (oddBits(probe & (input + 1)) ? -amplitude : amplitude) * signs[input];
  return probes;
}

function oddBits(word: number): boolean {
  let odd = false;
  for (let rest = word; rest !== 0; rest &= rest - 1) odd = !odd;
  return odd;
}

/** Walsh-Hadamard transform in place, without a scale; the length is a power of two. */
export function walshTransform(values: Float64Array): Float64Array {
  for (let half = 1; half < values.length; half *= 2)
    for (let start = 0; start < values.length; start += 2 * half)
      for (let low = start; low < start + half; low++) {
        const [a, b] = [values[low], values[low + half]];
        values[low] = a + b;
        values[low + half] = a - b;
      }
  return values;
}
