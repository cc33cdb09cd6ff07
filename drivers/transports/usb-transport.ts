import { LinkError } from '../errors.js';
import type { Transport, TransportEvents } from './transport.js';
import { BulkIn, BulkOut } from './usb-bulk.js';
import type { UsbConfiguration, UsbDevice, UsbSetup } from './usb-device.js';

/** Class code of interfaces that follow no standard of USB. */
const VENDOR_CLASS = 0xff;
/** Transfers under way in each direction, if the system takes several. */
const TRANSFERS_IN_FLIGHT = 4;
/**
 * Class request of serial ports, here sent to the vendor interface: a host program is there (1) or leaves
 * (0).
 */
const SET_CONTROL_LINE_STATE = 0x22;

/** How the device is used. */
export interface UsbOptions {
  /**
   * One transfer at a time on each endpoint, and no other call while one is under way. Transfers must then
   * end by themselves after a while, because closing the link waits for them. WebUSB takes several, and
   * closing ends them. Default false.
   */
  oneAtATime?: boolean;
}

/**
 * A transport over the bulk endpoints of a board's vendor interface. It uses only WebUSB, so that it works
 * with `navigator.usb` in a browser and with `node-usb`. Several transfers are under way in each direction,
 * if the system takes several.
 */
export class UsbTransport implements Transport {
  readonly #device: UsbDevice;
  readonly #interface: VendorInterface;
  readonly #oneAtATime: boolean;
  readonly #in: BulkIn;
  readonly #out: BulkOut;
  #events: TransportEvents | undefined;
  #closed = false;
  #reading: Promise<void> = Promise.resolve();
  #released: Promise<void> | undefined;

  private constructor(
    readonly name: string,
    device: UsbDevice,
    vendorInterface: VendorInterface,
    oneAtATime: boolean,
  ) {
    this.#device = device;
    this.#interface = vendorInterface;
    this.#oneAtATime = oneAtATime;
    const inFlight = oneAtATime ? 1 : TRANSFERS_IN_FLIGHT;
    const onData = (bytes: Uint8Array) => this.#events?.onData(bytes);
    this.#in = new BulkIn({ device, endpoint: vendorInterface.in, inFlight }, onData);
    const out = { device, endpoint: vendorInterface.out, inFlight };
    this.#out = new BulkOut(out, vendorInterface.packetBytes, (error) => this.#lost(error));
  }

  /**
   * Claims the vendor interface of an opened device. Errors: `LinkError` if it has none; that of claiming.
   */
  static async open(
    name: string,
    device: UsbDevice,
    { oneAtATime = false }: UsbOptions = {},
  ): Promise<UsbTransport> {
    if (!device.configuration) await device.selectConfiguration(1);
    const vendorInterface = findVendorInterface(device.configuration);
    if (!vendorInterface) {
      throw new LinkError(
        `${name} has no vendor interface with bulk endpoints; it is not a board for this driver.`,
      );
    }
    await device.claimInterface(vendorInterface.number);
    try {
      await device.controlTransferOut(lineState(vendorInterface.number, true), new Uint8Array());
    } catch (error) {
      await device.releaseInterface(vendorInterface.number).catch(() => undefined);
      throw error;
    }
    return new UsbTransport(name, device, vendorInterface, oneAtATime);
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
    const device = this.#device;
    const { number } = this.#interface;
    this.#in.stop();
    const ended = Promise.all([this.#reading, this.#out.stop()]);
    if (this.#oneAtATime) await ended;
    for (const step of [
      () => device.controlTransferOut(lineState(number, false), new Uint8Array()),
      () => device.releaseInterface(number), // closing alone would leave it claimed
      () => device.close(),
    ]) {
      try {
        await step();
      } catch {
        // the device is gone
      }
    }
    await ended;
  }
}

/** Numbers of a vendor interface and of its bulk endpoints. */
interface VendorInterface {
  number: number;
  in: number;
  out: number;
  packetBytes: number;
}

function findVendorInterface(
  configuration: UsbConfiguration | null | undefined,
): VendorInterface | undefined {
  for (const { interfaceNumber, alternate } of configuration?.interfaces ?? []) {
    if (alternate.interfaceClass !== VENDOR_CLASS) continue;
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

const lineState = (index: number, present: boolean): UsbSetup => ({
  requestType: 'class',
  recipient: 'interface',
  request: SET_CONTROL_LINE_STATE,
  value: present ? 1 : 0,
  index,
});
