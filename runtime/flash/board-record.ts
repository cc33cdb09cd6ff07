import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import * as z from 'zod';
import type { Board } from '../../drivers/index.js';
import { encodeModel, type Model } from '../../network/index.js';

/** Summary of the last calibration; see `calibrate`. */
const calibrationSchema = z.object({
  /** ISO 8601 time of the host, and the board's clock in seconds. */
  at: z.string(),
  clock: z.number(),
  profile: z.string(),
  serial: z.string(),
  columnsMeasured: z.int(),
  columnsUnmeasured: z.int(),
  /** Standard deviations over the columns, of the converters without the digital unit. */
  gainSpread: z.number(),
  offsetSpreadCodes: z.number(),
  /** Maximum standard errors of the estimates, in codes: of a gain at full scale, of an offset. */
  gainErrorCodes: z.number(),
  offsetErrorCodes: z.number(),
  /** Maximum deviation from a straight line below 90 % of full scale. */
  nonlinearityCodes: z.number(),
  /** Its cost: vectors multiplied, reads of a whole core, devices programmed with a reference and back. */
  multiplications: z.int(),
  reads: z.int(),
  devicesProgrammed: z.int(),
});
/** Summary of a calibration, as the board keeps it. */
export type Calibration = z.infer<typeof calibrationSchema>;

/** The record that hosts keep in a board's user area: JSON after its length in bytes (u32, little-endian). */
const recordSchema = z.looseObject({
  /** The model on the chip, or on its way there. */
  model: z
    .object({
      name: z.string(),
      /** SHA-256 of the model file. */
      digest: z.string(),
      /** Regions that are programmed already, in the order of the plan. */
      regionsDone: z.int().min(0),
      complete: z.boolean(),
      /** Whether a task was learned since: the head then holds other levels than the model says. */
      headTouched: z.boolean(),
      /** The task that the head holds: names of its classes, time of the host (ISO 8601), board's clock in seconds. */
      learned: z.object({ classes: z.array(z.string()), at: z.string(), clock: z.number() }).optional(),
      /** A refresh or a calibration is reprogramming devices, or was interrupted while it did. */
      interrupted: z.boolean().optional(),
      /** Faults that the last flash, verify or refresh read back, as a sentence; missing if it was sound. */
      faults: z.string().optional(),
    })
    .optional(),
  calibration: calibrationSchema.optional(),
  /** A calibration is under way, or was interrupted: the digital unit is then not set for all columns. */
  calibrationInterrupted: z.boolean().optional(),
  /** Columns that a flash found faulty: models are placed past them. */
  spared: z.array(z.object({ core: z.int().min(0), columns: z.array(z.int().min(0)) })).optional(),
  /** The recording that drift is measured against, and the board's clock at that time; see `pcm drift`. */
  drift: z.object({ recording: z.string(), clock: z.number() }).optional(),
});
/** The record that hosts keep in a board's user area. */
export type BoardRecord = z.infer<typeof recordSchema>;

const LENGTH_BYTES = 4;

/**
 * The record on a board; empty if there is none or it cannot be read. Errors: the board's `Refusal`,
 * `LinkError`.
 */
export async function readRecord(board: Board): Promise<BoardRecord> {
  const header = await board.readUserData(0, LENGTH_BYTES);
  const length = new DataView(header.buffer, header.byteOffset).getUint32(0, true);
  if (length === 0 || length > board.information.userBytes - LENGTH_BYTES) return {};
  const text = new TextDecoder().decode(await board.readUserData(LENGTH_BYTES, length));
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch {
    return {};
  }
}

const encoded = (record: BoardRecord): Uint8Array => new TextEncoder().encode(JSON.stringify(record));

/** Whether the user area of a board has room for a record. */
export const hasRoom = ({ information }: Board, record: BoardRecord): boolean =>
  LENGTH_BYTES + encoded(record).length <= information.userBytes;

/**
 * Replaces the record on a board. Errors: the board's `Refusal` if the user area is too small; `LinkError`.
 */
export async function writeRecord(board: Board, record: BoardRecord): Promise<void> {
  const text = encoded(record);
  const bytes = new Uint8Array(LENGTH_BYTES + text.length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, LENGTH_BYTES);
  await board.writeUserData(0, bytes);
}

/**
 * Takes the model out of the record: call it before you program devices yourself, which spoils the model.
 * Errors: the board's `Refusal`, `LinkError`.
 */
export async function forgetModel(board: Board): Promise<void> {
  const { model, ...record } = await readRecord(board);
  if (model) await writeRecord(board, record);
}

/** Identity of a model: SHA-256 of its file, as hexadecimal digits. */
export const modelDigest = (model: Model): string => bytesToHex(sha256(encodeModel(model)));

/** Whether the board holds exactly this model, completely flashed. */
export const holdsModel = ({ model: held }: BoardRecord, model: Model): boolean =>
  held?.complete === true && held.digest === modelDigest(model);
