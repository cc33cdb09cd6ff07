import {
  advanceClock,
  type DeviceFault,
  information,
  type Message,
  multiply,
  program,
  programCells,
  pulse,
  type PulseKind,
  read,
  readColumns,
  readTemperature,
  readUserData,
  restore,
  setFault,
  setTemperature,
  snapshot,
  status,
  writeColumns,
  writeUserData,
} from '../../protocol/index.js';
import { Connection, type ConnectionOptions, type RequestOptions } from '../connection/connection.js';
import { byRows, inBatches } from './pieces.js';
import type { Dial } from '../transports/transport.js';

export type Information = Message<typeof information.response.fields>;
export type Status = Message<typeof status.response.fields>;
export type ProgramReport = Message<typeof program.response.fields>;

/** A rectangle of unit cells of one core. */
export interface Window {
  rowStart: number;
  rows: number;
  columnStart: number;
  columns: number;
}

/** How to open a board; only the checksum has no default. */
export interface BoardOptions extends Partial<ConnectionOptions> {
  crc32: ConnectionOptions['crc32'];
  /** Called once the board is closed. */
  onClose?: () => void;
}

/** How program-and-verify is to run; what is left out is the board's choice. */
export interface ProgramOptions extends RequestOptions {
  /** Greatest error that verify accepts, in nanosiemens. */
  tolerance?: number;
  /** Limit of iterations a pair. */
  maxIterations?: number;
}

/** Unit cells, each listed once, and their targets. */
export interface CellTargets {
  rows: Uint16Array;
  columns: Uint16Array;
  /** [2, cells], plus then minus, in nanosiemens. */
  targets: Uint16Array;
}

/** Single pulses to single devices; all arrays of one length. */
export interface Pulses {
  rows: Uint16Array;
  columns: Uint16Array;
  /** 0 plus, 1 minus. */
  polarities: Uint8Array;
  /** Device within the polarity. */
  devices: Uint8Array;
  /** `PulseKind`s. */
  kinds: Uint8Array;
}

/** Scale and offset of the digital unit, one a column. */
export interface ColumnAffine {
  scales: Int16Array;
  offsets: Int16Array;
}

/**
 * A board, one method a command. What is too large for one frame is sent in pieces. Every method rejects with the board's
 * `Refusal` (nothing was changed), or with a `LinkError` when the link is lost for good.
 */
export class Board {
  readonly #onClose: BoardOptions['onClose'];

  private constructor(
    readonly connection: Connection,
    /** What the board said of itself when it was opened. */
    readonly information: Information,
    onClose: BoardOptions['onClose'],
  ) {
    this.#onClose = onClose;
  }

  /** Dials, says hello and asks what the board is. Errors: `LinkError` where no board answers; the board's `Refusal`. */
  static async open(dial: Dial, { onClose, ...options }: BoardOptions): Promise<Board> {
    const connection = await Connection.open(dial, options);
    return new Board(connection, await connection.request(information, {}), onClose);
  }

  /** Ends the connection; requests still under way reject with `LinkError`. */
  async close(): Promise<void> {
    await this.connection.close();
    this.#onClose?.();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  status(): Promise<Status> {
    return this.connection.request(status, {});
  }

  /** `targets`: [2, rows, columns], plus then minus, in nanosiemens. */
  async program(
    core: number,
    window: Window,
    targets: Uint16Array,
    options: ProgramOptions = {},
  ): Promise<ProgramReport> {
    const pieces = byRows(window, 4, this.connection.maxPayload - program.request.fixedBytes);
    const reports: ProgramReport[] = [];
    for (const piece of pieces) {
      const message = { core, ...piece, ...verifyOptions(options), targets: rowsOf(targets, window, piece) };
      const onProgress = progressOfPiece(options.onProgress, piece, window);
      reports.push(await this.connection.request(program, message, { ...options, onProgress }));
    }
    return mergeReports(reports);
  }

  async programCells(core: number, cells: CellTargets, options: ProgramOptions = {}): Promise<ProgramReport> {
    const count = cells.rows.length;
    const most = Math.floor((this.connection.maxPayload - programCells.request.fixedBytes) / 8);
    const reports: ProgramReport[] = [];
    for (let start = 0; start < count; start += most) {
      const end = Math.min(start + most, count);
      const targets = new Uint16Array(2 * (end - start));
      targets.set(cells.targets.subarray(start, end));
      targets.set(cells.targets.subarray(count + start, count + end), end - start);
      const message = {
        core,
        ...verifyOptions(options),
        cells: end - start,
        rows: cells.rows.subarray(start, end),
        columns: cells.columns.subarray(start, end),
        targets,
      };
      reports.push(await this.connection.request(programCells, message, options));
    }
    return mergeReports(reports);
  }

  /** Given in the order of the list. */
  pulse(core: number, pulses: Pulses): Promise<Message<typeof pulse.response.fields>> {
    return this.connection.request(pulse, { core, pulses: pulses.rows.length, ...pulses });
  }

  /** Conductances [2, rows, columns], plus then minus, in nanosiemens, read noise included. */
  async read(core: number, window: Window, options: RequestOptions = {}): Promise<Uint16Array> {
    const pieces = byRows(window, 4, this.connection.maxPayload - read.response.fixedBytes);
    const conductances = new Uint16Array(2 * window.rows * window.columns);
    const plane = window.rows * window.columns;
    for (const piece of pieces) {
      const answer = await this.connection.request(read, { core, ...piece }, options);
      const start = (piece.rowStart - window.rowStart) * window.columns;
      const size = piece.rows * window.columns;
      conductances.set(answer.conductances.subarray(0, size), start);
      conductances.set(answer.conductances.subarray(size), plane + start);
      this.connection.recycle(answer.conductances);
    }
    return conductances;
  }

  /**
   * Multiplies input codes [batch, cores, rows] with a window of `cores` cores from `core` on.
   * Returns output codes [batch, cores, columns].
   */
  async multiply(
    core: number,
    cores: number,
    window: Window,
    inputs: Int8Array,
    options: RequestOptions = {},
  ): Promise<Int16Array> {
    const inputSize = cores * window.rows;
    const outputSize = cores * window.columns;
    const total = inputs.length / inputSize;
    const codes = new Int16Array(total * outputSize);
    const room = this.connection.maxPayload - multiply.request.fixedBytes;
    const pieces = inBatches(total, Math.max(inputSize, 2 * outputSize), room);
    await Promise.all(
      pieces.map(async ({ start, batch }) => {
        const part = inputs.subarray(start * inputSize, (start + batch) * inputSize);
        const message = { core, cores, ...window, batch, inputs: part };
        const answer = await this.connection.request(multiply, message, options);
        codes.set(answer.codes, start * outputSize);
        this.connection.recycle(answer.codes);
      }),
    );
    return codes;
  }

  async readColumns(core: number, columnStart: number, columns: number): Promise<ColumnAffine> {
    const { scales, offsets } = await this.connection.request(readColumns, { core, columnStart, columns });
    return { scales, offsets };
  }

  async writeColumns(core: number, columnStart: number, affine: ColumnAffine): Promise<void> {
    const columns = affine.scales.length;
    await this.connection.request(writeColumns, { core, columnStart, columns, ...affine });
  }

  async readUserData(offset: number, length: number): Promise<Uint8Array> {
    return (await this.connection.request(readUserData, { offset, length })).data;
  }

  async writeUserData(offset: number, data: Uint8Array): Promise<void> {
    await this.connection.request(writeUserData, { offset, length: data.length, data });
  }

  /** Needs the capability `emulator`. Returns the clock afterwards, in seconds. */
  async advanceClock(seconds: number): Promise<number> {
    return (await this.connection.request(advanceClock, { seconds })).clock;
  }

  /** Degrees Celsius. Needs the capability `temperature`. */
  async temperature(): Promise<number> {
    return (await this.connection.request(readTemperature, {})).celsius;
  }

  /** Makes the chip warmer or colder from now on, in degrees Celsius. Needs the capability `temperature`. */
  async setTemperature(celsius: number): Promise<void> {
    await this.connection.request(setTemperature, { celsius });
  }

  /** The whole state of the chip. Needs the capability `emulator`. */
  async snapshot(): Promise<Uint8Array> {
    const length = this.connection.maxPayload - snapshot.response.fixedBytes;
    const first = await this.connection.request(snapshot, { offset: 0, length });
    const whole = new Uint8Array(first.total);
    whole.set(first.data);
    for (let offset = first.length; offset < first.total;) {
      const piece = await this.connection.request(snapshot, { offset, length });
      whole.set(piece.data, offset);
      this.connection.recycle(piece.data);
      offset += piece.length;
    }
    return whole;
  }

  /** Puts back what `snapshot` returned. Needs the capability `emulator`. */
  async restore(whole: Uint8Array): Promise<void> {
    const total = whole.length;
    const most = this.connection.maxPayload - restore.request.fixedBytes;
    for (let offset = 0; offset < total; offset += most) {
      const data = whole.subarray(offset, offset + most);
      await this.connection.request(restore, { total, offset, length: data.length, data });
    }
  }

  /** Needs the capability `emulator`. */
  async setFault(
    core: number,
    device: { row: number; column: number; polarity: number; device: number },
    fault: DeviceFault,
  ): Promise<void> {
    await this.connection.request(setFault, { core, ...device, fault });
  }
}

export type { PulseKind };

const verifyOptions = ({ tolerance = 0, maxIterations = 0 }: ProgramOptions) => ({
  tolerance,
  maxIterations,
});

/** The rows of `piece` out of targets [2, rows, columns] of `window`. */
function rowsOf(targets: Uint16Array, window: Window, piece: Window): Uint16Array {
  const plane = window.rows * window.columns;
  const start = (piece.rowStart - window.rowStart) * window.columns;
  const size = piece.rows * window.columns;
  const part = new Uint16Array(2 * size);
  part.set(targets.subarray(start, start + size));
  part.set(targets.subarray(plane + start, plane + start + size), size);
  return part;
}

/** Turns the progress of a piece, in whatever steps, into pairs of the whole window. */
function progressOfPiece(
  onProgress: RequestOptions['onProgress'],
  piece: Window,
  window: Window,
): RequestOptions['onProgress'] {
  if (!onProgress) return undefined;
  const before = (piece.rowStart - window.rowStart) * window.columns;
  const size = piece.rows * window.columns;
  return ({ done, total }) =>
    onProgress({ done: before + Math.round((size * done) / total), total: window.rows * window.columns });
}

function mergeReports(reports: readonly ProgramReport[]): ProgramReport {
  const sum = { pairs: 0, converged: 0, iterations: 0, setPulses: 0, resetPulses: 0, rmsError: 0 };
  let squares = 0;
  for (const report of reports) {
    sum.pairs += report.pairs;
    sum.converged += report.converged;
    sum.iterations += report.iterations;
    sum.setPulses += report.setPulses;
    sum.resetPulses += report.resetPulses;
    squares += report.rmsError ** 2 * report.pairs;
  }
  return { ...sum, rmsError: sum.pairs > 0 ? Math.sqrt(squares / sum.pairs) : 0 };
}
