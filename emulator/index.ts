export { Clock, type ClockMode, clockModeOf } from './board/clock.js';
export { EmulatedBoard, type EmulatedBoardOptions } from './board/emulated-board.js';
export type { Keeper, NonVolatile } from './board/parts.js';
export type { Backend } from './chip/arithmetic.js';
export { type Draws, Purpose } from './chip/devices/draws.js';
export type {
  NoiseContext,
  NoiseModel,
  NoiseOf,
  PolarityAtTime,
  PolarityNoise,
} from './chip/devices/noise-model.js';
export { SnapshotError } from './chip/memory/image-declaration.js';
export { plainBackend } from './chip/plain-backend.js';
export { type Attachable, Firmware, type FirmwareOptions } from './firmware/firmware.js';
export { FirstBytes, type Verdict } from './firmware/first-bytes.js';
export type { HostLink } from './firmware/host.js';
export { type Action, Handlers } from './firmware/handlers.js';
export { fastBackend } from './kernels/fast-backend.js';
export type { WasmModule } from './kernels/wasm.js';
export {
  type Profile,
  ProfileError,
  UnknownProfileError,
  parseProfile,
  profileNames,
} from './profile/profile.js';
export type { Progress, Steps } from './chip/operations.js';
export type { Outcome } from './firmware/session.js';
export { BoardState } from './state/board-state.js';
export type { Disk, DiskFile } from './state/disk.js';
export { type JournalPlace, StateError, StateInUseError } from './state/journal.js';
