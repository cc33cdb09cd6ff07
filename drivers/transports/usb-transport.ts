/// <reference types="w3c-web-usb" preserve="true" />
import { LinkError } from '../errors.js';
import type { Transport, TransportEvents } from './transport.js';
import { BulkIn, BulkOut } from './usb-bulk.js';

/** Class code of interfaces that follow no standard of USB. */
const vendorClass = 0xff;
/** Transfers that are under way in each direction, where the system takes several. */
const transfersInFlight = 4;
/** Class request of serial ports, here to the vendor interface: a host program is there (1), or leaves (0). */
const setControlLineState = 0x22;

export interface UsbOptions {
  /**
   * One transfer at a time on each endpoint, and no other call while one is under way. Its transfers must end by themselves
   * after a while: they are waited for when the link is closed. WebUSB takes several, and closing ends them. Default false.
   */
  oneAtATime?: boolean;
}

/**
 * The bulk endpoints of a board's vendor interface, over WebUSB alone: works with `navigator.usb` in a browser and with
 * `node-usb`. Several transfers are under way in each direction where the system takes them; long ones make up for it
 * elsewhere.
 */
export class UsbTransport implements Transport {
  readonly #in: BulkIn;
  readonly #out: BulkOut;
  #events: TransportEvents | undefined;
  #closed = false;
  #reading: Promise<void> = Promise.resolve();
  #released: Promise<void> | undefined;

  private constructor(
    readonly name: string,
    private readonly device: USBDevice,
    private readonly pipe: VendorInterface,
    private readonly oneAtATime: boolean,
  ) {
    const inFlight = oneAtATime ? 1 : transfersInFlight;
    const onData = (bytes: Uint8Array) => this.#events?.onData(bytes);
    this.#in = new BulkIn(device, pipe.in, inFlight, onData);
    this.#out = new BulkOut(device, pipe.out, pipe.packetBytes, inFlight, (error) => this.#lost(error));
  }

  /** Claims the vendor interface of an opened device. Errors: `LinkError` where it has none; that of claiming. */
  static async open(
    name: string,
    device: USBDevice,
    { oneAtATime = false }: UsbOptions = {},
  ): Promise<UsbTransport> {
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
    return new UsbTransport(name, device, pipe, oneAtATime);
  }

  start(events: TransportEvents): void {
    this.#events = events;
    this.#reading = this.#in.run().catch((error: Error) => this.#lost(error));
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.#closed) return Promise.reject(new LinkError(`The link to ${this.name} is closed.`));
    return this.#out.write(bytes);
  }

  async close(): Promise<void> {
    this.#end();
    await this.#released;
  }

  #lost(error: Error): void {
    this.#end(error);
  }

  #end(error?: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#events?.onClose(error);
    this.#released = this.#release();
  }

  async #release(): Promise<void> {
    const { device, pipe } = this;
    this.#in.stop();
    const ended = Promise.all([this.#reading, this.#out.stop()]);
    if (this.oneAtATime) await ended;
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
    await ended;
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
