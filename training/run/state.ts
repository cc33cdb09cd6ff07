import { readFile } from 'node:fs/promises';
import { writeWhole } from '../../network/node/index.js';
import { readSafetensors, SafetensorsError, type Tensor, writeSafetensors } from '../../network/index.js';
import type { AdamState } from '../tensors/adam.js';
import type { BackendName } from '../tensors/backend.js';
import { TrainingError } from '../errors.js';
import type { Parameters } from '../tensors/parameters.js';
import type { Schedule } from '../meta/schedule.js';
import type { Statistics } from '../trunk/trunk.js';

export type Phase = 'classifier' | 'meta';

/** A point of the learning curve. */
export interface CurvePoint {
  phase: Phase;
  /** Step within the phase. */
  step: number;
  /** Mean training loss since the point before, in nats. */
  loss: number;
  /** Accuracy on validation tasks, with weights in float32 and of 4 bits. */
  float32: number;
  int4: number;
}

/**
 * The convolutions to export, statistics folded in, with their inner rate: the latest of the warm start, or what did better
 * than that on validation.
 */
export interface Best {
  phase: Phase;
  step: number;
  rate: number;
  float32: number;
  int4: number;
  parameters: Parameters;
}

/** All that a training knows; what is random in a step is a function of the seed and the step, so that nothing else must be kept. */
export interface TrainingState {
  seed: number;
  backend: BackendName;
  schedule: Schedule;
  /** The training record of the model that it started from, where it did not start from nothing. */
  startedFrom?: Record<string, unknown>;
  phase: Phase;
  /** Steps done in this phase. */
  step: number;
  parameters: Parameters;
  adam: AdamState;
  /** Running statistics of the batches, in the classifier phase. */
  statistics: Statistics[];
  /** Running mean of the parameters, in the meta phase. */
  average: Parameters;
  /** Range of the head's levels, once the meta phase computes with them. */
  headRange?: number;
  best?: Best;
  curve: CurvePoint[];
  /** Sum and number of the losses since the last point of the curve. */
  lossSum: number;
  lossCount: number;
  /** Time spent so far, over all resumptions. */
  seconds: number;
}

const KEY = 'pcm-hil-checkpoint';

/** Writes the state to a safetensors file, whole or not at all. */
export async function saveCheckpoint(path: string, state: TrainingState): Promise<void> {
  const { parameters, adam, statistics, average, best, ...rest } = state;
  const groups: Record<string, Parameters> = {
    parameters,
    average,
    first: adam.first,
    second: adam.second,
    mean: Object.fromEntries(statistics.map(({ mean }, layer) => [layer, mean])),
    variance: Object.fromEntries(statistics.map(({ variance }, layer) => [layer, variance])),
    best: best?.parameters ?? {},
  };
  const tensors = new Map<string, Tensor>();
  for (const [group, values] of Object.entries(groups))
    for (const [name, data] of Object.entries(values))
      tensors.set(`${group}/${name}`, { shape: [data.length], data });
  const json = { ...rest, adamStep: adam.step, ...(best && { best: { ...best, parameters: undefined } }) };
  await writeWhole(path, writeSafetensors({ tensors, metadata: { [KEY]: JSON.stringify(json) } }));
}

/** Reads a state back; throws TrainingError where the file is missing or no checkpoint. */
export async function loadCheckpoint(path: string): Promise<TrainingState> {
  let content;
  try {
    content = readSafetensors(await readFile(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new TrainingError(`There is no checkpoint ${path}; start without --resume.`);
    if (error instanceof SafetensorsError) throw new TrainingError(`${path}: ${error.message}`);
    throw error;
  }
  const { tensors, metadata } = content;
  if (metadata[KEY] === undefined) throw new TrainingError(`${path} is not a checkpoint of a training.`);
  const { adamStep, best, ...rest } = JSON.parse(metadata[KEY]);
  const group = (wanted: string): Parameters =>
    Object.fromEntries(
      [...tensors]
        .filter(([name]) => name.startsWith(`${wanted}/`))
        .map(([name, { data }]) => [name.slice(wanted.length + 1), data]),
    );
  const variances = group('variance');
  return {
    ...rest,
    parameters: group('parameters'),
    average: group('average'),
    adam: { step: adamStep, first: group('first'), second: group('second') },
    statistics: Object.entries(group('mean')).map(([layer, mean]) => ({ mean, variance: variances[layer] })),
    ...(best && { best: { ...best, parameters: group('best') } }),
  };
}
