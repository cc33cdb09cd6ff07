import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Board } from '../../../drivers/index.js';
import { registeredEmulators, registerEmulator } from '../../../drivers/node/index.js';
import { Chip } from '../../../emulator/chip/chip.js';
import { parseProfile, plainBackend, ProfileError, profileNames } from '../../../emulator/index.js';
import { loadProfile } from '../../../emulator/node/index.js';
import type { Random } from '../../../network/index.js';
import { decodeRecording, encodeRecording, readRecord, writeRecord } from '../../../runtime/index.js';
import { TrainingError } from '../../../training/errors.js';
import { loadCheckpoint, saveCheckpoint, type TrainingState } from '../../../training/meta/state.js';
import { omniglotSchedule } from '../../../training/index.js';
import { mutateBytes, mutateJson } from '../mutate.js';
import { bytesOf, require, sameBytes, type Target, textOf } from '../target.js';
import { Scratch } from './files.js';
import { mutateHeader } from './tensors.js';

/** Changes a JSON text, which stays one. */
function mutateText(input: Uint8Array, random: Random): Uint8Array {
  try {
    return bytesOf(JSON.stringify(mutateJson(JSON.parse(textOf(input)), random)) ?? '');
  } catch {
    return mutateBytes(input, random);
  }
}

const words = ['{"', '":', '[[[[[[[[', '1e400', 'null', '"__proto__":'];

/** Devices of a chip that is made to see whether the profile works. */
const MAX_DEVICES = 20_000;

export const profile: Target = {
  name: 'profile',
  reads: 'profiles of chips, and makes a small chip of them',
  refusals: [ProfileError],
  seeds: () => [
    ...profileNames.map((name) => bytesOf(JSON.stringify(loadProfile(name)))),
    bytesOf(JSON.stringify({ extends: 'hermes', name: 'small', cores: 1, rows: 8, columns: 8 })),
  ],
  read(input) {
    let json: unknown;
    try {
      json = JSON.parse(textOf(input));
    } catch {
      return;
    }
    const parsed = parseProfile('a profile', json, loadProfile);
    const { cores, rows, columns, devicesPerPolarity } = parsed;
    if (cores * rows * columns * devicesPerPolarity > MAX_DEVICES) return;
    const chip = new Chip(parsed, { seed: 1, now: () => 0, backend: plainBackend() });
    const window = { rowStart: 0, rows, columnStart: 0, columns };
    chip.multiply(0, cores, window, 1, new Int8Array(cores * rows).fill(1));
    chip.read(0, window);
  },
  mutate: mutateText,
  words,
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
  words,
};

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
  words,
};

const scratch = new Scratch();

/** Registers an emulator and returns the path of its note. */
function note(): string {
  process.env.XDG_RUNTIME_DIR = dirname(scratch.path('note'));
  registerEmulator(['tcp://127.0.0.1:1']);
  const folder = process.env.XDG_RUNTIME_DIR;
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return join(
    folder,
    names.find((name) => name.endsWith('.json'))!,
  );
}
let notePath: string | undefined;

export const registry: Target = {
  name: 'registry',
  reads: 'notes of running emulators',
  refusals: [],
  seeds: () => [
    bytesOf(JSON.stringify({ boards: [] })),
    bytesOf(JSON.stringify({ boards: ['tcp://127.0.0.1:7411', 'usb:1209:0001'] })),
  ],
  read(input) {
    writeFileSync((notePath ??= note()), input);
    const boards: unknown = registeredEmulators();
    require(Array.isArray(boards) &&
      boards.every((board) => typeof board === 'string'), 'It is no list of addresses.');
  },
  mutate: mutateText,
  words,
};

const array = (length: number) => new Float32Array(length).fill(0.5);
const training: TrainingState = {
  seed: 1,
  backend: 'wasm',
  schedule: omniglotSchedule,
  phase: 'meta',
  step: 3,
  parameters: { a: array(3) },
  adam: { step: 3, first: { a: array(3) }, second: { a: array(3) } },
  statistics: [{ mean: array(2), variance: array(2) }],
  average: { a: array(3) },
  headRange: 0.1,
  best: { phase: 'meta', step: 2, rate: 0.1, float32: 0.9, int4: 0.8, parameters: { a: array(3) } },
  curve: [{ phase: 'meta', step: 2, loss: 1, float32: 0.9, int4: 0.8 }],
  lossSum: 1,
  lossCount: 1,
  seconds: 9,
};

export const checkpoint: Target = {
  name: 'checkpoint',
  reads: 'checkpoints of a training',
  refusals: [TrainingError],
  seeds: async () => {
    await saveCheckpoint(scratch.path('seed'), training);
    return [scratch.read('seed')];
  },
  async read(input) {
    await saveCheckpoint(scratch.path('written'), await loadCheckpoint(scratch.write('checkpoint', input)));
    const written = scratch.read('written');
    await saveCheckpoint(scratch.path('again'), await loadCheckpoint(scratch.path('written')));
    require(sameBytes(scratch.read('again'), written), 'Writing and reading changes it.');
  },
  mutate: mutateHeader,
  words,
};
