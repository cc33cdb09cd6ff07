import type { Fields, Message, Struct } from './struct.js';

/** What a board can do beyond the commands that every board has; bits of `information.capabilities`. */
export const Capability = {
  /** advance the clock, snapshot, restore, faults */
  emulator: 1,
  /** set the temperature */
  temperature: 2,
} as const;
export type Capability = (typeof Capability)[keyof typeof Capability];

/** One command of the protocol: its number, what it does, and the layouts of its request and its response. */
export interface Command<Q extends Fields = Fields, A extends Fields = Fields> {
  readonly code: number;
  readonly name: string;
  readonly meaning: string;
  readonly request: Struct<Q>;
  readonly response: Struct<A>;
  /** Gives pulses to devices: lost answers must never lead to a second execution. */
  readonly changesDevices?: boolean;
  /** May take long: sends progress, can be cancelled between steps. */
  readonly long?: boolean;
  /** Capability that a board must announce. */
  readonly needs?: Capability;
}

// Layouts take what they declare and nothing else, so no layout is a `Struct<Fields>`: `any` is the honest top here.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyCommand = Command<any, any>;

export type RequestOf<C> = C extends Command<infer Q, Fields> ? Message<Q> : never;
export type ResponseOf<C> = C extends Command<Fields, infer A> ? Message<A> : never;

/** Keeps the layouts' types, which an annotation would forget. */
export const command = <Q extends Fields, A extends Fields>(declaration: Command<Q, A>): Command<Q, A> =>
  declaration;
