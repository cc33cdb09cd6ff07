import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Dial, Transport } from '../drivers/index.js';

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

/**
 * Listens on a free port of 127.0.0.1. Each host that dials it gets its own link to the board behind `dial`,
 * and its own tap.
 */
export async function startRelay(dial: Dial, makeTap?: () => Tap): Promise<Relay> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
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
  socket.pause();
  // 'close' follows every error, and that is enough.
  socket.on('error', () => undefined);
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
  socket.on('data', (bytes) => {
    tap?.onBytes('toBoard', bytes);
    socket.pause();
    const resume = () => socket.resume();
    transport.write(bytes).then(resume, resume);
  });
  socket.resume();
}

function end(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
}
