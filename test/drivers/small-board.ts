import { Firmware, type FirmwareOptions } from '../../emulator/firmware/firmware.js';
import { checkIndices, checkSpan, checkWindow } from '../../emulator/firmware/refusals.js';
import { Handlers } from '../../emulator/firmware/handlers.js';
import {
  type Message,
  multiply,
  program,
  pulse,
  read,
  readUserData,
  status,
  writeUserData,
} from '../../protocol/index.js';

type ProgramReport = Message<typeof program.response.fields>;

const chip = { cores: 1, rows: 16, columns: 16 };

/**
 * A board whose answers depend on everything executed before, and on its order: a request that is executed
 * twice, left out or swapped changes all later answers. It counts its pulses.
 */
export function smallBoard(options: Partial<FirmwareOptions> = {}): {
  firmware: Firmware;
  counters: Counters;
} {
  const devices = new Uint16Array(2 * chip.rows * chip.columns).fill(1000);
  const user = new Uint8Array(4096);
  const counters: Counters = { executed: 0, setPulses: 0, resetPulses: 0 };
  let noise = 1;
  const stir = (value: number): number =>
    (noise = (Math.imul(noise ^ value, 0x01000193) ^ (noise >>> 15)) >>> 0);

  const handlers = new Handlers()
    .on(pulse, ({ rows, columns, polarities, kinds }) => {
      checkIndices('rows', rows, chip.rows);
      checkIndices('columns', columns, chip.columns);
      let setPulses = 0;
      for (let i = 0; i < rows.length; i++) {
        const device = (polarities[i] * chip.rows + rows[i]) * chip.columns + columns[i];
        devices[device] = stir(devices[device] * 3 + kinds[i]) & 0xffff;
        if (kinds[i] === 1) setPulses++;
      }
      counters.setPulses += setPulses;
      counters.resetPulses += rows.length - setPulses;
      return { setPulses, resetPulses: rows.length - setPulses };
    })
    .on(multiply, ({ batch, cores, columns, inputs }) => {
      const codes = Int16Array.from(
        { length: batch * cores * columns },
        (_, i) => stir(inputs[i] + i) & 0x7fff,
      );
      return { batch, cores, columns, codes };
    })
    .on(program, function* ({ rows, columns, targets }): Generator<
      { done: number; total: number },
      ProgramReport
    > {
      for (let done = 0; done < rows; done++) {
        stir(targets[done]);
        yield { done, total: rows };
      }
      const pairs = rows * columns;
      return { pairs, converged: pairs, iterations: stir(0), setPulses: 0, resetPulses: 0, rmsError: 0 };
    })
    .on(read, async (window) => {
      checkWindow(window, chip);
      await new Promise((resolve) => setImmediate(resolve)); // a request that takes its time
      const { rows, columns } = window;
      return { rows, columns, conductances: devices.slice(0, 2 * rows * columns) };
    })
    .on(writeUserData, ({ offset, length, data }) => {
      checkSpan('offset', offset, 'length', length, user.length);
      user.set(data, offset);
      return {};
    })
    .on(readUserData, ({ offset, length }) => {
      checkSpan('offset', offset, 'length', length, user.length);
      return { offset, length, data: user.slice(offset, offset + length) };
    })
    .on(status, () => ({
      clock: 0,
      programmedPairs: 0n,
      setPulses: BigInt(counters.setPulses),
      resetPulses: BigInt(counters.resetPulses),
      multiplications: BigInt(stir(1)),
      reads: BigInt(devices.reduce(stir1, 7)),
    }));
  const execute: FirmwareOptions['execute'] = (request) => {
    counters.executed++;
    return handlers.execute(request);
  };
  return { firmware: new Firmware({ execute, ...options }), counters };
}

const stir1 = (sum: number, value: number): number => Math.imul(sum ^ value, 0x01000193) >>> 0;

/** What the board has done. */
export interface Counters {
  executed: number;
  setPulses: number;
  resetPulses: number;
}
