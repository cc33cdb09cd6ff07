export { type NodeBoardOptions, createEmulatedBoard } from './create-emulated-board.js';
export { type Endpoint, EndpointError } from './endpoints/endpoint.js';
export { openPty } from './endpoints/pty.js';
export { listenTcp } from './endpoints/tcp.js';
export { listenUsbIp } from './endpoints/usbip/server.js';
export { nodeBackend } from './kernels/node-backend.js';
export { loadProfile } from './load-profile.js';
export type { Identity } from './endpoints/usbip/descriptors.js';
