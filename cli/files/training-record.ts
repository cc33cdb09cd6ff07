import * as z from 'zod';
import type { Model } from '../../network/index.js';
import { MAX_NETWORK_BYTES, readLimited } from '../../network/node/index.js';
import { type TrainingCurve, fourBitFrom } from '../../training/record/index.js';

const record = z.object({
  curve: z
    .array(
      z.object({
        phase: z.enum(['classifier', 'meta']),
        step: z.number(),
        loss: z.number(),
        float32: z.number(),
        int4: z.number(),
      }),
    )
    .min(1),
  schedule: z.object({ meta: z.object({ steps: z.number(), fourBitPart: z.number() }) }),
});

/**
 * The learning curve of a model trained by `pcm train omniglot`: from its metadata, or else from the record
 * beside its file. Undefined if neither has one, as for a model that was trained elsewhere.
 */
export async function learningCurveOf(model: Model, path: string): Promise<TrainingCurve | undefined> {
  const parsed = [model.description.training, await recordBeside(path)].map((json) => record.safeParse(json));
  const found = parsed.find(({ success }) => success)?.data;
  return found && { points: found.curve, fourBitFrom: fourBitFrom(found.schedule) };
}

async function recordBeside(path: string): Promise<unknown> {
  try {
    return JSON.parse(new TextDecoder().decode(await readLimited(`${path}.json`, MAX_NETWORK_BYTES)));
  } catch {
    return undefined;
  }
}
