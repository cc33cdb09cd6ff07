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

/** Answers at HOST:PORT; port 0 takes a free one. Errors: `EndpointError` if the port is taken. */
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
    url: `tcp://${place(host, actual)}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** HOST:PORT, with the host in brackets if it is an IPv6 address. */
const place = (host: string, port: number): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** Bytes read at once. */
const READ_BYTES = 64 * 1024;

/**
 * Reads the same connection into one buffer again and again, so that the bytes of 'data' hold until its
 * listener returns. Accepted sockets allocate memory for each read, which costs a long batch more than all
 * other work on it. Node takes a buffer only when a socket is made, so the handle moves to a new one, as it
 * does when a socket is passed to another process. If a runtime shows no handle, the socket stays as it is.
 */
function withOneBuffer(accepted: Socket): Socket {
  const owner = accepted as { _handle?: object | null };
  const { _handle: handle } = owner;
  if (!handle) return accepted;
  owner._handle = null;
  accepted.destroy(); // for the server's count of connections: there is nothing left to close
  const onread: OnReadOpts = {
    buffer: new Uint8Array(READ_BYTES),
    callback: (length, buffer) => {
      socket.emit('data', buffer.subarray(0, length));
      return true;
    },
  };
  const options = { handle, onread };
  const socket = new Socket(options as SocketConstructorOpts);
  return socket;
}

/**
 * Milliseconds of silence after which the system checks that the host is alive; a dead one would hold the
 * board.
 */
export const KEEP_ALIVE_AFTER = 10_000;

function serve(firmware: Attachable, socket: Socket): void {
  const peer = `${socket.remoteAddress}:${socket.remotePort}`;
  socket.setKeepAlive(true, KEEP_ALIVE_AFTER);
  // Nothing is read from a host that does not take its answers, so that they cannot pile up here.
  const send = (bytes: Uint8Array) => void (socket.write(bytes) || socket.pause());
  const link = firmware.attach(send, peer, () => hangUp(socket));
  socket.on('drain', () => socket.resume());
  socket.on('data', (bytes) => link.receive(bytes));
  // The socket closes after an error, and closing is handled: the host dials again or is gone.
  socket.on('error', () => undefined);
  socket.on('close', () => link.close());
  socket.resume();
}

/** Milliseconds in which the other side must take the last bytes before a link is closed. */
const FAREWELL = 1000;

/** Closes a socket once what was written to it is out, or soon if the other side does not take it. */
export function hangUp(socket: Socket): void {
  socket.pause().destroySoon();
  socket.setTimeout(FAREWELL, () => socket.destroy());
}

/** Opens a server and returns its port. Errors: `EndpointError` if the port is taken. */
export function listening(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('listening', () => resolve((server.address() as AddressInfo).port));
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE'
          ? `another program, perhaps a second emulator, already listens there`
          : (error.code ?? error.message);
      reject(
        new EndpointError(
          `Cannot listen on ${place(host, port)}: ${reason}. Choose another port, or 0 for any.`,
        ),
      );
    });
    server.listen(port, host);
  });
}
