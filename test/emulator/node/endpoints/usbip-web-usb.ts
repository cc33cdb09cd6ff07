import { once } from 'node:events';
import {
  type Dial,
  type UsbConfiguration,
  type UsbDevice,
  type UsbDirection,
  type UsbOptions,
  type UsbSetup,
  type UsbTransferResult,
  UsbTransport,
} from '../../../../drivers/index.js';
import { type UsbIpClient, importWhenFree } from './usbip-client.js';

const endpointTypes = ['control', 'isochronous', 'bulk', 'interrupt'];
const STALLED = -32;
const UNLINKED = -104;

/**
 * Dials the device behind a USB/IP port with the driver for USB, as a browser would, or with the limits of
 * `node-usb`.
 */
export const usbIpDial =
  (port: number, options: UsbOptions = {}): Dial =>
  async () => {
    const device = new UsbIpDevice(await importWhenFree(port), options.oneAtATime ?? false);
    await device.open();
    return UsbTransport.open('usbip', device, options);
  };

/** The part of WebUSB that the driver uses, in front of a USB/IP client. */
class UsbIpDevice implements UsbDevice {
  readonly vendorId = 0;
  readonly productId = 0;
  configuration: UsbConfiguration | null = null;
  readonly #client: UsbIpClient;
  readonly #oneAtATime: boolean;
  readonly #busy = new Set<string>();
  #calls = 0;

  /** As node-usb 3.1, `oneAtATime` refuses a second transfer on an endpoint, and transfers end by themselves. */
  constructor(client: UsbIpClient, oneAtATime: boolean) {
    this.#client = client;
    this.#oneAtATime = oneAtATime;
  }

  async open(): Promise<void> {
    const { data } = await this.#client.control([0x80, 6, 0, 2, 0, 0, 0xff, 0]);
    this.configuration = configurationOf(data);
  }

  async selectConfiguration(): Promise<void> {}
  async claimInterface(): Promise<void> {}

  async releaseInterface(): Promise<void> {
    if (this.#oneAtATime && this.#calls > 0) throw new Error('a call is under way');
  }

  async close(): Promise<void> {
    await this.releaseInterface();
    this.#client.socket.destroy();
    if (!this.#client.socket.closed) await once(this.#client.socket, 'close');
  }

  async clearHalt(direction: UsbDirection, endpoint: number): Promise<void> {
    await this.#client.control([2, 1, 0, 0, endpoint | (direction === 'in' ? 0x80 : 0), 0, 0, 0]);
  }

  async controlTransferOut({ request, value, index }: UsbSetup): Promise<void> {
    await this.#client.control([0x21, request, value, 0, index, 0, 0, 0]);
  }

  transferIn(endpoint: number, length: number, patience: number): Promise<UsbTransferResult> {
    return this.#exclusively(`in ${endpoint}`, async () => {
      const { sequence, answer } = this.#client.submit(endpoint, length);
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise<never>((_, reject) => {
        const end = async () => {
          const { status } = await this.#client.unlink(sequence);
          if (status === UNLINKED) reject(new Error('transferIn error: Cancelled')); // else the answer was quicker
        };
        if (this.#oneAtATime) timer = setTimeout(() => end().catch(reject), patience);
      });
      const { status, data } = await Promise.race([answer, timeout]).finally(() => clearTimeout(timer));
      return { status: statusOf(status), data: new DataView(data.buffer, data.byteOffset, data.length) };
    });
  }

  transferOut(endpoint: number, bytes: Uint8Array): Promise<UsbTransferResult> {
    return this.#exclusively(`out ${endpoint}`, async () => {
      const { status } = await this.#client.submit(endpoint, 0, bytes).answer;
      return { status: statusOf(status) };
    });
  }

  async #exclusively<T>(endpoint: string, transfer: () => Promise<T>): Promise<T> {
    if (this.#oneAtATime && this.#busy.has(endpoint)) throw new Error('endpoint not found');
    this.#busy.add(endpoint);
    this.#calls++;
    try {
      return await transfer();
    } finally {
      this.#busy.delete(endpoint);
      this.#calls--;
    }
  }
}

const statusOf = (status: number): UsbTransferResult['status'] => (status === STALLED ? 'stall' : 'ok');

/** Interfaces and endpoints of a configuration descriptor. */
function configurationOf(descriptor: Buffer): UsbConfiguration {
  const interfaces: {
    interfaceNumber: number;
    alternate: { interfaceClass: number; endpoints: object[] };
  }[] = [];
  for (let at = 0; at < descriptor.length; at += descriptor[at]) {
    const [, kind, ...rest] = descriptor.subarray(at, at + descriptor[at]);
    if (kind === 4)
      interfaces.push({ interfaceNumber: rest[0], alternate: { interfaceClass: rest[3], endpoints: [] } });
    if (kind === 5) {
      interfaces.at(-1)!.alternate.endpoints.push({
        endpointNumber: rest[0] & 0x7f,
        direction: rest[0] & 0x80 ? 'in' : 'out',
        type: endpointTypes[rest[1] & 3],
        packetSize: rest[2] | (rest[3] << 8),
      });
    }
  }
  return { configurationValue: 1, interfaces } as unknown as UsbConfiguration;
}
