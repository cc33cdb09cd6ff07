export { concatenate } from './bytes.js';
export { commandOf, commands } from './commands.js';
export {
  type AnyCommand,
  Capability,
  type Command,
  defineCommand,
  FIRST_CUSTOM_CODE,
} from './declaration/command.js';
export {
  array,
  type ArrayField,
  type Bounds,
  boundsText,
  arrayTypes,
  type Elements,
  type ElementType,
  type Field,
  f32,
  f64,
  i16,
  i32,
  i8,
  padding,
  type PaddingField,
  rest,
  type RestField,
  type ScalarField,
  type ScalarType,
  text,
  type TextField,
  u16,
  u32,
  u64,
  u8,
} from './declaration/fields.js';
export { textBytes } from './declaration/encoding.js';
export { integerRanges, isWithin } from './declaration/bounds.js';
export { type Fields, type Message, Struct, struct } from './declaration/struct.js';
export { cHeader, cLayouts, type NamedLayout, snakeCase } from './documents/c-header.js';
export { protocolDocument } from './documents/documentation.js';
export { hexDump, payloadDump } from './documents/hex-dump.js';
export { type Crc32, crc32 } from './frames/crc32.js';
export {
  encodeFrame,
  type Frame,
  frameAround,
  type FrameHead,
  frameHeader,
  FrameKind,
  HEADER_BYTES,
  headerCheck,
  openFrame,
  PROTOCOL_VERSION,
  sealFrame,
  syncBytes,
  TRAILER_BYTES,
} from './frames/frame.js';
export { FrameMemory } from './frames/frame-memory.js';
export { type Damage, FrameReader, type FrameReaderOptions } from './frames/frame-reader.js';
export {
  multiply,
  program,
  programCells,
  pulse,
  PulseKind,
  read,
  readColumns,
  writeColumns,
} from './messages/crossbar.js';
export {
  advanceClock,
  DeviceFault,
  readTemperature,
  restore,
  setFault,
  setTemperature,
  snapshot,
} from './messages/emulation.js';
export {
  celsiusBounds,
  clockBounds,
  MAX_CLOCK,
  MAX_CORES,
  MAX_PAYLOAD,
  MIN_PAYLOAD,
} from './messages/limits.js';
export { progressMessage, refusalMessage } from './messages/link.js';
export {
  hello,
  information,
  MAX_TOKEN_BYTES,
  readUserData,
  status,
  writeUserData,
} from './messages/session.js';
export { Refusal, RefusalCode, refusalMeanings } from './refusal.js';
export { printable, printableLines } from './printable.js';
export { realTime, type Time, wait } from './time.js';
