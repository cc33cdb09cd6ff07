import {
  DescriptorType,
  type Identity,
  Interface,
  configurationDescriptor,
  deviceDescriptor,
  endpointAddresses,
  microsoftDescriptors,
  microsoftVendorCode,
  objectStoreDescriptor,
  qualifierDescriptor,
  stringDescriptor,
} from './descriptors.js';

/** What a control request leads to: bytes for the host (perhaps none), or a stall where it is undefined. */
type Reply = ArrayLike<number> | undefined;

const nothing: Reply = [];

/** The standard requests of USB 2.0, chapter 9.4. */
const Standard = {
  getStatus: 0,
  clearFeature: 1,
  setFeature: 3,
  getDescriptor: 6,
  getConfiguration: 8,
  setConfiguration: 9,
  getInterface: 10,
  setInterface: 11,
} as const;

/** What a standard request is about (USB 2.0, table 9-2). */
const Recipient = { device: 0, interface: 1, endpoint: 2 } as const;

/** The one feature that there is (USB 2.0, table 9-6): an endpoint that answers every transfer with a stall. */
const endpointHalt = 0;

/** Class requests of a CDC serial port; the vendor interface knows `setControlLineState`, too. */
const Serial = {
  setLineCoding: 0x20,
  getLineCoding: 0x21,
  setControlLineState: 0x22,
  sendBreak: 0x23,
} as const;

export interface ControlEvents {
  /** The host opened (or closed) the serial port or the vendor interface. */
  onOpen(interfaceNumber: number, open: boolean): void;
  /** The host halted an endpoint: what waits there is stalled. */
  onHalt(address: number): void;
}

/** Answers the requests on the control endpoint. */
export class ControlEndpoint {
  #configuration = 0;
  /** Addresses of the endpoints that are halted. */
  readonly #halted = new Set<number>();
  /** 115,200 baud, 8 bits, no parity, 1 stop bit: kept for who asks, of no effect. */
  #lineCoding: ArrayLike<number> = [0x00, 0xc2, 0x01, 0x00, 0, 0, 8];

  constructor(
    private readonly identity: Identity,
    private readonly events: ControlEvents,
  ) {}

  isHalted(address: number): boolean {
    return this.#halted.has(address);
  }

  /** `setup`: the eight bytes of USB 2.0, chapter 9.3; `data`: what the host sends with it. */
  request(setup: Uint8Array, data: Uint8Array): Reply {
    const type = (setup[0] >> 5) & 3;
    const code = setup[1];
    const value = setup[2] | (setup[3] << 8);
    const index = setup[4] | (setup[5] << 8);
    const length = setup[6] | (setup[7] << 8);
    const reply = [
      () => this.#standard(code, setup[0] & 0x1f, value, index),
      () => this.#serial(code, value, index, data),
      () => (code === microsoftVendorCode && index === 7 ? microsoftDescriptors : undefined),
      () => undefined,
    ][type]();
    return reply && Array.from(reply).slice(0, length);
  }

  #standard(code: number, recipient: number, value: number, index: number): Reply {
    switch (code) {
      case Standard.getDescriptor:
        return this.#descriptor(value >> 8, value & 0xff);
      case Standard.getConfiguration:
        return [this.#configuration];
      case Standard.setConfiguration:
        this.#configuration = value;
        this.#halted.clear();
        return nothing;
      case Standard.getStatus:
        return [recipient === Recipient.endpoint && this.#halted.has(index) ? 1 : 0, 0];
      case Standard.getInterface:
        return [0];
      case Standard.setInterface:
        return value === 0 ? nothing : undefined;
      case Standard.clearFeature:
      case Standard.setFeature:
        if (recipient !== Recipient.endpoint || value !== endpointHalt) return undefined;
        return this.#halt(index, code === Standard.setFeature);
      default:
        return undefined;
    }
  }

  #halt(address: number, halted: boolean): Reply {
    if (!endpointAddresses.includes(address)) return undefined;
    if (halted) {
      this.#halted.add(address);
      this.events.onHalt(address);
    } else {
      this.#halted.delete(address);
    }
    return nothing;
  }

  #descriptor(type: number, index: number): Reply {
    switch (type) {
      case DescriptorType.device:
        return deviceDescriptor;
      case DescriptorType.configuration:
        return index === 0 ? configurationDescriptor : undefined;
      case DescriptorType.string:
        return stringDescriptor(index, this.identity);
      case DescriptorType.qualifier:
        return qualifierDescriptor;
      case DescriptorType.objectStore:
        return objectStoreDescriptor;
      default:
        return undefined;
    }
  }

  #serial(code: number, value: number, index: number, data: Uint8Array): Reply {
    switch (code) {
      case Serial.setControlLineState:
        this.events.onOpen(index & 0xff, (value & 1) === 1); // bit 0: data terminal ready
        return nothing;
      case Serial.setLineCoding:
        if (index !== Interface.serialControl || data.length !== 7) return undefined;
        this.#lineCoding = data;
        return nothing;
      case Serial.getLineCoding:
        return index === Interface.serialControl ? this.#lineCoding : undefined;
      case Serial.sendBreak:
        return nothing;
      default:
        return undefined;
    }
  }
}
