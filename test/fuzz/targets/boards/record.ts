import type { Board } from '../../../../drivers/index.js';
import { decodeRecording, encodeRecording, readRecord, writeRecord } from '../../../../runtime/index.js';
import { jsonWords, mutateText } from '../../mutate-json.js';
import { bytesOf, require, type Target, textOf } from '../../target.js';

const USER_BYTES = 4096;

/** A board that is a user area. */
function userArea(content: Uint8Array): Board {
  const bytes = new Uint8Array(USER_BYTES);
  bytes.set(content.subarray(0, USER_BYTES));
  const board = {
    information: { userBytes: USER_BYTES },
    readUserData: async (offset: number, length: number) => bytes.slice(offset, offset + length),
    writeUserData: async (offset: number, data: Uint8Array) => bytes.set(data, offset),
  };
  return board as unknown as Board;
}

export const boardRecord: Target = {
  name: 'board-record',
  reads: "the record in a board's user area",
  refusals: [],
  seeds: async () => {
    const board = userArea(new Uint8Array());
    const model = { name: 'm', digest: 'd', regionsDone: 1, complete: true, headTouched: false };
    await writeRecord(board, { model, drift: { recording: 'r', clock: 1 } });
    return [(await board.readUserData(0, 300)).slice()];
  },
  async read(input) {
    const record = await readRecord(userArea(input));
    if (JSON.stringify(record).length > USER_BYTES / 2) return;
    const again = userArea(new Uint8Array());
    await writeRecord(again, record);
    require(JSON.stringify(await readRecord(again)) ===
      JSON.stringify(record), 'Writing and reading changes it.');
  },
  words: jsonWords,
};

export const recording: Target = {
  name: 'recording',
  reads: "recordings of a board's answers, for drift",
  refusals: [],
  seeds: () => {
    const codes = [Float64Array.of(1, -2, 3), new Float64Array()];
    const board = { serial: 's', model: 'm', clock: 1 };
    return [bytesOf(encodeRecording({ ...board, recording: { seed: 1, count: 1, codes } }))];
  },
  read(input) {
    const decoded = decodeRecording(textOf(input));
    if (!decoded) return;
    const text = encodeRecording(decoded);
    require(encodeRecording(decodeRecording(text)!) === text, 'Writing and reading changes it.');
  },
  mutate: mutateText,
  words: jsonWords,
};
