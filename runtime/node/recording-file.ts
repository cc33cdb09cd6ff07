import { DataError } from '../../network/index.js';
import { FileTooLargeError, MAX_NETWORK_BYTES, readLimited, writeWhole } from '../../network/node/index.js';
import { type RecordedBoard, decodeRecording, encodeRecording } from '../drift/recording.js';

/** Writes a recording as a JSON file, which appears whole or not at all. Errors: those of the file system. */
export const writeRecording = (path: string, recorded: RecordedBoard): Promise<void> =>
  writeWhole(path, encodeRecording(recorded));

/**
 * Reads a recording; undefined if there is no such file. Errors: `DataError` for a file that is not a
 * recording.
 */
export async function readRecording(path: string): Promise<RecordedBoard | undefined> {
  const bytes = await readLimited(path, MAX_NETWORK_BYTES).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error instanceof FileTooLargeError ? new DataError(error.message) : error;
  });
  if (bytes === undefined) return undefined;
  const recorded = decodeRecording(new TextDecoder().decode(bytes));
  if (!recorded) throw new DataError(`${path} is no recording of a board; name another file with --record.`);
  return recorded;
}
