import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { openEmulatedBoard } from '../../../boards/index.js';
import type { Backend } from '../../../emulator/chip/arithmetic.js';
import { goldenLog, goldenProfiles, GOLDEN_SEED } from './golden-log.js';

/** Where the digests stand, seen from the compiled code. */
export const goldenFile = new URL('../../../../test/emulator/board/golden.json', import.meta.url);

/** For each board, a digest of each request with its answer, in order, and of the board's snapshot in the end. */
export type Golden = Record<string, string[]>;

export const readGolden = (): Golden => JSON.parse(readFileSync(goldenFile, 'utf8')) as Golden;

/** Plays a log to a board that is spoken to in frames, as any other; the lines of `Golden`. */
export async function replay(name: string, backend: Backend): Promise<string[]> {
  const profile = goldenProfiles[name];
  await using board = await openEmulatedBoard({ profile, seed: GOLDEN_SEED, backend });
  const lines: string[] = [];
  for (const { command, message } of goldenLog(profile)) {
    const answer: unknown = await board.connection.request(command, message as never);
    const bytes = [command.request.encode(message as never), command.response.encode(answer as never)];
    lines.push(`${command.name} ${digest(bytes)}`);
  }
  lines.push(`snapshot ${digest([await board.snapshot()])}`);
  return lines;
}

function digest(parts: Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex').slice(0, 32);
}
