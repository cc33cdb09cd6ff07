import * as z from 'zod';
import type { Tensor } from './model.js';
import { readSafetensors, writeSafetensors } from './safetensors.js';
import { ModelError } from './errors.js';

/** The key of the safetensors metadata that holds the description as JSON. */
export const METADATA_KEY = 'pcm-hil';

/** Content of a safetensors file of this project: a description, and the tensors that it names. */
export interface Described<Description> {
  description: Description;
  tensors: Map<string, Tensor>;
}

/**
 * Decodes the bytes of a safetensors file. `task`: the task that the description must have. Errors:
 * `ModelError` for a description that is missing, malformed or of another task; `SafetensorsError` for
 * another file.
 */
export function decodeDescribed<Description>(
  bytes: Uint8Array,
  task: string,
  schema: z.ZodType<Description>,
): Described<Description> {
  const { tensors, metadata } = readSafetensors(bytes);
  const text = metadata[METADATA_KEY];
  if (text === undefined)
    throw new ModelError(
      `The file has tensors but no description under "${METADATA_KEY}"; docs/model-format.md shows how to write it.`,
    );
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ModelError(`The description under "${METADATA_KEY}" is not JSON.`);
  }
  const other = z.object({ task: z.string() }).safeParse(json);
  if (other.success && other.data.task !== task)
    throw new ModelError(
      `The model is for the task "${other.data.task}"; give one for the task "${task}"${elsewhere(other.data.task)}.`,
    );
  return { description: checked(json, schema), tensors };
}

/**
 * Encodes a description and its tensors as the bytes of a safetensors file. Errors: `ModelError` for a
 * description that is malformed.
 */
export function encodeDescribed<Description>(
  { description, tensors }: Described<Description>,
  schema: z.ZodType<Description>,
): Uint8Array {
  const text = JSON.stringify(checked(description, schema));
  return writeSafetensors({ tensors, metadata: { [METADATA_KEY]: text } });
}

function checked<Description>(description: unknown, schema: z.ZodType<Description>): Description {
  const parsed = schema.safeParse(description);
  if (parsed.success) return parsed.data;
  throw new ModelError(`The description is malformed: ${firstIssue(parsed.error)}`);
}

function firstIssue(error: z.ZodError): string {
  const { path, message } = error.issues[0];
  return `${path.join('.') || 'the whole'}: ${message}.`;
}

/** The command for a model of another task: "pcm flash" takes no model of the arm. */
function elsewhere(task: string): string {
  if (task === 'arm') return ", or use 'pcm arm', which flashes this one";
  return task === 'few-shot-classification' ? ", or use 'pcm learn' for this one" : '';
}
