import { type Board, LinkError } from '../../../drivers/index.js';
import { Refusal, RefusalCode } from '../../../protocol/index.js';
import { BrokenPromise } from '../world/oracle.js';
import type { World } from '../world/world.js';
import type { Workload } from './workload.js';

/** What the first host does while there is a second one, and what that one does once it is in. */
export interface Contended extends Workload {
  /** As `act`, but for what the second host would disturb. */
  actBeside(host: Board): Promise<boolean>;
  /** Something that does not touch what `actBeside` does. */
  actAside(rival: Board): Promise<unknown>;
}

/**
 * Any work, while a second host wants the board as well. It must be told who holds the board, and gets in
 * only if the link of the first was lost; both then find what they have left on the board.
 */
export class ContendedWorkload implements Workload {
  readonly #world: World;
  readonly #work: Contended;
  /** Links of the first host that had broken when the first host was last known to have the board. */
  #breaksBefore = 0;

  constructor(world: World, work: Contended) {
    this.#world = world;
    this.#work = work;
  }

  async act(host: Board): Promise<boolean> {
    const { breaks, random } = this.#world;
    if (random.below(2) === 0) return this.#work.act(host);
    const [sound] = await Promise.all([this.#work.actBeside(host), this.#rival()]);
    if (sound) this.#breaksBefore = breaks;
    return sound;
  }

  forgetHost(): void {
    // The next one begins with a link that is up.
    this.#breaksBefore = -1;
    this.#work.forgetHost();
  }

  check(): void {
    this.#work.check();
  }

  /** Another host tries to open the board; if it gets in, it works, and goes. */
  async #rival(): Promise<void> {
    try {
      const rival = await this.#world.openHost();
      if (this.#world.breaks === this.#breaksBefore)
        throw new BrokenPromise('A second host got the board while the first held it.');
      try {
        await this.#work.actAside(rival);
      } finally {
        await rival.close();
      }
    } catch (error) {
      if (error instanceof LinkError) return;
      if (!(error instanceof Refusal)) throw error;
      if (error.code === RefusalCode.busy && !/held by pcm-hil at /.test(error.message))
        throw new BrokenPromise(`A second host is not told who holds the board: ${error.message}`);
    }
  }
}
