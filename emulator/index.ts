export { Clock, type ClockMode, clockModeOf } from './board/clock.js';
export { EmulatedBoard, type EmulatedBoardOptions } from './board/emulated-board.js';
export type { Keeper, NonVolatile } from './board/parts.js';
export type { Backend } from './chip/arithmetic.js';
export { SnapshotError } from './chip/memory/snapshot.js';
export { plainBackend } from './chip/plain-backend.js';
export { type Attachable, Firmware, type FirmwareOptions, type HostLink } from './firmware/firmware.js';
export { fastBackend } from './kernels/fast-backend.js';
export { type Profile, ProfileError, parseProfile, profileNames } from './profile/profile.js';
