/**
 * The published models of programming, drift and read noise, and their means and standard deviations by
 * quadrature: the chip's samples are compared with them. Conductances in microsiemens, times in seconds.
 */
const clamp = (x: number, low: number, high: number) => Math.min(Math.max(x, low), high);
const { log } = Math;

export interface PublishedModel {
  conductanceMax: number;
  time0: number;
  readTime: number;
  /** Standard deviation of the programmed conductance at relative target g. */
  deviation: (g: number) => number;
  exponentMean: (g: number) => number;
  exponentDeviation: (g: number) => number;
  /** Q at relative programmed conductance g. */
  readNoise: (g: number) => number;
}

const hermesExponentMean = (g: number) =>
  g < 0.0945 ? clamp(-0.0387 * log(g) - 0.0182, 0.072, 0.13) : -0.0436 * g * g - 0.0126 * g + 0.0736;

export const publishedModels: Record<string, PublishedModel> = {
  hermes: {
    conductanceMax: 20.7,
    time0: 300,
    readTime: 512e-9,
    deviation: (g) => 0.16603222 + 4.71806468 * g - 8.48101252 * g ** 2 + 4.68961419 * g ** 3,
    exponentMean: hermesExponentMean,
    exponentDeviation: (g) =>
      g < 0.3055 ? clamp(-0.0117 * log(g) - 0.0057, 0.0091, 0.04) : -0.0118 * g * g + 0.0093 * g + 0.0073,
    readNoise: (g) =>
      g < 0.16
        ? clamp(-0.0117 * log(g) - 0.0069, 0.015, 0.04)
        : 0.0069 * g ** 3 - 0.028 * g * g + 0.0211 * g + 0.0123,
  },
  'hermes-one-device': {
    conductanceMax: 10.35,
    time0: 200,
    readTime: 512e-9,
    deviation: (g) => 0.15781817 + 2.32443916 * g - 2.16310839 * g ** 2 + 0.68841818 * g ** 3,
    exponentMean: hermesExponentMean,
    exponentDeviation: (g) =>
      g < 0.3039 ? clamp(-0.012 * log(g) - 0.0023, 0.0124, 0.04) : -0.0165 * g * g + 0.0116 * g + 0.0104,
    readNoise: (g) =>
      g < 0.1591
        ? clamp(-0.0078 * log(g) + 0.0038, 0.0179, 0.04)
        : 0.0664 * g ** 3 - 0.1352 * g * g + 0.0768 * g + 0.0088,
  },
  'pcm-like': {
    conductanceMax: 25,
    time0: 20,
    readTime: 250e-9,
    deviation: (g) => 0.26348 + 1.965 * g - 1.1731 * g * g,
    exponentMean: (g) => clamp(-0.0155 * log(g) + 0.0244, 0.049, 0.1),
    exponentDeviation: (g) => clamp(-0.0125 * log(g) - 0.0059, 0.008, 0.045),
    readNoise: (g) => Math.min(0.0088 / Math.max(g ** 0.65, 1e-3), 0.2),
  },
};

const density = (z: number) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

/** Distribution function of the standard normal, by its power series; z up to 8 in magnitude. */
export function normalDistribution(z: number): number {
  if (Math.abs(z) > 8) return z > 0 ? 1 : 0;
  let term = z;
  let sum = z;
  for (let k = 1; k < 200; k++) sum += term *= (z * z) / (2 * k + 1);
  return 0.5 + density(z) * sum;
}

/**
 * Nodes and weights for the mean of a function of a standard normal variate: the rectangle rule from -6 to 6.
 */
const nodes = Array.from({ length: 241 }, (_, i) => (i - 120) / 20);
const weights = nodes.map((z) => density(z) / 20);

function meanOverNormal(f: (z: number) => number): number {
  return nodes.reduce((sum, z, i) => sum + weights[i] * f(z), 0);
}

export interface Moments {
  mean: number;
  deviation: number;
}

const momentsOf = (mean: number, square: number): Moments => ({
  mean,
  deviation: Math.sqrt(Math.max(square - mean * mean, 0)),
});

/** Moments of max(0, N(mean, deviation)). */
export function rectified(mean: number, deviation: number): { mean: number; square: number } {
  if (deviation === 0) return { mean, square: mean * mean };
  const z = mean / deviation;
  const above = normalDistribution(z);
  return {
    mean: mean * above + deviation * density(z),
    square: (mean * mean + deviation * deviation) * above + mean * deviation * density(z),
  };
}

/** Programmed conductance at relative target g. */
export function programmedMoments(model: PublishedModel, g: number): Moments {
  const { mean, square } = rectified(g * model.conductanceMax, model.deviation(g));
  return momentsOf(mean, square);
}

const floored = (g: number) => Math.max(g, 1e-7);

/** Drift exponent at relative target g. */
export function exponentMoments(model: PublishedModel, g: number): Moments {
  const [mean, deviation] = [model.exponentMean(floored(g)), model.exponentDeviation(floored(g))];
  // |x| has the mean of x plus twice that of max(-x, 0)
  return momentsOf(mean + 2 * rectified(-mean, deviation).mean, mean * mean + deviation * deviation);
}

/**
 * Conductance read `age` seconds after programming at relative target g: drift, accumulated 1/f noise, never
 * below 0.
 */
export function readMoments(model: PublishedModel, g: number, age: number): Moments {
  const t = age + model.time0;
  const noise = Math.sqrt(log((t + model.readTime) / (2 * model.readTime)));
  const exponent = [model.exponentMean(floored(g)), model.exponentDeviation(floored(g))];
  const factor = (power: number) =>
    meanOverNormal((z) => (t / model.time0) ** (-power * Math.abs(exponent[0] + exponent[1] * z)));
  const [drift, driftSquared] = [factor(1), factor(2)];
  let mean = 0;
  let square = 0;
  // the programmed conductance, finely: it is rectified at 0 and the curve of Q is steep there
  const steps = 4000;
  for (let i = 0; i < steps; i++) {
    const z = ((i + 0.5) / steps) * 12 - 6;
    const programmed = g * model.conductanceMax + model.deviation(g) * z;
    if (programmed <= 0) continue;
    const relative = noise * model.readNoise(floored(programmed / model.conductanceMax));
    const read = rectified(1, relative);
    const weight = (density(z) * 12) / steps;
    mean += weight * programmed * drift * read.mean;
    square += weight * programmed ** 2 * driftSquared * read.square;
  }
  return momentsOf(mean, square);
}
