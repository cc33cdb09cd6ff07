import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Dial, Transport } from '../drivers/index.js';
import { FirstBytes } from '../emulator/index.js';
import { concatenate } from '../protocol/index.js';
import { fastCrc32 } from '../protocol/node/index.js';

/** A local port that forwards all bytes to a board. */
export interface Relay {
  /** The address that hosts dial instead of the board's. */
  readonly url: string;
  /** Closes the port and all links. */
  close(): Promise<void>;
}

/** Sees the bytes as they pass. */
export interface Tap {
  onBytes(direction: 'toBoard' | 'toHost', bytes: Uint8Array): void;
}

/** Hosts at the same time. */
const MAX_HOSTS = 32;

/**
 * Listens on a free port of 127.0.0.1. Each host that dials it gets its own link to the board behind `dial`,
 * and its own tap. As at an emulator's port, its first bytes must be the header of a frame.
 */
export async function startRelay(dial: Dial, makeTap?: () => Tap): Promise<Relay> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    if (sockets.size >= MAX_HOSTS) return void socket.destroy();
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    void relay(socket, dial, makeTap?.());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => end(server, sockets),
  };
}

async function relay(socket: Socket, dial: Dial, tap: Tap | undefined): Promise<void> {
  // 'close' follows every error, and that is enough.
  socket.on('error', () => undefined);
  const first = await firstBytes(socket);
  if (!first) return void socket.destroy();
  let transport: Transport;
  try {
    transport = await dial();
  } catch {
    return void socket.destroy(); // the host reports that the board does not answer
  }
  socket.on('close', () => void transport.close());
  if (socket.destroyed) return void transport.close();
  transport.start({
    onData: (bytes) => {
      const kept = new Uint8Array(bytes);
      tap?.onBytes('toHost', kept);
      socket.write(kept);
    },
    onClose: () => socket.destroy(),
  });
  const resume = () => socket.resume();
  const forward = (bytes: Uint8Array) => {
    tap?.onBytes('toBoard', bytes);
    socket.pause();
    transport.write(bytes).then(resume, resume);
  };
  socket.on('data', forward);
  forward(first);
}

/** What a host sends first, if that can be a frame. Resolves with undefined if not, or if the host is gone. */
function firstBytes(socket: Socket): Promise<Uint8Array | undefined> {
  const check = new FirstBytes(true, fastCrc32);
  let first: Uint8Array = new Uint8Array();
  return new Promise((resolve) => {
    const listen = (bytes: Uint8Array) => {
      first = concatenate(first, bytes);
      const verdict = check.judge(bytes);
      if (!verdict) return;
      socket.pause().off('data', listen);
      resolve(verdict === 'goOn' ? first : undefined);
    };
    socket.on('data', listen).on('close', () => resolve(undefined));
  });
}

function end(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
}
