import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import * as z from 'zod';
import type { Board } from '../../drivers/index.js';
import { Random } from '../../network/index.js';
import type { Plan } from '../mapping/placement.js';
import { type CompensatedLayer, measureLayers } from './layers.js';
import type { LayerCodes } from './probes/codes.js';
import { type Probes, randomProbes, probeStreams } from './probes/probes.js';

/** The board's own answers to random probes, as it gave them when the model was fresh. */
export interface Recording {
  /** Seed of the probes. */
  seed: number;
  /** Probe vectors for each layer. */
  count: number;
  /** One for each layer. */
  codes: LayerCodes[];
}

/** The probes that a recording with `count` vectors a layer is made with; the same seed gives the same. */
export function recordedProbes(
  layers: readonly CompensatedLayer[],
  plan: Plan,
  count: number,
  seed: number,
): Probes[] {
  const random = new Random(seed, probeStreams.recorded);
  return layers.map(({ placement, matrix }) => randomProbes(placement, matrix, plan, count, random));
}

/**
 * Multiplies random probes and keeps the answers; call it right after flashing. Errors: the board's
 * `Refusal`, `LinkError`.
 */
export async function record(
  board: Board,
  plan: Plan,
  layers: readonly CompensatedLayer[],
  count: number,
  seed: number,
): Promise<Recording> {
  const probes = recordedProbes(layers, plan, count, seed);
  return { seed, count, codes: await measureLayers(board, layers, probes) };
}

const schema = z.object({
  format: z.literal(1),
  serial: z.string(),
  model: z.string(),
  clock: z.number(),
  seed: z.int(),
  count: z.int().positive(),
  /** One for each layer: codes [parts, outputs, vectors] as int16, little-endian, in base64. */
  codes: z.array(z.string()),
});

/** A recording, and which board and model it belongs to. */
export interface RecordedBoard {
  /** Serial number of the board. */
  serial: string;
  /** SHA-256 of the model. */
  model: string;
  /** The board's clock when it was recorded, in seconds. */
  clock: number;
  recording: Recording;
}

/** Identity of a recording, to keep on the board beside its model: 16 hexadecimal digits of a SHA-256. */
export function recordingId({ codes }: Recording): string {
  const hash = sha256.create();
  for (const layer of codes) hash.update(toBytes(layer));
  return bytesToHex(hash.digest()).slice(0, 16);
}

/** Encodes a recording as the text of a JSON file. */
export function encodeRecording({ recording, ...board }: RecordedBoard): string {
  const codes = recording.codes.map((layer) => toBase64(toBytes(layer)));
  return `${JSON.stringify({ format: 1, ...board, ...recording, codes })}\n`;
}

/** Decodes the text of such a file; undefined if it holds no recording. */
export function decodeRecording(text: string): RecordedBoard | undefined {
  try {
    const { serial, model, clock, seed, count, codes } = schema.parse(JSON.parse(text));
    return { serial, model, clock, recording: { seed, count, codes: codes.map(fromBase64) } };
  } catch {
    return undefined;
  }
}

function toBytes(codes: Float64Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 * codes.length));
  for (const [index, code] of codes.entries()) view.setInt16(2 * index, code, true);
  return new Uint8Array(view.buffer);
}

/** Bytes that are turned into characters at once: those of a long array do not fit on the stack. */
const SLICE_BYTES = 0x8000;

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let start = 0; start < bytes.length; start += SLICE_BYTES)
    text += String.fromCharCode(...bytes.subarray(start, start + SLICE_BYTES));
  return btoa(text);
}

function fromBase64(text: string): Float64Array {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float64Array.from({ length: bytes.length >> 1 }, (_, index) => view.getInt16(2 * index, true));
}
