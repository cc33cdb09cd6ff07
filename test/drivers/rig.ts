import { crc32 } from 'node:zlib';
import { Connection, type ConnectionOptions, type Dial, memoryDial } from '../../drivers/index.js';
import { type Message, multiply, program, status, writeUserData } from '../../protocol/index.js';
import { Firmware, type FirmwareOptions } from '../../emulator/firmware/firmware.js';
import { Handlers } from '../../emulator/firmware/handlers.js';

/** A firmware without a chip. Its diary lists the executed commands in order. */
export function diaryFirmware(options: Partial<FirmwareOptions> = {}): {
  firmware: Firmware;
  diary: string[];
} {
  const diary: string[] = [];
  const handlers = new Handlers()
    .on(writeUserData, ({ offset }) => {
      diary.push(`write ${offset}`);
      return {};
    })
    .on(multiply, async ({ batch, cores, columns, inputs }) => {
      diary.push(`multiply ${batch}`);
      await new Promise((resolve) => setImmediate(resolve));
      const codes = new Int16Array(batch * cores * columns).fill(inputs[0]);
      return { batch, cores, columns, codes };
    })
    .on(program, function* ({ rows }): Generator<
      { done: number; total: number },
      Message<typeof program.response.fields>
    > {
      for (let done = 0; done < rows; done++) {
        diary.push(`program ${done}`);
        yield { done, total: rows };
      }
      return { pairs: rows, converged: rows, iterations: rows, setPulses: 0, resetPulses: 0, rmsError: 0 };
    })
    .on(status, () => {
      throw new Error('no chip here');
    });
  return { firmware: new Firmware({ execute: handlers.execute, ...options }), diary };
}

/** Dials a firmware in memory. */
export const dialFirmware = (firmware: Firmware, peer = 'a test'): Dial =>
  memoryDial('memory:', (send) => firmware.attach(send, peer));

/** Opens a connection with zlib's checksum. */
export const openConnection = (dial: Dial, options: Partial<ConnectionOptions> = {}): Promise<Connection> =>
  Connection.open(dial, { crc32, ...options });
