export * from './address.js';
export * from './board.js';
export { Connection, type ConnectionOptions, type RequestOptions } from './connection.js';
export * from './errors.js';
export { openBoard } from './open-board.js';
export { type AttachPeer, type MemoryPeer, memoryDial } from './memory.js';
export { tcpDial } from './tcp.js';
export type { Dial, Transport, TransportEvents } from './transport.js';
export * from './fault-injection.js';
