import { readFile } from 'node:fs/promises';
import { writeWhole } from '../../network/node/index.js';
import { readSafetensors, SafetensorsError, type Tensor, writeSafetensors } from '../../network/index.js';
import type { AdamState } from '../optimiser/adam.js';
import type { BackendName } from '../tensors/backend.js';
import { TrainingError } from '../errors.js';
import type { Parameters } from '../tensors/parameters.js';
import type { Schedule } from './schedule.js';
import type { Statistics } from '../trunk/statistics.js';

/** Phase of a training: the warm start, then meta-training. */
export type Phase = 'classifier' | 'meta';

/** A point of the learning curve. */
export interface CurvePoint {
  phase: Phase;
  /** Step within the phase. */
  step: number;
  /** Mean training loss since the previous point, in nats. */
  loss: number;
  /** Accuracy on validation tasks, with weights in float32. */
  float32: number;
  /** Accuracy with weights of 4 bits. */
  int4: number;
}

/**
 * The convolutions to export, with folded statistics, and their inner rate: the latest of the warm start, or
 * what has beaten it on validation since.
 */
export interface Best {
  phase: Phase;
  step: number;
  rate: number;
  float32: number;
  int4: number;
  parameters: Parameters;
}

/**
 * The whole state of a training. Random numbers depend only on the seed and the step, so that nothing else
 * must be kept.
 */
export interface TrainingState {
  seed: number;
  backend: BackendName;
  schedule: Schedule;
  /** The training record of the model that it started from, if any. */
  startedFrom?: Record<string, unknown>;
  phase: Phase;
  /** Steps done in this phase. */
  step: number;
  parameters: Parameters;
  adam: AdamState;
  /** Running statistics of the batches. */
  statistics: Statistics[];
  /** Running mean of the parameters, in meta-training. */
  average: Parameters;
  /** Range of the head's levels, once meta-training computes with them. */
  headRange?: number;
  best?: Best;
  curve: CurvePoint[];
  /** Sum and number of the losses since the last point of the curve. */
  lossSum: number;
  lossCount: number;
  /** Training time so far, over all runs. */
  seconds: number;
}

/** Key of the metadata. */
const KEY = 'pcm-hil-checkpoint';

/** Writes the state to a safetensors file, as a whole or not at all. */
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

/** Reads a state back. Errors: `TrainingError` if the file is missing or not a checkpoint. */
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
