import {
  DescriptorType,
  type Identity,
  Interface,
  configurationDescriptor,
  deviceDescriptor,
  endpointAddresses,
  microsoftDescriptors,
  MICROSOFT_VENDOR_CODE,
  objectStoreDescriptor,
  qualifierDescriptor,
  stringDescriptor,
} from './descriptors.js';

/** Reply to a control request: bytes for the host (perhaps none), or undefined for a stall. */
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

/** Recipients of a standard request (USB 2.0, table 9-2). */
const Recipient = { device: 0, interface: 1, endpoint: 2 } as const;

/** The only feature (USB 2.0, table 9-6): an endpoint that answers every transfer with a stall. */
const ENDPOINT_HALT = 0;

/** Class requests of a CDC serial port; the vendor interface takes `setControlLineState`, too. */
const Serial = {
  setLineCoding: 0x20,
  getLineCoding: 0x21,
  setControlLineState: 0x22,
  sendBreak: 0x23,
} as const;

/** Events that a control request can cause. */
export interface ControlEvents {
  /** The host opened (or closed) the serial port or the vendor interface. */
  onOpen(interfaceNumber: number, open: boolean): void;
  /** The host halted an endpoint: waiting transfers are stalled. */
  onHalt(address: number): void;
}

/** Answers the requests on the control endpoint. */
export class ControlEndpoint {
  readonly #identity: Identity;
  readonly #events: ControlEvents;
  #configuration = 0;
  /** Addresses of the endpoints that are halted. */
  readonly #halted = new Set<number>();
  /** 115,200 baud, 8 bits, no parity, 1 stop bit: kept for hosts that ask, without effect. */
  #lineCoding: ArrayLike<number> = [0x00, 0xc2, 0x01, 0x00, 0, 0, 8];

  constructor(identity: Identity, events: ControlEvents) {
    this.#identity = identity;
    this.#events = events;
  }

  isHalted(address: number): boolean {
    return this.#halted.has(address);
  }

  /**
   * Answers a request: `setup` is the eight bytes of USB 2.0, chapter 9.3, `data` the host's bytes with it.
   */
  request(setup: Uint8Array, data: Uint8Array): Reply {
    const type = (setup[0] >> 5) & 3;
    const code = setup[1];
    const value = setup[2] | (setup[3] << 8);
    const index = setup[4] | (setup[5] << 8);
    const length = setup[6] | (setup[7] << 8);
    const reply = [
      () => this.#standard(code, setup[0] & 0x1f, value, index),
      () => this.#serial(code, value, index, data),
      () => (code === MICROSOFT_VENDOR_CODE && index === 7 ? microsoftDescriptors : undefined),
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
        if (recipient !== Recipient.endpoint || value !== ENDPOINT_HALT) return undefined;
        return this.#halt(index, code === Standard.setFeature);
      default:
        return undefined;
    }
  }

  #halt(address: number, halted: boolean): Reply {
    if (!endpointAddresses.includes(address)) return undefined;
    if (halted) {
      this.#halted.add(address);
      this.#events.onHalt(address);
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
        return stringDescriptor(index, this.#identity);
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
        this.#events.onOpen(index & 0xff, (value & 1) === 1); // bit 0: data terminal ready
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
