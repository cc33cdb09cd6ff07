import type { Board } from '../../drivers/index.js';
import type { Model } from '../../network/index.js';
import { ensureFlashed, type FlashEvent } from '../../runtime/index.js';
import { type AllowFaultsOptions, warnOfRecordedFaults } from './soundness.js';
import { PhaseProgress } from '../terminal/progress.js';

const labels = { program: 'programming', verify: 'verifying' };

/** Shows the events of a flash as progress bars. */
export function flashProgress(): { onEvent: (event: FlashEvent) => void; end: () => void } {
  const progress = new PhaseProgress();
  const onEvent = (event: FlashEvent) => {
    if (event.type !== 'plan') progress.update(labels[event.type], event.done, event.total);
  };
  return { onEvent, end: () => progress.end() };
}

/**
 * Flashes a model with a progress bar unless the board holds it. Faults are warned of if `allowFaults`. Errors: those
 * of `ensureFlashed`, for a board with faults unless `allowFaults`.
 */
export async function flashFirst(
  board: Board,
  model: Model,
  { allowFaults }: AllowFaultsOptions,
): Promise<void> {
  const { onEvent, end } = flashProgress();
  await ensureFlashed(board, model, { onEvent, requireSound: !allowFaults }).finally(end);
  await warnOfRecordedFaults(board);
}
