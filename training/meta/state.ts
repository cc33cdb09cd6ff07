import * as z from 'zod';
import { FileTooLargeError, MAX_NETWORK_BYTES, readLimited, writeWhole } from '../../network/node/index.js';
import {
  readSafetensors,
  type Safetensors,
  SafetensorsError,
  type Tensor,
  writeSafetensors,
} from '../../network/index.js';
import type { AdamState } from '../optimiser/adam.js';
import type { BackendName } from '../tensors/backend.js';
import { TrainingError } from '../errors.js';
import type { Parameters } from '../tensors/parameters.js';
import { omniglotSchedule, type Schedule } from './schedule.js';
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

const count = z.int().nonnegative();
const phase = z.enum(['classifier', 'meta']);
const accuracies = { float32: z.number(), int4: z.number() };

/** The part of a state that is JSON. */
const stateSchema = z.object({
  seed: z.int(),
  // Not from backend.ts, which loads TensorFlow.js.
  backend: z.enum(['tensorflow', 'wasm'] satisfies BackendName[]),
  schedule: z.custom<Schedule>((value) => isLike(value, omniglotSchedule)),
  startedFrom: z.record(z.string(), z.unknown()).optional(),
  phase,
  step: count,
  adamStep: count,
  headRange: z.number().optional(),
  best: z.object({ phase, step: count, rate: z.number(), ...accuracies }).optional(),
  curve: z.array(z.object({ phase, step: count, loss: z.number(), ...accuracies })),
  lossSum: z.number(),
  lossCount: count,
  seconds: z.number().nonnegative(),
});

/** Whether a value has all entries of `sample`, of the same types. */
const isLike = (value: unknown, sample: unknown): boolean =>
  typeof sample !== 'object'
    ? typeof value === typeof sample
    : typeof value === 'object' &&
      value !== null &&
      Object.entries(sample!).every(([key, part]) => isLike((value as Record<string, unknown>)[key], part));

/** Reads a state back. Errors: `TrainingError` if the file is missing or not a checkpoint. */
export async function loadCheckpoint(path: string): Promise<TrainingState> {
  const { tensors, metadata } = await readCheckpoint(path);
  const { adamStep, best, ...rest } = parseState(path, metadata[KEY]);
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

async function readCheckpoint(path: string): Promise<Safetensors> {
  try {
    return readSafetensors(await readLimited(path, MAX_NETWORK_BYTES));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new TrainingError(`There is no checkpoint ${path}; start without --resume.`);
    if (error instanceof SafetensorsError) throw new TrainingError(`${path}: ${error.message}`);
    if (error instanceof FileTooLargeError) throw new TrainingError(error.message);
    throw error;
  }
}

function parseState(path: string, text: string | undefined): z.infer<typeof stateSchema> {
  try {
    return stateSchema.parse(JSON.parse(text ?? ''));
  } catch {
    throw new TrainingError(`${path} is not a checkpoint of a training; start without --resume.`);
  }
}
