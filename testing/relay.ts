import { type Server, type Socket, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Dial, Transport } from '../drivers/index.js';

/** A place on this computer that passes all bytes on to a board. */
export interface Relay {
  /** The address that hosts dial in place of the board's. */
  readonly url: string;
  close(): Promise<void>;
}

/** Sees the bytes as they pass. */
export interface Tap {
  onBytes(direction: 'toBoard' | 'toHost', bytes: Uint8Array): void;
}

/** Listens on a free port of 127.0.0.1; every host that dials it gets a link of its own to the board behind `dial`,
 * and a tap of its own. */
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
  // An error is followed by the closing, which is all that matters.
  socket.on('error', () => undefined);
  let transport: Transport;
  try {
    transport = await dial();
  } catch {
    return void socket.destroy(); // the host sees a board that does not answer, and says so
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
