import { memoryDial } from '../../drivers/index.js';
import { Board } from '../../drivers/index.js';
import type { EmulatedBoard, Profile } from '../../emulator/index.js';
import { createEmulatedBoard, type Endpoint, listenTcp } from '../../emulator/node/index.js';
import type { Random } from '../../network/index.js';
import { Refusal, RefusalCode, wait } from '../../protocol/index.js';
import { fastCrc32 } from '../../protocol/node/index.js';

/**
 * A board with a state file on TCP, in this process: it counts what arrives, and can strike at a chosen
 * moment.
 */
export class WatchedBoard {
  /** Pieces of bytes that hosts have sent. */
  pieces = 0;
  #strikeAt = Infinity;
  #strike: () => void = () => undefined;
  #endpoint: Endpoint | undefined;

  private constructor(
    readonly board: EmulatedBoard,
    readonly random: Random,
  ) {}

  static async start(options: { profile: Profile; state: string; random: Random }): Promise<WatchedBoard> {
    const { profile, state, random } = options;
    const watched = new WatchedBoard(createEmulatedBoard({ profile, seed: 1, state }), random);
    watched.#endpoint = await listenTcp(
      {
        attach: (send, peer) => {
          const link = watched.board.firmware.attach(send, peer);
          return { receive: (bytes) => link.receive(watched.#arrived(bytes)), close: () => link.close() };
        },
      },
      '127.0.0.1',
      0,
    );
    return watched;
  }

  get url(): string {
    return this.#endpoint!.url;
  }

  /** Calls `strike` when so many more pieces have arrived; of the last one a part is lost. */
  strikeAfter(pieces: number, strike: () => void): void {
    this.#strikeAt = this.pieces + pieces;
    this.#strike = strike;
  }

  /**
   * A host of our own, beside the link over TCP; waits until the board has noticed that a killed one is gone.
   */
  async host(): Promise<Board> {
    const dial = memoryDial('watched', (send) => this.board.firmware.attach(send, 'the test'));
    for (;;) {
      try {
        return await Board.open(dial, { crc32: fastCrc32 });
      } catch (error) {
        if (!(error instanceof Refusal && error.code === RefusalCode.busy)) throw error;
        await wait(5);
      }
    }
  }

  async close(): Promise<void> {
    await this.#endpoint?.close();
    this.board.close();
  }

  #arrived(bytes: Uint8Array): Uint8Array {
    if (++this.pieces !== this.#strikeAt) return bytes;
    this.#strike();
    return bytes.subarray(0, this.random.below(bytes.length + 1));
  }
}
