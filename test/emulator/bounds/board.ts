import { crc32 } from 'node:zlib';
import type { ExecutionContext } from 'ava';
import { Connection } from '../../../drivers/index.js';
import { EmulatedBoard } from '../../../emulator/board/emulated-board.js';
import { type NonVolatile, type Keeper } from '../../../emulator/board/parts.js';
import { plainBackend } from '../../../emulator/index.js';
import { type AnyCommand, commands, hello, Refusal, restore } from '../../../protocol/index.js';
import { payloadWith } from '../../../conformance/requests.js';
import { dialFirmware } from '../../drivers/rig.js';
import { profileWith } from '../chip/helpers.js';

/** A small chip with a temperature, so that every command is there. */
export const profile = profileWith('hermes-thermal', { cores: 2, rows: 6, columns: 5 });

/** A board of that chip. */
export const boardOf = (keep?: (board: NonVolatile) => Keeper): EmulatedBoard =>
  new EmulatedBoard({ profile, seed: 7, backend: plainBackend(), crc32, keep });

/** Connects to a board in memory. */
export const connect = (board: EmulatedBoard): Promise<Connection> =>
  Connection.open(dialFirmware(board.firmware), { crc32 });

/** Commands with a number in their requests; hello has none with bounds, and opens the session. */
export const requests = commands.filter((command) => command !== hello);

/** Sends a payload as it is; returns the refusal, or undefined for an answer. */
export async function ask(
  connection: Connection,
  command: AnyCommand,
  payload: Uint8Array,
): Promise<Refusal | undefined> {
  const raw = {
    byteLength: () => payload.length,
    encodeInto: (bytes: Uint8Array, _: unknown, offset: number) => bytes.set(payload, offset),
  };
  try {
    await connection.request({ ...command, request: raw, settled: undefined } as never, {} as never);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** Every command with a good request: none may end in `internal`, and the status is finite. */
export async function isSound(t: ExecutionContext, connection: Connection, said: string): Promise<void> {
  for (const command of requests) {
    if (command === restore) continue;
    const refusal = await ask(connection, command, payloadWith(command));
    t.not(refusal?.reason, 'internal', `${said}, then ${command.name}: ${refusal?.message}`);
  }
}
