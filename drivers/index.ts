export { type TransportScheme, type TransportSchemes, schemeOf, unknownScheme } from './address.js';
export {
  Board,
  type BoardOptions,
  type CellTargets,
  type ColumnAffine,
  type Information,
  type ProgramOptions,
  type ProgramReport,
  type Pulses,
  type Status,
  type Window,
} from './board/board.js';
export { Connection, type ConnectionOptions, type RequestOptions } from './connection/connection.js';
export { AddressError, LinkError, LostLinkError } from './errors.js';
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
export { type UsbOptions, UsbTransport } from './transports/usb-transport.js';
