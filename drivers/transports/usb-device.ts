/**
 * The part of WebUSB's `USBDevice` that the driver uses, so that its users need no types of WebUSB.
 * `navigator.usb` and node-usb give such devices. Source: https://wicg.github.io/webusb.
 */
export interface UsbDevice {
  readonly vendorId: number;
  readonly productId: number;
  readonly serialNumber?: string | null;
  /** Undefined or null until one is selected. */
  readonly configuration?: UsbConfiguration | null;
  open(): Promise<void>;
  close(): Promise<void>;
  selectConfiguration(value: number): Promise<void>;
  claimInterface(number: number): Promise<void>;
  releaseInterface(number: number): Promise<void>;
  clearHalt(direction: UsbDirection, endpoint: number): Promise<void>;
  controlTransferOut(setup: UsbSetup, data?: Uint8Array<ArrayBuffer>): Promise<unknown>;
  /**
   * Reads up to `length` bytes. node-usb takes one argument more than WebUSB: milliseconds until a transfer is
   * given up. Browsers ignore it.
   */
  transferIn(endpoint: number, length: number, timeout: number): Promise<UsbTransferResult>;
  /** Writes `data`; `timeout` as in `transferIn`. */
  transferOut(endpoint: number, data: Uint8Array<ArrayBuffer>, timeout: number): Promise<UsbTransferResult>;
}

/** Direction of an endpoint, seen from the host. */
export type UsbDirection = 'in' | 'out';

/** A configuration of a device: its interfaces. */
export interface UsbConfiguration {
  readonly interfaces: readonly {
    readonly interfaceNumber: number;
    readonly alternate: UsbAlternate;
  }[];
}

/** The setting of an interface that is in use: its class, and its endpoints. */
export interface UsbAlternate {
  readonly interfaceClass: number;
  readonly endpoints: readonly {
    readonly endpointNumber: number;
    readonly direction: UsbDirection;
    readonly type: string;
    /** In bytes. */
    readonly packetSize: number;
  }[];
}

/** A control transfer to the device. */
export interface UsbSetup {
  requestType: 'standard' | 'class' | 'vendor';
  recipient: 'device' | 'interface' | 'endpoint' | 'other';
  request: number;
  value: number;
  index: number;
}

/** The end of a bulk transfer. */
export interface UsbTransferResult {
  readonly status?: 'ok' | 'stall' | 'babble';
  /** Bytes that came in. */
  readonly data?: DataView;
}
