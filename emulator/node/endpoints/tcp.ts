import {
  type AddressInfo,
  type OnReadOpts,
  type Server,
  Socket,
  type SocketConstructorOpts,
  createServer,
} from 'node:net';
import type { Attachable } from '../../firmware/firmware.js';
import { type Endpoint, EndpointError } from './endpoint.js';

/** Answers at HOST:PORT; port 0 takes a free one. Errors: `EndpointError` where the port is taken. */
export async function listenTcp(firmware: Attachable, host: string, port: number): Promise<Endpoint> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true, pauseOnConnect: true }, (accepted) => {
    const socket = withOneBuffer(accepted);
    sockets.add(socket);
    serve(firmware, socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const actual = await listening(server, host, port);
  return {
    url: `tcp://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Bytes read at once. */
const readBytes = 64 * 1024;

/**
 * The same connection read into one buffer again and again, so that the bytes of 'data' hold until its listener returns. Memory
 * of their own, as accepted sockets give them, costs a long batch more than all else that is done with it. Node takes a buffer
 * only where a socket is made, so the handle moves to a new one, as it does when a socket is passed to another process; where a
 * runtime shows no handle, the socket stays as it is.
 */
function withOneBuffer(accepted: Socket): Socket {
  const owner = accepted as { _handle?: object | null };
  const { _handle: handle } = owner;
  if (!handle) return accepted;
  owner._handle = null;
  accepted.destroy(); // for the server's count: nothing is left of it to close
  const onread: OnReadOpts = {
    buffer: new Uint8Array(readBytes),
    callback: (length, buffer) => {
      socket.emit('data', buffer.subarray(0, length));
      return true;
    },
  };
  const options = { handle, onread };
  const socket = new Socket(options as SocketConstructorOpts);
  return socket;
}

/** Milliseconds of silence after which the system asks whether the host still lives; a dead one would hold the board. */
const keepAliveAfter = 10_000;

function serve(firmware: Attachable, socket: Socket): void {
  const peer = `${socket.remoteAddress}:${socket.remotePort}`;
  socket.setKeepAlive(true, keepAliveAfter);
  // A host that does not take its answers is not listened to, so that they cannot pile up here.
  const link = firmware.attach((bytes) => void (socket.write(bytes) || socket.pause()), peer);
  socket.on('drain', () => socket.resume());
  socket.on('data', (bytes) => link.receive(bytes));
  // An error is followed by the closing, which is all that matters: the host dials again or is gone.
  socket.on('error', () => undefined);
  socket.on('close', () => link.close());
  socket.resume();
}

/** Opens a server and returns its port. Errors: `EndpointError` where the port is taken. */
export function listening(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('listening', () => resolve((server.address() as AddressInfo).port));
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE'
          ? `another program, perhaps a second emulator, already listens there`
          : (error.code ?? error.message);
      reject(
        new EndpointError(`Cannot listen on ${host}:${port}: ${reason}. Choose another port, or 0 for any.`),
      );
    });
    server.listen(port, host);
  });
}
