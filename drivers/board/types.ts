import type { information, Message, program, status } from '../../protocol/index.js';
import type { ConnectionOptions } from '../connection/options.js';
import type { RequestOptions } from '../connection/pending-requests.js';

/** The board's description of itself; docs/protocol.md lists its fields and their units. */
export type Information = Message<typeof information.response.fields>;

/** The board's clock in seconds, and its counters. */
export type Status = Message<typeof status.response.fields>;

/** What programming has reached: pairs, iterations, pulses, and the root mean square error in nanosiemens. */
export type ProgramReport = Message<typeof program.response.fields>;

/** A rectangle of unit cells of one core. */
export interface Window {
  rowStart: number;
  rows: number;
  columnStart: number;
  columns: number;
}

/** How to open a board. Only the checksum has no default. */
export interface BoardOptions extends Partial<ConnectionOptions> {
  crc32: ConnectionOptions['crc32'];
  /** Called once the board is closed. */
  onClose?: () => void;
}

/** How program-and-verify runs. The board chooses what is left out. */
export interface ProgramOptions extends RequestOptions {
  /** Maximum error that verify accepts, in nanosiemens. */
  tolerance?: number;
  /** Maximum iterations per pair. */
  maxIterations?: number;
}

/** Unit cells, each listed once, and their targets. */
export interface CellTargets {
  /** [cells] */
  rows: Uint16Array;
  /** [cells] */
  columns: Uint16Array;
  /** [2, cells], plus then minus, in nanosiemens. */
  targets: Uint16Array;
}

/** Single pulses to single devices, one per element; all arrays have the same length. */
export interface Pulses {
  rows: Uint16Array;
  columns: Uint16Array;
  /** 0 plus, 1 minus. */
  polarities: Uint8Array;
  /** Device within the polarity. */
  devices: Uint8Array;
  /** `PulseKind`s. */
  kinds: Uint8Array;
}

/** Place of one device in a core. */
export interface DevicePlace {
  row: number;
  column: number;
  /** 0 plus, 1 minus. */
  polarity: number;
  /** Device within the polarity. */
  device: number;
}

/** Scale and offset of the digital unit, [columns] each: code = round(ADC code x scale) + offset. */
export interface ColumnAffine {
  /** Fixed point; 1 is 2^`scaleFractionBits` of the board's information. */
  scales: Int16Array;
  /** In output codes. */
  offsets: Int16Array;
}
