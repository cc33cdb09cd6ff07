import { setTimeout as delay } from 'node:timers/promises';
import { HeldError } from '../../drivers/index.js';
import { StateInUseError } from '../../emulator/index.js';
import { Refusal, RefusalCode } from '../../protocol/index.js';
import { wordsOf } from '../terminal/failure.js';
import { formatDuration, say } from '../terminal/output.js';
import { showProgress } from '../terminal/progress.js';

/** Another host holds the board, and this one did not wait, or not long enough. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
}

/** Milliseconds between two tries. */
const TRY_EVERY = 500;

/**
 * Opens a board. While another host holds it, tries again for up to `seconds`, and shows on stderr who holds
 * it. Errors: `BusyError` if it is still held; those of `open`.
 */
export async function whenFree<T>(open: () => Promise<T>, seconds: number): Promise<T> {
  const progress = showProgress('waiting');
  const begin = performance.now();
  try {
    for (let first = true; ; first = false) {
      try {
        return await open();
      } catch (error) {
        if (!isHeld(error)) throw error;
        const waited = (performance.now() - begin) / 1000;
        if (waited >= seconds) throw new BusyError(`${wordsOf(error)} ${advice(seconds)}`);
        if (first) say(`Waiting for up to ${formatDuration(seconds)}. ${wordsOf(error)}`);
        progress.update(waited, seconds);
        await delay(Math.min(TRY_EVERY, 1000 * (seconds - waited)));
      }
    }
  } finally {
    progress.end();
  }
}

const isHeld = (error: unknown): error is Error =>
  error instanceof HeldError ||
  error instanceof StateInUseError ||
  (error instanceof Refusal && error.code === RefusalCode.busy);

const advice = (seconds: number): string =>
  seconds === 0
    ? 'To wait for it, add --wait 5m.'
    : `It was not free within ${formatDuration(seconds)}; wait longer with --wait.`;
