import { BigEndianRecord, type RecordValue } from './record.js';

// The messages of USB/IP, version 1.1.1, as Linux documents them (Documentation/usb/usbip_protocol.rst).

export const USB_IP_VERSION = 0x0111;

/** Requests and replies before a device is imported. */
export const Operation = {
  requestDevices: 0x8005,
  replyDevices: 0x0005,
  requestImport: 0x8003,
  replyImport: 0x0003,
} as const;

export const OperationStatus = { ok: 0, notAvailable: 1, busy: 2, noDevice: 4 } as const;

export const operationHeader = new BigEndianRecord({ version: 'u16', code: 'u16', status: 'u32' });

export const busId = new BigEndianRecord({ busId: 'text32' });

export const deviceCount = new BigEndianRecord({ devices: 'u32' });

export const deviceRecord = new BigEndianRecord({
  path: 'text256',
  busId: 'text32',
  bus: 'u32',
  device: 'u32',
  speed: 'u32',
  vendor: 'u16',
  product: 'u16',
  release: 'u16',
  deviceClass: 'u8',
  deviceSubclass: 'u8',
  deviceProtocol: 'u8',
  configuration: 'u8',
  configurations: 'u8',
  interfaces: 'u8',
});

export const interfaceRecord = new BigEndianRecord({
  interfaceClass: 'u8',
  interfaceSubclass: 'u8',
  interfaceProtocol: 'u8',
  padding: 'u8',
});

/** Messages after the import: transfers. */
export const TransferCommand = { submit: 1, unlink: 2, returnSubmit: 3, returnUnlink: 4 } as const;

const transferHeader = {
  command: 'u32',
  sequence: 'u32',
  device: 'u32',
  /** 0 to the device, 1 from it. */
  direction: 'u32',
  endpoint: 'u32',
} as const;

export const submit = new BigEndianRecord({
  ...transferHeader,
  flags: 'u32',
  length: 'u32',
  startFrame: 'u32',
  packets: 'u32',
  interval: 'u32',
  setup: 'bytes8',
});
export type Submit = RecordValue<{ sequence: 'u32'; direction: 'u32'; endpoint: 'u32'; length: 'u32' }> & {
  setup: Uint8Array;
};

export const unlink = new BigEndianRecord({ ...transferHeader, unlinked: 'u32', padding: 'bytes24' });

export const returnSubmit = new BigEndianRecord({
  ...transferHeader,
  status: 'i32',
  length: 'u32',
  startFrame: 'u32',
  packets: 'u32',
  errors: 'u32',
  padding: 'bytes8',
});

export const returnUnlink = new BigEndianRecord({ ...transferHeader, status: 'i32', padding: 'bytes24' });

/** Status of a transfer: negated error numbers of Linux. */
export const TransferStatus = { ok: 0, stalled: -32, unlinked: -104 } as const;
