import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { DataError } from '../data/errors.js';
import { writeWhole } from '../files.js';
import type { Recording } from './compensation.js';

const schema = z.object({
  format: z.literal(1),
  serial: z.string(),
  /** SHA-256 of the model. */
  model: z.string(),
  /** The board's clock when it was recorded, seconds. */
  clock: z.number(),
  seed: z.int(),
  count: z.int().positive(),
  /** One a layer: codes [parts, outputs, vectors] as int16, little-endian, in base64. */
  codes: z.array(z.string()),
});

/** A recording and what it was recorded of. */
export interface RecordedBoard {
  serial: string;
  model: string;
  clock: number;
  recording: Recording;
}

/** Identity of a recording, to be kept on the board beside its model. */
export const recordingId = ({ codes }: Recording): string =>
  codes
    .reduce((hash, layer) => hash.update(toBytes(layer)), createHash('sha256'))
    .digest('hex')
    .slice(0, 16);

/** Writes a recording as a JSON file beside the user's data. */
export async function writeRecording(path: string, { recording, ...board }: RecordedBoard): Promise<void> {
  const codes = recording.codes.map((layer) => Buffer.from(toBytes(layer)).toString('base64'));
  await writeWhole(path, `${JSON.stringify({ format: 1, ...board, ...recording, codes })}\n`);
}

/** Reads a recording; undefined where there is no such file. Errors: `DataError` for a file that is none. */
export async function readRecording(path: string): Promise<RecordedBoard | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    const { serial, model, clock, seed, count, codes } = schema.parse(JSON.parse(text));
    return { serial, model, clock, recording: { seed, count, codes: codes.map(fromBase64) } };
  } catch {
    throw new DataError(`${path} is no recording of a board; name another file with --record.`);
  }
}

function toBytes(codes: Float64Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 * codes.length));
  for (const [index, code] of codes.entries()) view.setInt16(2 * index, code, true);
  return new Uint8Array(view.buffer);
}

function fromBase64(text: string): Float64Array {
  const bytes = Buffer.from(text, 'base64');
  return Float64Array.from({ length: bytes.length >> 1 }, (_, index) => bytes.readInt16LE(2 * index));
}
