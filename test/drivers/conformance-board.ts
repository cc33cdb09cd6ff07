import { Firmware, type FirmwareOptions } from '../../emulator/firmware/firmware.js';
import { Handlers } from '../../emulator/firmware/handlers.js';
import { type Message, multiply, program, readUserData, writeUserData } from '../../protocol/index.js';

type ProgramReport = Message<typeof program.response.fields>;

/** Maximum payload of the board, in bytes. */
export const MAX_PAYLOAD = 256 * 1024;

/**
 * A board for `transportChecks`, with a user area, a command in steps, and a command that waits at a gate.
 */
export class ConformanceBoard {
  readonly firmware: Firmware;
  /** The executed commands, in order. */
  readonly diary: string[] = [];
  /** `multiply` is answered when this resolves. */
  gate = Promise.resolve();

  constructor(options: Partial<FirmwareOptions> = {}) {
    const area = new Uint8Array(MAX_PAYLOAD);
    const note = (line: string) => void this.diary.push(line);
    const gate = () => this.gate;
    const { execute } = new Handlers()
      .on(writeUserData, ({ offset, data }) => {
        note(`write ${offset}`);
        area.set(data, offset);
        return {};
      })
      .on(readUserData, ({ offset, length }) => ({
        offset,
        length,
        data: area.slice(offset, offset + length),
      }))
      .on(multiply, async ({ batch, cores, columns }) => {
        note('multiply');
        await gate();
        return { batch, cores, columns, codes: new Int16Array(batch * cores * columns) };
      })
      .on(program, function* ({ rows }): Generator<{ done: number; total: number }, ProgramReport> {
        for (let done = 0; done < rows; done++) {
          note(`program ${done}`);
          yield { done, total: rows };
        }
        return { pairs: rows, converged: rows, iterations: rows, setPulses: 0, resetPulses: 0, rmsError: 0 };
      });
    this.firmware = new Firmware({ execute, maxPayload: MAX_PAYLOAD, ...options });
  }
}
