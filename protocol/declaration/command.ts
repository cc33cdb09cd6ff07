import type { Fields, Struct } from './struct.js';

/** What a board can do beyond the commands of every board; bits of `information.capabilities`. */
export const Capability = {
  /** Advance the clock, snapshot, restore, faults. */
  emulator: 1,
  /** Read and set the temperature. */
  temperature: 2,
} as const;
export type Capability = (typeof Capability)[keyof typeof Capability];

/** One command of the protocol: its number, what it does, and the layouts of its request and its response. */
export interface Command<Q extends Fields = Fields, A extends Fields = Fields> {
  /**
   * Number on the wire, u16. The protocol leaves the numbers from `FIRST_CUSTOM_CODE` to commands of your
   * own.
   */
  readonly code: number;
  /** Name in camelCase; the document and the C header use it. */
  readonly name: string;
  /** A sentence for the document. */
  readonly meaning: string;
  readonly request: Struct<Q>;
  readonly response: Struct<A>;
  /**
   * Numbers of the answer that the request settles: each is the product of these fields of the request. A
   * host takes no other answer.
   */
  readonly settled?: { readonly [K in keyof A]?: readonly (keyof Q & string)[] };
  /** Gives pulses to devices: a lost answer must never lead to a second execution. */
  readonly changesDevices?: boolean;
  /** May take long: sends progress, can be cancelled between two steps. */
  readonly long?: boolean;
  /** Capability that the board must announce. */
  readonly needs?: Capability;
}

/** The lowest command number that this protocol will never use itself. */
export const FIRST_CUSTOM_CODE = 0x8000;

/** Any command, whatever its layouts. */
// Layouts take what they declare and nothing else, so no layout is a `Struct<Fields>`: `any` is the honest
// top here.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyCommand = Command<any, any>;

/**
 * Declares a command. Returns it as it is: the function infers the types of both messages, which an
 * annotation would lose.
 */
export const defineCommand = <Q extends Fields, A extends Fields>(
  declaration: Command<Q, A>,
): Command<Q, A> => declaration;
