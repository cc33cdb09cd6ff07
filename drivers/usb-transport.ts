/// <reference types="w3c-web-usb" />
import { LinkError } from './errors.js';
import type { Transport, TransportEvents } from './transport.js';

/** Class code of interfaces that follow no standard of USB. */
const vendorClass = 0xff;
/** Length that is asked for at once, in bytes. */
const readBytes = 64 * 1024;
/** Class request of serial ports, here to the vendor interface: a host program is there (1), or leaves (0). */
const setControlLineState = 0x22;

/** What `node-usb` takes beyond WebUSB: milliseconds until a transfer is given up. Browsers ignore it. */
type TransferIn = (endpoint: number, length: number, timeout: number) => Promise<USBInTransferResult>;
type TransferOut = (endpoint: number, data: BufferSource, timeout: number) => Promise<USBOutTransferResult>;
/** A question without an answer is asked anew after this time; a board that hangs is noticed by the connection. */
const readPatience = 500;
const writePatience = 20_000;

/**
 * The bulk endpoints of a board's vendor interface, over WebUSB alone: works with `navigator.usb` in a browser and with
 * `node-usb`. One transfer is under way in each direction: `node-usb` 3 takes no second one on an endpoint.
 */
export class UsbTransport implements Transport {
  #events: TransportEvents | undefined;
  #closed = false;
  #reading: Promise<void> = Promise.resolve();
  #writing: Promise<void> = Promise.resolve();
  #released: Promise<void> | undefined;

  private constructor(
    readonly name: string,
    private readonly device: USBDevice,
    private readonly pipe: VendorInterface,
  ) {}

  /** Claims the vendor interface of an opened device. Errors: `LinkError` where it has none; that of claiming. */
  static async open(name: string, device: USBDevice): Promise<UsbTransport> {
    if (!device.configuration) await device.selectConfiguration(1);
    const pipe = findVendorInterface(device.configuration);
    if (!pipe) {
      throw new LinkError(
        `${name} has no vendor interface with bulk endpoints; it is no board for this driver.`,
      );
    }
    await device.claimInterface(pipe.number);
    try {
      await device.controlTransferOut(lineState(pipe.number, true), new Uint8Array());
    } catch (error) {
      await device.releaseInterface(pipe.number).catch(() => undefined);
      throw error;
    }
    return new UsbTransport(name, device, pipe);
  }

  start(events: TransportEvents): void {
    this.#events = events;
    this.#reading = this.#readAll();
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.#closed) return Promise.reject(new LinkError(`The link to ${this.name} is closed.`));
    const written = this.#writing.then(() => this.#transferOut(bytes));
    this.#writing = written.catch((error: Error) => this.#lost(error));
    return written;
  }

  async close(): Promise<void> {
    const first = !this.#closed;
    this.#closed = true;
    if (first) this.#events?.onClose();
    await this.#release();
  }

  /** When nothing is under way any more, since node-usb throws where calls overlap. */
  #release(): Promise<void> {
    const { device, pipe } = this;
    return (this.#released ??= (async () => {
      await this.#reading;
      await this.#writing;
      for (const step of [
        () => device.controlTransferOut(lineState(pipe.number, false), new Uint8Array()),
        () => device.releaseInterface(pipe.number), // closing alone would leave it claimed
        () => device.close(),
      ]) {
        try {
          await step();
        } catch {
          // the device is gone, and nothing is left to do
        }
      }
    })());
  }

  async #readAll(): Promise<void> {
    const transferIn = this.device.transferIn.bind(this.device) as TransferIn;
    while (!this.#closed) {
      try {
        const { status, data } = await transferIn(this.pipe.in, readBytes, readPatience);
        if (status === 'stall') await this.device.clearHalt('in', this.pipe.in);
        if (data && data.byteLength > 0 && !this.#closed) this.#events?.onData(bytesOf(data));
      } catch (error) {
        if (!isTimeout(error)) return this.#lost(error as Error);
      }
    }
  }

  async #transferOut(bytes: Uint8Array): Promise<void> {
    if (this.#closed) throw new LinkError(`The link to ${this.name} is closed.`);
    const transferOut = this.device.transferOut.bind(this.device) as TransferOut;
    const { status } = await transferOut(this.pipe.out, bytes as BufferSource, writePatience);
    if (status === 'stall') await this.device.clearHalt('out', this.pipe.out);
    // What was sent in full packets needs an empty one behind it, or the board waits for more.
    else if (bytes.length % this.pipe.packetBytes === 0) {
      await transferOut(this.pipe.out, new Uint8Array(), writePatience);
    }
  }

  #lost(error: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#events?.onClose(error);
    void this.#release();
  }
}

interface VendorInterface {
  number: number;
  in: number;
  out: number;
  packetBytes: number;
}

function findVendorInterface(
  configuration: USBConfiguration | null | undefined,
): VendorInterface | undefined {
  for (const { interfaceNumber, alternate } of configuration?.interfaces ?? []) {
    if (alternate.interfaceClass !== vendorClass) continue;
    const bulk = alternate.endpoints.filter(({ type }) => type === 'bulk');
    const incoming = bulk.find(({ direction }) => direction === 'in');
    const outgoing = bulk.find(({ direction }) => direction === 'out');
    if (!incoming || !outgoing) continue;
    const { packetSize } = outgoing;
    return {
      number: interfaceNumber,
      in: incoming.endpointNumber,
      out: outgoing.endpointNumber,
      packetBytes: packetSize,
    };
  }
  return undefined;
}

const lineState = (index: number, present: boolean): USBControlTransferParameters => ({
  requestType: 'class',
  recipient: 'interface',
  request: setControlLineState,
  value: present ? 1 : 0,
  index,
});

const bytesOf = ({ buffer, byteOffset, byteLength }: DataView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

const isTimeout = (error: unknown): boolean =>
  error instanceof Error && /timed? ?out|cancell?ed/i.test(error.message);
