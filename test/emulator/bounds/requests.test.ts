import test from 'ava';
import { requestWith } from '../../../conformance/requests.js';
import type { Connection } from '../../../drivers/index.js';
import type { EmulatedBoard } from '../../../emulator/index.js';
import {
  type AnyCommand,
  commands,
  type Field,
  type Fields,
  MAX_CLOCK,
  status,
} from '../../../protocol/index.js';
import { ask, boardOf, connect, isSound, profile, requests } from './board.js';
import { allows, type Numbers, valuesOf } from './values.js';

type Values = Parameters<typeof requestWith>[1];

const numbersOf = (fields: Fields) =>
  Object.entries(fields).filter(
    (entry): entry is [string, Field & Numbers] =>
      (entry[1].kind === 'scalar' && entry[1].type !== 'u64') || entry[1].kind === 'array',
  );

test('every number that is not an integer has bounds on both sides', (t) => {
  for (const { name, request, response } of commands)
    for (const [field, { type, bounds }] of [...numbersOf(request.fields), ...numbersOf(response.fields)])
      if (type.startsWith('f')) {
        t.true(Number.isFinite(bounds?.minimum) && Number.isFinite(bounds?.maximum), `${name}.${field}`);
      }
});

/** What a good request says, besides the minimum of each field. */
const base: Values = { total: 1 };

/** A request with one number, or the first element of an array, set to a value; undefined if it is too long. */
function payloadOf(command: AnyCommand, field: string, value: number): Uint8Array | undefined {
  try {
    const isArray = (command.request.fields as Fields)[field].kind === 'array';
    const values: Values = { ...base, [field]: isArray ? [value] : value };
    const size = command.request.byteLength({ ...requestWith(command, base), [field]: value });
    return size > 2 ** 19 ? undefined : (command.request.encode(requestWith(command, values)) as Uint8Array);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** A request of which one field alone says something else. */
function patched(command: AnyCommand, field: string, value: number): Uint8Array {
  const good = requestWith(command, base);
  const whole: Uint8Array = command.request.encode(good);
  const fixed: Uint8Array = command.request.encode(good);
  const { fixedBytes } = command.request;
  let at = 0;
  for (const [name, { kind, type, bytes }] of Object.entries(
    command.request.fields as Record<string, { kind: string; type: string; bytes: number }>,
  )) {
    if (name === field) {
      const view = new DataView(fixed.buffer);
      if (type === 'u32') view.setUint32(at, value, true);
      else view.setUint16(at, value, true);
    }
    at += kind === 'scalar' ? Number(type.slice(1)) / 8 : kind === 'padding' ? bytes : 0;
    if (at >= fixedBytes) break;
  }
  whole.set(fixed.subarray(0, fixedBytes));
  return whole;
}

const states: Record<string, (board: EmulatedBoard) => void> = {
  'as it leaves the factory': () => undefined,
  'at the end of its clock and its temperature': (board) => {
    board.clock.set(MAX_CLOCK);
    board.setTemperature(profile.temperature!.maximum);
  },
};

for (const command of requests)
  for (const [state, prepare] of Object.entries(states)) {
    test(`${command.name} at the bounds of its fields, on a board ${state}`, async (t) => {
      const board = boardOf();
      prepare(board);
      const connection = await connect(board);
      for (const [field, declared] of numbersOf(command.request.fields))
        for (const value of valuesOf(declared)) await holds(connection, board, field, declared, value);
      await isSound(t, connection, command.name);
      await connection.close();
      t.pass();

      async function holds(
        connection: Connection,
        board: EmulatedBoard,
        field: string,
        declared: Numbers,
        value: number,
      ): Promise<void> {
        const said = `${command.name} with ${field} ${value}`;
        const consistent = payloadOf(command, field, value);
        const before = allows(declared, value) ? undefined : board.snapshot();
        const refusal = await ask(connection, command, consistent ?? patched(command, field, value));
        t.not(refusal?.reason, 'internal', `${said}: ${refusal?.message}`);
        if (before) {
          t.is(refusal?.reason, consistent ? 'outOfRange' : 'badLength', said);
          t.is(refusal?.field, consistent ? field : 'length', said);
          t.deepEqual(board.snapshot(), before, said);
        }
        const { clock } = await connection.request(status, {});
        t.true(clock >= 0 && clock <= MAX_CLOCK, said);
      }
    });
  }
