import {
  advanceClock,
  concatenate,
  type DeviceFault,
  information,
  type Message,
  multiply,
  program,
  programCells,
  pulse,
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
import { Connection } from '../connection/connection.js';
import type { RequestOptions } from '../connection/pending-requests.js';
import type { Dial } from '../transports/transport.js';
import { BoardError } from '../errors.js';
import { byRows, inBatches, maxSnapshotBytes, rowsOf } from './pieces.js';
import { mergeReports, progressOfPiece } from './reports.js';
import type {
  BoardOptions,
  CellTargets,
  ColumnAffine,
  DevicePlace,
  Information,
  ProgramOptions,
  ProgramReport,
  Pulses,
  Status,
  Window,
} from './types.js';

/**
 * A board, with one method for each command. What is too large for one frame is sent in pieces. Errors of
 * every method: the board's `Refusal`, with nothing changed; `LinkError` if the link is lost for good. If a
 * later piece is refused, the pieces before it stay done.
 */
export class Board {
  readonly #onClose: BoardOptions['onClose'];

  private constructor(
    /**
     * For requests without a method here, such as commands of your own:
     * `board.connection.request(command, message)`.
     */
    readonly connection: Connection,
    /** The board's description of itself, from when it was opened. */
    readonly information: Information,
    onClose: BoardOptions['onClose'],
  ) {
    this.#onClose = onClose;
  }

  /**
   * Dials, says hello and reads the board's description. Errors: `LinkError` if no board answers; the board's
   * `Refusal`.
   */
  static async open(dial: Dial, { onClose, ...options }: BoardOptions): Promise<Board> {
    const connection = await Connection.open(dial, options);
    try {
      return new Board(connection, await connection.request(information, {}), onClose);
    } catch (error) {
      await connection.close(); // else its link would keep the process alive
      throw error;
    }
  }

  /** Ends the connection. Requests under way reject with `LinkError`. */
  async close(): Promise<void> {
    await this.connection.close();
    this.#onClose?.();
  }

  /** As `close`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Reads the board's clock and counters. */
  status(): Promise<Status> {
    return this.connection.request(status, {});
  }

  /**
   * Programs a window to `targets` [2, rows, columns], plus then minus, in nanosiemens. Progress counts
   * pairs.
   */
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

  /** Programs single unit cells to their targets. */
  async programCells(core: number, cells: CellTargets, options: ProgramOptions = {}): Promise<ProgramReport> {
    const count = cells.rows.length;
    const maxCells = Math.floor((this.connection.maxPayload - programCells.request.fixedBytes) / 8);
    const reports: ProgramReport[] = [];
    for (let start = 0; start < count; start += maxCells) {
      const end = Math.min(start + maxCells, count);
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

  /** Gives single pulses, in the order of the list. Returns how many SET and RESET pulses were given. */
  pulse(core: number, pulses: Pulses): Promise<Message<typeof pulse.response.fields>> {
    return this.connection.request(pulse, { core, pulses: pulses.rows.length, ...pulses });
  }

  /** Reads conductances [2, rows, columns], plus then minus, in nanosiemens, including read noise. */
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
   * Multiplies input codes [batch, cores, rows] by a window of `cores` consecutive cores from `core` on.
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

  /** Reads scale and offset of `columns` columns from `columnStart` on. */
  async readColumns(core: number, columnStart: number, columns: number): Promise<ColumnAffine> {
    const { scales, offsets } = await this.connection.request(readColumns, { core, columnStart, columns });
    return { scales, offsets };
  }

  /** Sets scale and offset of as many columns as `affine` has, from `columnStart` on. */
  async writeColumns(core: number, columnStart: number, affine: ColumnAffine): Promise<void> {
    const columns = affine.scales.length;
    await this.connection.request(writeColumns, { core, columnStart, columns, ...affine });
  }

  /** Reads `length` bytes of the user area, from `offset` on. */
  async readUserData(offset: number, length: number): Promise<Uint8Array> {
    return (await this.connection.request(readUserData, { offset, length })).data;
  }

  /** Writes `data` to the user area, from `offset` on. */
  async writeUserData(offset: number, data: Uint8Array): Promise<void> {
    await this.connection.request(writeUserData, { offset, length: data.length, data });
  }

  /** Moves the clock forward. Returns its reading afterwards, in seconds. Needs the capability `emulator`. */
  async advanceClock(seconds: number): Promise<number> {
    return (await this.connection.request(advanceClock, { seconds })).clock;
  }

  /** Reads the temperature of the chip, in degrees Celsius. Needs the capability `temperature`. */
  async temperature(): Promise<number> {
    return (await this.connection.request(readTemperature, {})).celsius;
  }

  /** Sets the temperature of the chip from now on, in degrees Celsius. Needs the capability `temperature`. */
  async setTemperature(celsius: number): Promise<void> {
    await this.connection.request(setTemperature, { celsius });
  }

  /**
   * Reads the whole state of the chip. Needs the capability `emulator`. Errors: also `BoardError` if it is larger
   * than a chip of this size can need.
   */
  async snapshot(): Promise<Uint8Array> {
    const length = this.connection.maxPayload - snapshot.response.fixedBytes;
    const first = await this.connection.request(snapshot, { offset: 0, length });
    const max = maxSnapshotBytes(this.information);
    if (first.total > max)
      throw new BoardError(
        this.connection.name,
        snapshot.name,
        'total',
        `total is ${first.total}, a chip of this size needs at most ${max} bytes.`,
      );
    // The memory grows with what has come: the board's word for the total is no reason to take it all at once.
    const pieces = [new Uint8Array(first.data)];
    let offset = this.#checkPiece(0, first, first.total, length);
    while (offset < first.total) {
      const piece = await this.connection.request(snapshot, { offset, length });
      pieces.push(new Uint8Array(piece.data));
      this.connection.recycle(piece.data);
      offset += this.#checkPiece(offset, piece, first.total, length);
    }
    return concatenate(...pieces);
  }

  /** Returns the length of a piece of a snapshot. Errors: `BoardError` if it is not a part of the whole. */
  #checkPiece(offset: number, piece: { total: number; length: number }, total: number, max: number): number {
    const wrong = (field: 'total' | 'length', reason: string) =>
      new BoardError(this.connection.name, snapshot.name, field, `${field} is ${piece[field]}, ${reason}.`);
    if (piece.total !== total) throw wrong('total', `the first piece says ${total}`);
    const left = Math.min(max, total - offset);
    if (piece.length === 0 || piece.length > left) throw wrong('length', `it must be from 1 to ${left}`);
    return piece.length;
  }

  /** Restores what `snapshot` returned. Needs the capability `emulator`. */
  async restore(whole: Uint8Array): Promise<void> {
    const total = whole.length;
    const maxBytes = this.connection.maxPayload - restore.request.fixedBytes;
    for (let offset = 0; offset < total; offset += maxBytes) {
      const data = whole.subarray(offset, offset + maxBytes);
      await this.connection.request(restore, { total, offset, length: data.length, data });
    }
  }

  /** Makes one device stuck or dead, or repairs it. Needs the capability `emulator`. */
  async setFault(core: number, device: DevicePlace, fault: DeviceFault): Promise<void> {
    await this.connection.request(setFault, { core, ...device, fault });
  }
}

const verifyOptions = ({ tolerance = 0, maxIterations = 0 }: ProgramOptions) => ({
  tolerance,
  maxIterations,
});
