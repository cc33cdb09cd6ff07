export { Clock, type ClockMode } from './clock.js';
export { EmulatedBoard, type EmulatedBoardOptions } from './emulated-board.js';
export { type Endpoint, EndpointError } from './endpoints/endpoint.js';
export { openPty } from './endpoints/pty.js';
export { listenTcp } from './endpoints/tcp.js';
export { Firmware, type FirmwareOptions, type Link } from './firmware/firmware.js';
export { type Profile, ProfileError, loadProfile, profileNames } from './profile.js';
export { StateError } from './state/journal.js';
export { SnapshotError } from './chip/snapshot.js';
