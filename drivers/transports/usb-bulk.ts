/// <reference types="w3c-web-usb" />
import { joined } from '../../protocol/index.js';
import { LinkError } from '../errors.js';

/** Bytes that are asked for in one transfer, and that are sent in one where so many wait. */
const transferBytes = 256 * 1024;

/** What `node-usb` takes beyond WebUSB: milliseconds until a transfer is given up. Browsers ignore it. */
type TransferIn = (endpoint: number, length: number, timeout: number) => Promise<USBInTransferResult>;
type TransferOut = (endpoint: number, data: BufferSource, timeout: number) => Promise<USBOutTransferResult>;
/** A question without an answer is asked anew after this time; a board that hangs is noticed by the connection. */
const readPatience = 500;
const writePatience = 20_000;

/** Reads a bulk endpoint, with several transfers under way. */
export class BulkIn {
  #stopped = false;

  constructor(
    private readonly device: USBDevice,
    private readonly endpoint: number,
    private readonly inFlight: number,
    private readonly onData: (bytes: Uint8Array) => void,
  ) {}

  /** Resolves after `stop`, when nothing is under way any more. Errors: that of a transfer that failed. */
  async run(): Promise<void> {
    const asked: Promise<USBInTransferResult | Error>[] = [];
    while (!this.#stopped) {
      while (asked.length < this.inFlight) asked.push(this.#ask());
      const answer = await asked.shift()!;
      if (isStall(answer)) {
        await Promise.all(asked.splice(0)); // stalled as well
        await this.device.clearHalt('in', this.endpoint);
      } else if (!(answer instanceof Error)) {
        const { data } = answer;
        if (data && data.byteLength > 0 && !this.#stopped) this.onData(bytesOf(data));
      } else if (!isTimeout(answer)) throw answer;
    }
    await Promise.all(asked);
  }

  stop(): void {
    this.#stopped = true;
  }

  /** An error is a value here: it may come while an earlier transfer is still waited for. */
  #ask(): Promise<USBInTransferResult | Error> {
    const transferIn = this.device.transferIn.bind(this.device) as TransferIn;
    return transferIn(this.endpoint, transferBytes, readPatience).catch((error: Error) => error);
  }
}

/** Writes a bulk endpoint, with several transfers under way. What waits meanwhile goes out together. */
export class BulkOut {
  #queue: Uint8Array[] = [];
  #underWay = 0;
  #stopped = false;
  /** Writers that wait for room, and who waits for the end. */
  #waiting: (() => void)[] = [];

  constructor(
    private readonly device: USBDevice,
    private readonly endpoint: number,
    private readonly packetBytes: number,
    private readonly inFlight: number,
    private readonly onLost: (error: Error) => void,
  ) {}

  /** Resolves when there is room for more. Errors: `LinkError` after `stop`. */
  async write(bytes: Uint8Array): Promise<void> {
    if (!this.#stopped) this.#queue.push(bytes);
    this.#send();
    while (!this.#stopped && this.#queue.length > 0 && this.#queued >= transferBytes) await this.#change();
    if (this.#stopped) throw new LinkError('The link is closed.');
  }

  /** Throws away what waits. Resolves when nothing is under way any more. */
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
    while (this.#underWay < this.inFlight && this.#queue.length > 0) {
      const bytes = this.#queue.splice(0).reduce(joined);
      if (bytes.length > transferBytes) this.#queue.push(bytes.subarray(transferBytes));
      void this.#transfer(bytes.subarray(0, transferBytes));
    }
  }

  async #transfer(bytes: Uint8Array): Promise<void> {
    const transferOut = this.device.transferOut.bind(this.device) as TransferOut;
    this.#underWay++;
    const answer = await transferOut(this.endpoint, bytes as BufferSource, writePatience).catch(
      (error: Error) => error,
    );
    // What a stalled transfer held is lost, and the connection asks again.
    if (isStall(answer)) await this.device.clearHalt('out', this.endpoint).catch(this.onLost);
    else if (answer instanceof Error) this.onLost(answer);
    this.#underWay--;
    const isLast = this.#underWay === 0 && this.#queue.length === 0 && !this.#stopped;
    // What ends in a full packet needs an empty one behind it, or the board waits for more.
    if (isLast && bytes.length > 0 && bytes.length % this.packetBytes === 0)
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

/** WebUSB answers a stall with a status, `node-usb` with an error. */
const isStall = (answer: { status?: USBTransferStatus } | Error): boolean =>
  answer instanceof Error ? /stall/i.test(answer.message) : answer.status === 'stall';

const isTimeout = (error: Error): boolean => /timed? ?out|cancell?ed/i.test(error.message);
