import type { Attachable } from '../../../firmware/firmware.js';
import { ControlEndpoint } from './control.js';
import { Endpoint, type Identity, Interface } from './descriptors.js';
import { type Submit, TransferStatus } from './messages.js';
import { BulkPipe } from './pipe.js';

/** Outcome of a transfer: its status, and the bytes for the host or the number of bytes taken from it. */
export type Complete = (status: number, bytes: Uint8Array | number) => void;

/** The composite USB device: a vendor interface and a serial port in front of one board. */
export class EmulatedUsbDevice {
  readonly #control: ControlEndpoint;
  readonly #pipes: Readonly<Record<number, BulkPipe>>;
  /** Transfers on the notification endpoint, which never has a notification. */
  readonly #notifications = new Map<number, Complete>();

  constructor(firmware: Attachable, identity: Identity, url: string) {
    const vendor = new BulkPipe(firmware, url);
    const serial = new BulkPipe(firmware, `the serial port of ${url}`);
    this.#pipes = { [Endpoint.vendor]: vendor, [Endpoint.serial]: serial };
    this.#control = new ControlEndpoint(identity, {
      onOpen: (interfaceNumber, open) => {
        const pipe = interfaceNumber === Interface.vendor ? vendor : serial;
        if (open) pipe.open();
        else pipe.close();
      },
      onHalt: (address) => this.#stallWaiting(address),
    });
  }

  /** Starts a transfer. `data` is empty for one from the device. */
  submit(
    { sequence, direction, endpoint, length, setup }: Submit,
    data: Uint8Array,
    complete: Complete,
  ): void {
    const pipe = this.#pipes[endpoint];
    if (endpoint === Endpoint.control) {
      const reply = this.#control.request(setup, data);
      if (!reply) complete(TransferStatus.stalled, 0);
      else complete(TransferStatus.ok, direction === 1 ? Uint8Array.from(reply) : data.length);
    } else if (this.#control.isHalted(endpoint | (direction << 7))) {
      complete(TransferStatus.stalled, 0);
    } else if (pipe && direction === 1) {
      pipe.ask(sequence, length, (bytes) =>
        bytes ? complete(TransferStatus.ok, bytes) : complete(TransferStatus.stalled, 0),
      );
    } else if (pipe) {
      pipe.receive(data, () => complete(TransferStatus.ok, data.length));
    } else if (endpoint === Endpoint.serialNotification && direction === 1) {
      this.#notifications.set(sequence, complete);
    } else {
      complete(TransferStatus.stalled, 0);
    }
  }

  /** Cancels a transfer. Returns false if it is complete already. */
  unlink(sequence: number): boolean {
    return (
      this.#notifications.delete(sequence) ||
      Object.values(this.#pipes).some((pipe) => pipe.withdraw(sequence))
    );
  }

  #stallWaiting(address: number): void {
    if (address === (Endpoint.serialNotification | 0x80)) {
      for (const complete of this.#notifications.values()) complete(TransferStatus.stalled, 0);
      this.#notifications.clear();
    } else if (address & 0x80) {
      this.#pipes[address & 0x7f].stall();
    }
  }

  unplug(): void {
    for (const pipe of Object.values(this.#pipes)) pipe.close();
  }
}
