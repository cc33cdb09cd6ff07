/** Named arrays of numbers that are optimised together. */
type Arrays = Record<string, { data: Float32Array }>;

const firstDecay = 0.9;
const secondDecay = 0.999;
const epsilon = 1e-8;

/** Adam (Kingma and Ba 2015) with the gradient's global norm clipped before. */
export class Adam {
  /** First and second moments by name; part of a checkpoint. */
  readonly moments: Record<string, { first: Float32Array; second: Float32Array }>;
  steps = 0;

  constructor(
    private readonly parameters: Arrays,
    private readonly greatestNorm: number,
  ) {
    this.moments = Object.fromEntries(
      Object.entries(parameters).map(([name, { data }]) => [
        name,
        { first: new Float32Array(data.length), second: new Float32Array(data.length) },
      ]),
    );
  }

  /** One step against the gradients. @returns the norm before clipping */
  step(gradients: Arrays, rate: number): number {
    const norm = globalNorm(gradients);
    const scale = norm > this.greatestNorm ? this.greatestNorm / norm : 1;
    this.steps++;
    const correction = Math.sqrt(1 - secondDecay ** this.steps) / (1 - firstDecay ** this.steps);
    for (const [name, { first, second }] of Object.entries(this.moments)) {
      const values = this.parameters[name].data;
      const gradient = gradients[name].data;
      for (let i = 0; i < values.length; i++) {
        const g = scale * gradient[i];
        first[i] += (1 - firstDecay) * (g - first[i]);
        second[i] += (1 - secondDecay) * (g * g - second[i]);
        values[i] -= (rate * correction * first[i]) / (Math.sqrt(second[i]) + epsilon);
      }
    }
    return norm;
  }
}

function globalNorm(arrays: Arrays): number {
  let sum = 0;
  for (const { data } of Object.values(arrays)) for (const value of data) sum += value * value;
  return Math.sqrt(sum);
}
