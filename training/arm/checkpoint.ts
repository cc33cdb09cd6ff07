import * as z from 'zod';
import { decodeDescribed, encodeDescribed, ModelError, type Tensor } from '../../network/index.js';
import { readFrom, writeWhole } from '../../network/node/index.js';
import type { Adam } from './adam.js';
import type { Parameters } from './parameters.js';

const task = 'arm-checkpoint';

const progressSchema = z.strictObject({
  /** Iterations done. */
  iteration: z.int().nonnegative(),
  /** Time spent training, all runs together. */
  seconds: z.number().nonnegative(),
  /** Whether the levels and the noise of the chip have come in. */
  noisy: z.boolean(),
  seed: z.int(),
  /** Learning curve: iteration, mean training error in percent of the reach, and validation errors where measured. */
  curve: z.array(z.record(z.string(), z.number())),
});

const checkpointSchema = z.strictObject({
  task: z.literal(task),
  network: z.unknown(),
  progress: progressSchema,
});

/** How far a training has come. */
export type TrainingProgress = z.infer<typeof progressSchema>;

/** What a training needs to go on as if it had never stopped. */
export interface TrainingState {
  /** Identity of the network; a checkpoint of another network is refused. */
  network: unknown;
  parameters: Parameters;
  adam: Adam;
}

export async function saveCheckpoint(
  path: string,
  state: TrainingState,
  progress: TrainingProgress,
): Promise<void> {
  const tensors = new Map<string, Tensor>();
  for (const [name, data] of arraysOf(state)) tensors.set(name, { shape: [data.length], data });
  const description = { task, network: state.network, progress };
  await writeWhole(path, encodeDescribed({ description, tensors }));
}

/**
 * Puts a checkpoint's values into `state`.
 * @throws ModelError when there is no file, or it is not of this network
 */
export async function loadCheckpoint(path: string, state: TrainingState): Promise<TrainingProgress> {
  const { description, tensors } = await readFrom(path, (bytes) =>
    decodeDescribed(bytes, task, checkpointSchema),
  );
  if (JSON.stringify(description.network) !== JSON.stringify(state.network))
    throw new ModelError(`${path}: the checkpoint is of a network of other sizes; train without --resume.`);
  for (const [name, data] of arraysOf(state)) {
    const tensor = tensors.get(name);
    if (tensor?.data.length !== data.length)
      throw new ModelError(`${path}: the checkpoint lacks ${name}; train without --resume.`);
    data.set(tensor.data);
  }
  state.adam.steps = description.progress.iteration;
  return description.progress;
}

function* arraysOf({ parameters, adam }: TrainingState): Iterable<[string, Float32Array]> {
  for (const [name, matrix] of Object.entries(parameters)) {
    yield [name, matrix.data];
    yield [`${name}.first`, adam.moments[name].first];
    yield [`${name}.second`, adam.moments[name].second];
  }
}
