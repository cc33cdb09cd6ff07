import { type Capability, type Refusal, RefusalCode } from '../protocol/index.js';
import type { Bench } from './bench.js';

/** The board breaks a rule. The message says what was expected and what came. */
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError';
}

/** The check cannot run on this board or link. The message says why. */
export class Skip extends Error {
  override readonly name = 'Skip';
}

/** One rule for boards. */
export interface Check {
  readonly name: string;
  /** Whether it changes devices, columns or the user area, or would on a wrong board. */
  readonly destructive: boolean;
  /** Runs only on boards that announce this capability. */
  readonly needs?: Capability;
  /** Errors: `ConformanceError` if the board breaks the rule; `Skip`; `LinkError`. */
  run(bench: Bench): Promise<void>;
}

type Run = Check['run'];

/** A check that changes nothing. */
export const check = (name: string, run: Run): Check => ({ name, destructive: false, run });

/** A check that changes devices, columns or the user area. */
export const destructive = (name: string, run: Run): Check => ({ name, destructive: true, run });

/** Errors: `ConformanceError` with `sentence` unless `condition` holds. */
export function expect(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new ConformanceError(sentence);
}

/** Errors: `ConformanceError` unless both are the same value; `what` is the subject of its sentence. */
export function expectEqual(what: string, actual: unknown, expected: unknown): void {
  expect(Object.is(actual, expected), `${what} is ${String(actual)}, expected ${String(expected)}.`);
}

/**
 * Errors: `ConformanceError` unless the refusal has this code, one of `fields` (any if there are none), and a
 * sentence.
 */
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
