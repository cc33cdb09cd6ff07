import { type Socket, connect } from 'node:net';
import { LinkError } from './errors.js';
import type { Dial, Transport, TransportEvents } from './transport.js';

class TcpTransport implements Transport {
  readonly #socket: Socket;

  constructor(
    readonly name: string,
    socket: Socket,
  ) {
    this.#socket = socket;
  }

  start(events: TransportEvents): void {
    let failure: Error | undefined;
    this.#socket.on('data', (bytes) => events.onData(bytes));
    this.#socket.on('error', (error) => (failure = error));
    this.#socket.on('close', () => events.onClose(failure));
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.#socket.destroyed) return Promise.reject(new LinkError(`The link to ${this.name} is closed.`));
    if (this.#socket.write(bytes)) return Promise.resolve();
    return new Promise((resolve) => {
      const settle = () => {
        this.#socket.off('drain', settle).off('close', settle);
        resolve();
      };
      this.#socket.on('drain', settle).on('close', settle);
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#socket.closed) return resolve();
      this.#socket.once('close', () => resolve());
      this.#socket.destroySoon();
    });
  }
}

/** How long to wait for a listener's answer, in milliseconds. */
const connectTimeout = 5000;

/** Dials `tcp://HOST:PORT`. Errors: `LinkError` where nobody listens there. */
export const tcpDial =
  (name: string, host: string, port: number): Dial =>
  (signal) =>
    new Promise((resolve, reject) => {
      const socket = connect({ host, port, noDelay: true, signal });
      const fail = (reason: string) => {
        socket.destroy();
        const sentence = `No board answers at ${name} (${reason}); start one with 'pcm emulate --tcp ${host}:${port}' or name another with --board.`;
        reject(new LinkError(sentence));
      };
      socket.setTimeout(connectTimeout, () => fail('timed out'));
      socket.once('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
      socket.once('connect', () => {
        socket.removeAllListeners('error').setTimeout(0).removeAllListeners('timeout');
        resolve(new TcpTransport(name, socket));
      });
    });
