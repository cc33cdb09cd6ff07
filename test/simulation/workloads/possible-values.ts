import { BrokenPromise } from '../world/oracle.js';

/** Stands for any value. */
const ANY = -1e9;

/**
 * What each of a row of places may hold: one value that is known, those before and after requests without an
 * answer, or any.
 */
export class PossibleValues {
  readonly #name: string;
  /** By place: the value, or ANY. */
  readonly #known: Int32Array;
  /** The values of places in doubt. */
  readonly #doubts = new Map<number, readonly number[]>();

  constructor(name: string, length: number, value: number) {
    this.#name = name;
    this.#known = new Int32Array(length).fill(value);
  }

  /** A place was set to a value, for certain or perhaps. */
  set(place: number, value: number, certain: boolean): void {
    const before = this.#doubts.get(place) ?? [this.#known[place]];
    if (certain) {
      this.#doubts.delete(place);
      this.#known[place] = value;
    } else if (before[0] !== ANY) {
      this.#doubts.set(place, [...before, value]);
      this.#known[place] = ANY;
    }
  }

  /** A place may hold anything. */
  forget(place: number): void {
    this.#doubts.delete(place);
    this.#known[place] = ANY;
  }

  /** Checks one place. Errors: `BrokenPromise`. */
  checkPlace(place: number, found: number): void {
    const possible = this.#doubts.get(place) ?? [this.#known[place]];
    if (possible[0] === ANY || possible.includes(found)) return;
    throw new BrokenPromise(`${this.#name} ${place} is ${found}, it must be ${possible.join(' or ')}.`);
  }

  /**
   * Checks all places, from `start` on in what was found; what was in doubt is known then. Errors:
   * `BrokenPromise`.
   */
  settle(found: ArrayLike<number>, start = 0): void {
    const known = this.#known;
    for (const place of this.#doubts.keys()) this.checkPlace(place, found[start + place]);
    this.#doubts.clear();
    for (let place = 0; place < known.length; place++) {
      const value = found[start + place];
      if (known[place] === value) continue;
      if (known[place] !== ANY) this.checkPlace(place, value);
      known[place] = value;
    }
  }

  /** What the places hold; only if none is in doubt. */
  copy(): Int32Array {
    return this.#known.slice();
  }

  /** The places hold what `copy` returned. */
  load(values: Int32Array): void {
    this.#doubts.clear();
    this.#known.set(values);
  }
}
