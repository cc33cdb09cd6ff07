import * as z from 'zod';

/**
 * Description of an arm's model: the JSON under the key `pcm-hil` in the metadata of a safetensors file.
 * Tensors are float32, the pre-synaptic side first, as the rows of a crossbar; docs/arm.md lists them.
 */

const count = z.int().positive();
const bells = z.strictObject({
  count: z.int().min(2),
  low: z.number(),
  high: z.number(),
  /** Standard deviation in units of the distance between centres. */
  width: z.number().positive(),
});
/** Factor by which a leaky integrator keeps its value over a step. */
const leak = z.number().min(0).lt(1);

/** Schema of the description in a model file of the arm. */
export const armDescription = z.strictObject({
  format: z.literal(1),
  task: z.literal('arm'),
  name: z.string().min(1),
  /** Joints of the arm: two links of 0.5 m. */
  joints: z.literal(2, 'must be 2: the arm is planar, with two links'),
  network: z.strictObject({
    steps: count,
    stepSeconds: z.number().positive(),
    neurons: count,
    clocks: z.int().min(2),
    generatorNeurons: count,
    target: z.strictObject({ place: bells, velocity: bells }),
    leak,
    readoutLeak: leak,
    signalLeak: leak,
    refractorySteps: z.int().nonnegative(),
  }),
  /** How the model was trained; free-form. */
  training: z.record(z.string(), z.unknown()).optional(),
});

/** The description in a model file of the arm. */
export type ArmDescription = z.infer<typeof armDescription>;
