import { fastCrc32 } from '../../protocol/node/index.js';
import { EmulatedBoard, type EmulatedBoardOptions } from '../board/emulated-board.js';
import type { Backend } from '../chip/arithmetic.js';
import { nodeBackend } from './kernels/node-backend.js';
import { BoardState } from '../state/board-state.js';
import { nodeDisk } from './state/node-disk.js';
import { realStatePath } from './state/real-path.js';

/** Options of an emulated board under Node: those of `EmulatedBoard`, with the parts that Node provides. */
export interface NodeBoardOptions extends Omit<EmulatedBoardOptions, 'backend' | 'crc32' | 'keep'> {
  /** Arithmetic backend; the fast one if left out. */
  backend?: Backend;
  /** File that keeps the board over restarts; made if there is none. Nothing is kept if left out. */
  state?: string;
}

/**
 * An emulated board with the fast arithmetic of Node.
 * Errors: `StateError` or `SnapshotError` if the state file is in use, not readable or of another chip.
 */
export const createEmulatedBoard = ({
  backend = nodeBackend(),
  state,
  ...options
}: NodeBoardOptions): EmulatedBoard =>
  new EmulatedBoard({
    ...options,
    backend,
    crc32: fastCrc32,
    keep:
      state === undefined
        ? undefined
        : (board) => {
            const place = { path: realStatePath(state), disk: nodeDisk, crc32: fastCrc32 };
            return new BoardState(place, board, options.onWarning);
          },
  });
