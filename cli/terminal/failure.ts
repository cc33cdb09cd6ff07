import { CommanderError } from 'commander';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { printable, printableLines, Refusal } from '../../protocol/index.js';

/** The command was called in a way that cannot work. The message says how to call it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The user stopped the work; the result up to then was printed. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}

/** Exit code of a command whose output nobody reads any more, as a shell gives it for SIGPIPE. */
export const CLOSED_OUTPUT = 141;

/** Standard output, which the command has to write to, was closed by its reader. */
export class ClosedOutputError extends Error {
  override readonly name = 'ClosedOutputError';
}

/** Names of the errors that say that a command was called wrongly; their rooms are not loaded for this. */
const usageErrors = new Set(['UsageError', 'AddressError', 'UnknownProfileError']);

/**
 * Exit code for an error: 0 for help and version, 2 for wrong usage, 141 if nobody reads the output any more, 1 for
 * everything else.
 */
export function exitCodeOf(error: unknown): number {
  if (error instanceof ClosedOutputError) return CLOSED_OUTPUT;
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return error instanceof Error && usageErrors.has(error.name) ? 2 : 1;
}

/** Names of expected errors. An error with any other name is a bug of this package. */
const expectedNames = /^(Refusal|\w+Error)$/;
const builtIn = new Set([
  'Error',
  'TypeError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'EvalError',
  'URIError',
  'ZodError',
]);

/**
 * One sentence for the user; empty if commander has printed one, and if nobody reads. With PCM_DEBUG set, the
 * stack as well.
 */
export function sentenceOf(error: unknown): string {
  if (error instanceof CommanderError || error instanceof ClosedOutputError) return '';
  const stack = process.env.PCM_DEBUG && error instanceof Error ? error.stack : undefined;
  // A line break in a name would forge a second sentence
  return stack === undefined ? printable(wordsOf(error)) : printableLines(stack);
}

/** An error in words. Those of a board are told as its own: they may say anything. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return `pcm: ${String(error)}`;
  if (error instanceof Refusal) return `The board refused (${error.reason}): ${error.message}`;
  if (isFileError(error)) return fileSentence(error);
  if (error.name === 'AbortError') return 'Stopped.';
  if (expectedNames.test(error.name) && !builtIn.has(error.name)) return error.message;
  return `pcm failed unexpectedly (${error.message}); run it again with PCM_DEBUG=1 and report what it prints.`;
}

function fileSentence({ path, code }: NodeJS.ErrnoException): string {
  const named = `Cannot read or write ${path ?? 'a file'}`;
  if (code !== 'ENOENT' || path === undefined) return `${named}: ${code}.`;
  const folder = dirname(path);
  return existsSync(folder)
    ? `${named}: there is no such file.`
    : `${named}: there is no folder ${folder}; create it first.`;
}

const isFileError = (error: Error): error is NodeJS.ErrnoException =>
  'syscall' in error && 'code' in error && 'path' in error;
