import { BoardState, type Disk, plainBackend } from '../../../../emulator/index.js';
import { Clock } from '../../../../emulator/board/clock.js';
import type { NonVolatile } from '../../../../emulator/board/parts.js';
import { UserArea } from '../../../../emulator/board/user-area.js';
import { Chip } from '../../../../emulator/chip/chip.js';
import { fastCrc32 } from '../../../../protocol/node/index.js';
import { finish } from '../../../emulator/chip/helpers.js';
import { require } from '../../target.js';
import { PATH } from './one-file.js';
import { smallProfile } from './small-profile.js';

/** All of a core. */
export const window = { rowStart: 0, rows: 4, columnStart: 0, columns: 3 };

/** A small board without firmware, which keeps its state on a disk if one is given. */
export function makeBoard(disk?: Disk): { board: NonVolatile; state?: BoardState } {
  const clock = new Clock('manual');
  const { now } = clock;
  let state: BoardState | undefined;
  const onChange = disk && ((change: Uint8Array) => state?.chipChanged(change));
  const chip = new Chip(smallProfile, { seed: 1, now, backend: plainBackend(), onChange });
  const board = { chip, clock, userArea: new UserArea(32) };
  if (disk) state = new BoardState({ path: PATH, disk, crc32: fastCrc32 }, board);
  return { board, state };
}

/** Uses everything that a state may have spoilt. */
export function use({ chip, clock }: NonVolatile): void {
  chip.counters();
  chip.read(0, window);
  chip.multiply(0, 2, window, 1, new Int8Array(8).fill(100));
  finish(chip.program(1, window, new Uint16Array(24).fill(900), { tolerance: 0, maxIterations: 0 }));
  require(Number.isFinite(clock.now()), 'The clock is no number.');
}
