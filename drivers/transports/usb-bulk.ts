import { concatenate } from '../../protocol/index.js';
import { LinkError } from '../errors.js';
import type { UsbDevice, UsbTransferResult } from './usb-device.js';

/** Size of one transfer in, and maximum size of one transfer out, in bytes. */
const TRANSFER_BYTES = 256 * 1024;

/** Milliseconds after which a transfer in is repeated. The connection notices a board that hangs. */
const READ_PATIENCE = 500;
/** Milliseconds after which a transfer out is given up. */
const WRITE_PATIENCE = 20_000;

/** One bulk endpoint of a device. */
export interface BulkEndpoint {
  readonly device: UsbDevice;
  readonly endpoint: number;
  /** Maximum number of transfers under way. */
  readonly inFlight: number;
}

/** Reads a bulk endpoint, with several transfers under way. */
export class BulkIn {
  readonly #pipe: BulkEndpoint;
  readonly #onData: (bytes: Uint8Array) => void;
  #stopped = false;

  constructor(pipe: BulkEndpoint, onData: (bytes: Uint8Array) => void) {
    this.#pipe = pipe;
    this.#onData = onData;
  }

  /**
   * Reads until `stop`, then resolves when no transfer is under way any more. Errors: that of a failed
   * transfer.
   */
  async run(): Promise<void> {
    const asked: Promise<UsbTransferResult | Error>[] = [];
    while (!this.#stopped) {
      while (asked.length < this.#pipe.inFlight) asked.push(this.#ask());
      const answer = await asked.shift()!;
      if (isStall(answer)) {
        await Promise.all(asked.splice(0)); // stalled as well
        await this.#pipe.device.clearHalt('in', this.#pipe.endpoint);
      } else if (!(answer instanceof Error)) {
        const { data } = answer;
        if (data && data.byteLength > 0 && !this.#stopped) this.#onData(bytesOf(data));
      } else if (!isTimeout(answer)) throw answer;
    }
    await Promise.all(asked);
  }

  /** Asks for no more transfers. */
  stop(): void {
    this.#stopped = true;
  }

  /** Returns errors as values: one may come while an earlier transfer is still awaited. */
  #ask(): Promise<UsbTransferResult | Error> {
    const { device, endpoint } = this.#pipe;
    return device.transferIn(endpoint, TRANSFER_BYTES, READ_PATIENCE).catch((error: Error) => error);
  }
}

/**
 * Writes a bulk endpoint, with several transfers under way. Bytes that wait in the meantime go out together.
 */
export class BulkOut {
  readonly #pipe: BulkEndpoint;
  readonly #packetBytes: number;
  readonly #onLost: (error: Error) => void;
  #queue: Uint8Array[] = [];
  #underWay = 0;
  #stopped = false;
  /** Wakes those that wait for room or for the end. */
  #waiting: (() => void)[] = [];

  /**
   * `packetBytes` is the packet size of the endpoint; `onLost` is called with the error of a failed transfer.
   */
  constructor(pipe: BulkEndpoint, packetBytes: number, onLost: (error: Error) => void) {
    this.#pipe = pipe;
    this.#packetBytes = packetBytes;
    this.#onLost = onLost;
  }

  /** Queues bytes, and resolves when there is room for more. Errors: `LinkError` after `stop`. */
  async write(bytes: Uint8Array): Promise<void> {
    if (!this.#stopped) this.#queue.push(bytes);
    this.#send();
    while (!this.#stopped && this.#queue.length > 0 && this.#queued >= TRANSFER_BYTES) await this.#change();
    if (this.#stopped) throw new LinkError('The link is closed.');
  }

  /** Drops the bytes that wait. Resolves when no transfer is under way any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#queue = [];
    this.#changed();
    while (this.#underWay > 0) await this.#change();
  }

  get #queued(): number {
    return this.#queue.reduce((sum, { length }) => sum + length, 0);
  }

  #send(): void {
    while (this.#underWay < this.#pipe.inFlight && this.#queue.length > 0) {
      const bytes = concatenate(...this.#queue.splice(0));
      if (bytes.length > TRANSFER_BYTES) this.#queue.push(bytes.subarray(TRANSFER_BYTES));
      void this.#transfer(bytes.subarray(0, TRANSFER_BYTES));
    }
  }

  async #transfer(bytes: Uint8Array): Promise<void> {
    const { device, endpoint } = this.#pipe;
    this.#underWay++;
    const answer = await device
      .transferOut(endpoint, bytes as Uint8Array<ArrayBuffer>, WRITE_PATIENCE)
      .catch((error: Error) => error);
    // The bytes of a stalled transfer are lost, and the connection sends them again.
    if (isStall(answer)) await device.clearHalt('out', endpoint).catch(this.#onLost);
    else if (answer instanceof Error) this.#onLost(answer);
    this.#underWay--;
    const isLast = this.#underWay === 0 && this.#queue.length === 0 && !this.#stopped;
    // Bytes that end in a full packet need an empty one behind them, or the board waits for more.
    if (isLast && bytes.length > 0 && bytes.length % this.#packetBytes === 0)
      void this.#transfer(bytes.subarray(0, 0));
    else this.#send();
    this.#changed();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #changed(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: DataView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** WebUSB reports a stall as a status, `node-usb` as an error. */
const isStall = (answer: UsbTransferResult | Error): boolean =>
  answer instanceof Error ? /stall/i.test(answer.message) : answer.status === 'stall';

const isTimeout = (error: Error): boolean => /timed? ?out|cancell?ed/i.test(error.message);
