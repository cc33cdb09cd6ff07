import type { FlashEvent } from '../../runtime/index.js';
import { type Progress, showProgress } from '../terminal/progress.js';

const labels = { program: 'programming', verify: 'verifying' };

/** Shows the events of a flash as bars, one for each kind of work. */
export function flashProgress(): { onEvent: (event: FlashEvent) => void; end: () => void } {
  let shown: { type: string; progress: Progress } | undefined;
  const end = () => {
    shown?.progress.end();
    shown = undefined;
  };
  const onEvent = (event: FlashEvent) => {
    if (event.type === 'plan') return;
    if (shown?.type !== event.type) {
      end();
      shown = { type: event.type, progress: showProgress(labels[event.type]) };
    }
    shown.progress.update(event.done, event.total);
  };
  return { onEvent, end };
}
