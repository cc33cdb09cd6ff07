import type { Random } from '../../network/index.js';

/** A class of errors. */
export type ErrorClass = new (...parameters: never[]) => Error;

/** One reader of bytes from outside, and what must hold for every input. */
export interface Target {
  /** One or two words with hyphens, as on the command line. */
  readonly name: string;
  /** What it reads, in a few words. */
  readonly reads: string;
  /** The documented errors of the room: an input that ends in one of them is refused as it should be. */
  readonly refusals: readonly ErrorClass[];
  /** Small inputs that are read without an error, made by the repository's own writers. */
  seeds(): Promise<Uint8Array[]> | Uint8Array[];
  /** Reads one input. Errors: one of `refusals`; any other error is a finding. */
  read(input: Uint8Array): Promise<unknown> | unknown;
  /** Changes an input with knowledge of its format, so that lengths and checksums still fit. */
  mutate?(input: Uint8Array, random: Random): Uint8Array;
  /** Words of the format. */
  readonly words?: readonly string[];
}

/** Something that does not hold although nothing was refused. */
export class PropertyError extends Error {
  override readonly name = 'PropertyError';
}

/** Errors: `PropertyError` with the sentence unless the condition holds. */
export function require(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new PropertyError(sentence);
}

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
