import { type Capability, type Refusal, RefusalCode } from '../protocol/index.js';
import type { Bench } from './bench.js';

/** What a board maker must set right; the message says what was expected and what came. */
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError';
}

/** A check that this board or link cannot be put to; the message says why. */
export class Skip extends Error {
  override readonly name = 'Skip';
}

/** One thing that a board must do. `run` rejects with `ConformanceError` where it does not. */
export interface Check {
  readonly name: string;
  /** Changes devices, columns or the user area, or would on a board that is wrong. */
  readonly destructive: boolean;
  /** Capability that a board must announce to be put to it. */
  readonly needs?: Capability;
  run(bench: Bench): Promise<void>;
}

type Run = Check['run'];

export const check = (name: string, run: Run): Check => ({ name, destructive: false, run });

export const destructive = (name: string, run: Run): Check => ({ name, destructive: true, run });

export function expect(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new ConformanceError(sentence);
}

export function expectEqual(what: string, actual: unknown, expected: unknown): void {
  expect(Object.is(actual, expected), `${what} is ${String(actual)}, expected ${String(expected)}.`);
}

/** Errors: `ConformanceError` unless the refusal has this code, one of these fields (any where none is named), and a sentence. */
export function expectRefusal(refusal: Refusal, reason: keyof typeof RefusalCode, ...fields: string[]): void {
  expect(
    refusal.code === RefusalCode[reason],
    `It was refused with ${refusal.reason}, expected ${reason}: ${refusal.message}`,
  );
  expect(
    fields.length === 0 || fields.includes(refusal.field),
    `The refusal names the field '${refusal.field}', expected ${fields.map((field) => `'${field}'`).join(' or ')}.`,
  );
  expect(refusal.message.trim() !== '', 'The refusal has no sentence.');
}
