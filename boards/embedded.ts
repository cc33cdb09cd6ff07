import { type Dial, memoryDial } from '../drivers/index.js';
import { type EmulatedBoard } from '../emulator/index.js';

/** How to reach a board. */
export interface Route {
  /** Opens a transport to the board. */
  readonly dial: Dial;
  /** Switches an embedded emulator off, which completes its state file; does nothing for other boards. */
  close(): void;
}

/** The route to an emulated board in this process, over which frames pass as to any other board. */
export const routeToEmulator = (board: EmulatedBoard, name: string): Route => ({
  dial: memoryDial(name, (send) => board.firmware.attach(send, 'this process')),
  close: () => board.close(),
});
