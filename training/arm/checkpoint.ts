import * as z from 'zod';
import { decodeDescribed, encodeDescribed, ModelError, type Tensor } from '../../network/index.js';
import { readFrom, writeWhole } from '../../network/node/index.js';
import type { AdamState } from '../optimiser/adam.js';
import { type ArmMatrices, arraysOf } from './spiking/parameters.js';

const TASK = 'arm-checkpoint' as const;

const progressSchema = z.strictObject({
  /** Iterations done. */
  iteration: z.int().nonnegative(),
  /** Seconds spent training, over all runs. */
  seconds: z.number().nonnegative(),
  /** Whether training includes the levels and the noise of the chip by now. */
  noisy: z.boolean(),
  seed: z.int(),
  /** Learning curve: iteration, mean training error and validation errors, in percent of the reach. */
  curve: z.array(z.record(z.string(), z.number())),
});

const checkpointSchema = z.strictObject({
  task: z.literal(TASK),
  network: z.unknown(),
  progress: progressSchema,
});

/** How far the training has come. */
export type TrainingProgress = z.infer<typeof progressSchema>;

/** What the training needs to go on as if it had never stopped. */
export interface ArmTrainingState {
  /** Identity of the network: a checkpoint of another network is refused. */
  network: unknown;
  parameters: ArmMatrices;
  adam: AdamState;
}

/** Writes a checkpoint, as a whole or not at all. Errors: `ModelError` if its progress is not finite. */
export async function saveArmCheckpoint(
  path: string,
  state: ArmTrainingState,
  progress: TrainingProgress,
): Promise<void> {
  const tensors = new Map<string, Tensor>();
  for (const [name, data] of tensorsOf(state)) tensors.set(name, { shape: [data.length], data });
  const description = { task: TASK, network: state.network, progress } as const;
  await writeWhole(path, encodeDescribed({ description, tensors }, checkpointSchema));
}

/** Reads a checkpoint into `state`. Errors: `ModelError` if there is no file or it is not of this network. */
export async function loadArmCheckpoint(path: string, state: ArmTrainingState): Promise<TrainingProgress> {
  const { description, tensors } = await readFrom(path, (bytes) =>
    decodeDescribed(bytes, TASK, checkpointSchema),
  );
  if (JSON.stringify(description.network) !== JSON.stringify(state.network))
    throw new ModelError(`${path}: the checkpoint is of a network of other sizes; train without --resume.`);
  for (const [name, data] of tensorsOf(state)) {
    const tensor = tensors.get(name);
    if (tensor?.data.length !== data.length)
      throw new ModelError(`${path}: the checkpoint lacks ${name}; train without --resume.`);
    data.set(tensor.data);
  }
  state.adam.step = description.progress.iteration;
  return description.progress;
}

function* tensorsOf({ parameters, adam }: ArmTrainingState): Iterable<[string, Float32Array]> {
  for (const [name, data] of Object.entries(arraysOf(parameters))) {
    yield [name, data];
    yield [`${name}.first`, adam.first[name]];
    yield [`${name}.second`, adam.second[name]];
  }
}
