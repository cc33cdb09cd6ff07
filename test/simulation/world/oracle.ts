import {
  EmulatedBoard,
  type Keeper,
  type NonVolatile,
  type Profile,
  plainBackend,
} from '../../../emulator/index.js';
import { sameBytes } from './same-bytes.js';

/** Something that must never happen has happened; the message says which promise was broken. */
export class BrokenPromise extends Error {
  override readonly name = 'BrokenPromise';
}

/** A change of the board's state, and the same change for the mirror. */
interface Change {
  apply(mirror: EmulatedBoard): void;
  clock: number;
  /** Whether the disk had it before the board answered. */
  persisted: boolean;
}

/**
 * Knows every state that the board went through, and which of them it had acknowledged: after a power cut the
 * board must be in one of these, none earlier than the last acknowledged one.
 */
export class Oracle {
  readonly #mirror: EmulatedBoard;
  readonly #hasPower: () => boolean;
  readonly #changes: Change[] = [];
  /** Changes at the beginning of the list that were acknowledged. */
  #acknowledged = 0;

  constructor(profile: Profile, hasPower: () => boolean) {
    this.#hasPower = hasPower;
    this.#mirror = new EmulatedBoard({ profile, seed: 1, backend: plainBackend() });
  }

  /** Watches what a board keeps. */
  watch(keeper: Keeper, { chip, clock, userArea }: NonVolatile): Keeper {
    const changed = (apply: Change['apply'], keep: () => void) => {
      const change: Change = { apply, clock: clock.now(), persisted: false };
      this.#changes.push(change);
      try {
        keep();
        change.persisted = true;
      } catch (error) {
        // The board undoes a change that the disk refused; one that the power cut may be there or not.
        if (this.#hasPower()) this.#changes.pop();
        throw error;
      }
    };
    return {
      chipChanged: (bytes) => {
        const copy = bytes.slice();
        changed(
          (mirror) => mirror.chip.apply(copy),
          () => keeper.chipChanged(bytes),
        );
      },
      userDataChanged: (offset, data) => {
        const copy = data.slice();
        changed(
          (mirror) => mirror.userArea.write(offset, copy),
          () => keeper.userDataChanged(offset, data),
        );
      },
      clockMoved: () =>
        changed(
          () => undefined,
          () => keeper.clockMoved(),
        ),
      temperatureChanged: () => {
        const { temperature } = chip;
        changed(
          (mirror) => mirror.chip.setTemperature(temperature),
          () => keeper.temperatureChanged(),
        );
      },
      rewrite: () => {
        const snapshot = chip.snapshot();
        const user = userArea.bytes.slice();
        changed(
          (mirror) => {
            mirror.chip.restore(snapshot);
            mirror.userArea.write(0, user);
          },
          () => keeper.rewrite(),
        );
      },
      close: () => keeper.close(),
    };
  }

  /** The board sends something: everything that it kept until now is acknowledged. */
  acknowledge(): void {
    let last = this.#changes.length;
    while (last > 0 && !this.#changes[last - 1].persisted) last--;
    this.#acknowledged = Math.max(this.#acknowledged, last);
    if (this.#acknowledged > 1000) this.#advance(this.#acknowledged);
  }

  /**
   * Holds a board that was switched on again against the states that it went through. Errors:
   * `BrokenPromise`.
   */
  checkRestart(board: EmulatedBoard): void {
    this.#advance(this.#acknowledged);
    for (;;) {
      if (sameState(board, this.#mirror)) return this.#reset();
      if (this.#changes.length === 0) break;
      this.#advance(1);
    }
    throw new BrokenPromise(
      'After the power cut the board is in a state that it never acknowledged, or has lost one.',
    );
  }

  #reset(): void {
    this.#changes.length = 0;
    this.#acknowledged = 0;
  }

  #advance(count: number): void {
    for (const change of this.#changes.splice(0, count)) {
      this.#mirror.clock.set(change.clock);
      change.apply(this.#mirror);
    }
    this.#acknowledged = Math.max(0, this.#acknowledged - count);
  }
}

/**
 * Whether two boards hold the same without power. Counters are only kept by a board that is switched off in
 * order.
 */
function sameState(a: EmulatedBoard, b: EmulatedBoard): boolean {
  if (a.chip.temperature !== b.chip.temperature) return false;
  if (a.clock.now() !== b.clock.now() || !sameBytes(a.userArea.bytes, b.userArea.bytes)) return false;
  for (let core = 0; core < a.profile.cores; core++) {
    const [one, other] = [a.chip.state(core), b.chip.state(core)];
    for (const name of Object.keys(one) as (keyof typeof one)[])
      if (!sameBytes(one[name], other[name])) return false;
  }
  return true;
}
