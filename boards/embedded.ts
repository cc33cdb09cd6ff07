import { type Dial, memoryDial } from '../drivers/index.js';
import { type EmulatedBoard } from '../emulator/index.js';

/** A way to a board, and what frees what was made for it. */
export interface Route {
  readonly dial: Dial;
  /** Switches an embedded emulator off, so that a file that keeps its state is whole. */
  close(): void;
}

/** The way to an emulated board inside this process: it is spoken to in frames like any other. */
export const routeToEmulator = (board: EmulatedBoard, name: string): Route => ({
  dial: memoryDial(name, (send) => board.firmware.attach(send, 'this process')),
  close: () => board.close(),
});
