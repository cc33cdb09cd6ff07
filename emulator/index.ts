export { Clock, type ClockMode } from './clock.js';
export { EmulatedBoard, type EmulatedBoardOptions } from './emulated-board.js';
export { type Endpoint, EndpointError, listenTcp } from './endpoints/tcp.js';
export { Firmware, type FirmwareOptions, type Link } from './firmware/firmware.js';
export { type Profile, ProfileError, loadProfile, profileNames } from './profile.js';
