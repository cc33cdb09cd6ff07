export {
  type HostAndPort,
  type TransportScheme,
  type TransportSchemes,
  hostAndPort,
  schemeOf,
  unknownScheme,
} from './address.js';
export { Board } from './board/board.js';
export type {
  BoardOptions,
  CellTargets,
  ColumnAffine,
  DevicePlace,
  Information,
  ProgramOptions,
  ProgramReport,
  Pulses,
  Status,
  Window,
} from './board/types.js';
export { Connection } from './connection/connection.js';
export type { ConnectionOptions } from './connection/options.js';
export type { RequestOptions } from './connection/pending-requests.js';
export { AddressError, BoardError, HeldError, LinkError, LostLinkError } from './errors.js';
export {
  type FaultKind,
  type FaultOptions,
  type FaultRates,
  FaultInjector,
  evenRates,
  faultKinds,
} from './transports/fault-injection.js';
export { type AttachPeer, type MemoryPeer, memoryDial } from './transports/memory.js';
export type { Dial, Transport, TransportEvents } from './transports/transport.js';
export type {
  UsbAlternate,
  UsbConfiguration,
  UsbDevice,
  UsbDirection,
  UsbSetup,
  UsbTransferResult,
} from './transports/usb-device.js';
export { type UsbOptions, UsbTransport } from './transports/usb-transport.js';
