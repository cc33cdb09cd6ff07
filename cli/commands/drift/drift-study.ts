import { inventCharacters } from '../../../data/index.js';
import type { Board } from '../../../drivers/index.js';
import { DataError, type Model } from '../../../network/index.js';
import { DriftStudy, modelDigest, readRecord, recordingId, writeRecord } from '../../../runtime/index.js';
import { readRecording, writeRecording } from '../../../runtime/node/index.js';

/**
 * The drift study of a board. Continues the one in the file if there is one; else begins one now, and records
 * it in the file and on the board. `age` is the time since the recording, in seconds of the board's clock.
 * Errors: `DataError` if the file belongs to another board, model or flash.
 */
export async function takeUpStudy(
  board: Board,
  model: Model,
  { record: path, ...given }: { record?: string; budget: number; seed: number },
): Promise<{ study: DriftStudy; age: number }> {
  const options = { ...given, invent: inventCharacters };
  const { clock } = await board.status();
  const known = path === undefined ? undefined : await readRecording(path);
  const { serial } = board.information;
  const digest = modelDigest(model);
  if (known) {
    const { drift } = await readRecord(board);
    const same = known.serial === serial && known.model === digest;
    if (!same || drift?.recording !== recordingId(known.recording))
      throw new DataError(
        `${path} was recorded on another board or model, or before the board was flashed again; name another file with --record.`,
      );
    return {
      study: await DriftStudy.resume(board, model, known.recording, options),
      age: clock - drift.clock,
    };
  }
  const study = await DriftStudy.begin(board, model, options);
  if (path !== undefined) {
    const { recording } = study;
    await writeRecording(path, { serial, model: digest, clock, recording });
    const drift = { recording: recordingId(recording), clock };
    await writeRecord(board, { ...(await readRecord(board)), drift });
  }
  return { study, age: 0 };
}
