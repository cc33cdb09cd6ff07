import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import type { Firmware } from '../firmware/firmware.js';

/** An endpoint that answers; `url` is how a host calls it. */
export interface Endpoint {
  readonly url: string;
  close(): Promise<void>;
}

/** The endpoint cannot be opened, with a sentence that says what to do. */
export class EndpointError extends Error {
  override readonly name = 'EndpointError';
}

/** Answers at HOST:PORT; port 0 takes a free one. Errors: `EndpointError` where the port is taken. */
export async function listenTcp(firmware: Firmware, host: string, port: number): Promise<Endpoint> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    serve(firmware, socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await listening(server, host, port);
  const { port: actual } = server.address() as AddressInfo;
  return {
    url: `tcp://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function serve(firmware: Firmware, socket: Socket): void {
  const peer = `${socket.remoteAddress}:${socket.remotePort}`;
  const link = firmware.attach((bytes) => socket.write(bytes), peer);
  socket.on('data', (bytes) => link.receive(bytes));
  // An error is followed by the closing, which is all that matters: the host dials again or is gone.
  socket.on('error', () => undefined);
  socket.on('close', () => link.close());
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('listening', resolve);
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
