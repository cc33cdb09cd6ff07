import {
  advanceClock,
  type DeviceFault,
  MAX_CLOCK,
  readTemperature,
  Refusal,
  RefusalCode,
  restore,
  setFault,
  setTemperature,
  snapshot,
} from '../../../protocol/index.js';
import type { Handlers } from '../../firmware/handlers.js';
import { checkIndex } from '../../firmware/refusals.js';
import { type BoardParts, keepOrUndo, MAX_PAYLOAD } from '../parts.js';
import { SnapshotTransfer } from '../snapshot-transfer.js';

/** Answers the commands that only an emulator has: clock, snapshot, temperature, faults. */
export function answerEmulation(handlers: Handlers, board: BoardParts): void {
  const { chip, clock, profile } = board;
  const transfer = new SnapshotTransfer(board);
  handlers
    .on(snapshot, ({ offset, length }) =>
      transfer.piece(offset, Math.min(length, MAX_PAYLOAD - snapshot.response.fixedBytes)),
    )
    .on(restore, ({ total, offset, data }) => ({ complete: transfer.put(total, offset, data) ? 1 : 0 }))
    .on(advanceClock, ({ seconds }) => {
      if (clock.now() + seconds > MAX_CLOCK) {
        const sentence = `seconds is ${seconds}, the clock would go beyond its maximum of ${MAX_CLOCK} s.`;
        throw new Refusal(RefusalCode.outOfRange, 'seconds', sentence);
      }
      const before = clock.now();
      clock.advance(seconds);
      keepOrUndo(
        () => board.keeper?.clockMoved(),
        () => clock.set(before),
      );
      return { clock: clock.now() };
    })
    .on(readTemperature, () => {
      board.requireTemperature();
      return { celsius: chip.temperature };
    })
    .on(setTemperature, ({ celsius }) => {
      board.setTemperature(celsius);
      return {};
    })
    .on(setFault, ({ core, row, column, polarity, device, fault }) => {
      checkIndex('core', core, profile.cores);
      checkIndex('row', row, profile.rows);
      checkIndex('column', column, profile.columns);
      checkIndex('device', device, profile.devicesPerPolarity);
      const place = { rows: [row], columns: [column], polarities: [polarity], devices: [device] };
      chip.setFault(core, place, fault as DeviceFault);
      return {};
    });
}
