import { Capability, information, readUserData, status, writeUserData } from '../../../protocol/index.js';
import type { Handlers } from '../../firmware/handlers.js';
import { checkSpan } from '../../firmware/refusals.js';
import { type BoardParts, keepOrUndo } from '../parts.js';

/** Answers the commands for information, status and the user area. */
export function answerSession(handlers: Handlers, board: BoardParts): void {
  const { chip, clock, userArea } = board;
  const userBytes = userArea.bytes.length;
  handlers
    .on(information, () => describe(board))
    .on(status, () => ({ clock: clock.now(), ...chip.counters() }))
    .on(readUserData, ({ offset, length }) => {
      checkSpan('offset', offset, 'length', length, userBytes);
      return { offset, length, data: userArea.read(offset, length) };
    })
    .on(writeUserData, ({ offset, length, data }) => {
      checkSpan('offset', offset, 'length', length, userBytes);
      const before = userArea.read(offset, length);
      userArea.write(offset, data);
      keepOrUndo(
        () => board.keeper?.userDataChanged(offset, data),
        () => userArea.write(offset, before),
      );
      return {};
    });
}

function describe({ chip, profile, serial, userArea }: BoardParts) {
  return {
    vendor: 'pcm-hil',
    product: 'emulated PCM board',
    serial,
    firmware: '1',
    profile: profile.name.slice(0, 32),
    cores: profile.cores,
    rows: profile.rows,
    columns: profile.columns,
    devicesPerPolarity: profile.devicesPerPolarity,
    inputBits: profile.inputBits,
    adcBits: profile.adc.bits,
    scaleFractionBits: profile.digital.fractionBits,
    conductanceMax: Math.round(profile.conductanceMax * 1000),
    programming: profile.programming.mode === 'pulses' ? 1 : 0,
    userBytes: userArea.bytes.length,
    capabilities: Capability.emulator | (profile.temperature ? Capability.temperature : 0),
    adcStep: chip.model.fullScale / (1 << (profile.adc.bits - 1)),
    driftStart: profile.drift.time0,
  };
}
