import { type AddressInfo, connect, createServer } from 'node:net';
import { once } from 'node:events';
import type { Dial, Transport } from '../../drivers/index.js';
import type { Attachable } from '../../emulator/index.js';
import { StreamTransport } from '../../drivers/node/stream-transport.js';

/** Lengths of a message and of its answer, in bytes. */
export interface RawExchange {
  request: number;
  answer: number;
}

/** Bytes per write, as in the connection. */
const PIECE = 64 * 1024;

/** Counts messages of `length` bytes in a stream and drops them. */
const counter = (length: number, onMessage: () => void) => {
  let received = 0;
  return (bytes: Uint8Array): void => {
    for (received += bytes.length; received >= length; received -= length) onMessage();
  };
};

/** Answers every message. */
export function rawBoard({ request, answer }: RawExchange): Attachable {
  const bytes = new Uint8Array(answer);
  return {
    attach: (send) => ({ receive: counter(request, () => send(bytes)), close: () => undefined }),
  };
}

/** Sends messages to a `rawBoard` and counts the answers. */
export class RawMessenger {
  readonly #transport: Transport;
  readonly #message: Uint8Array;
  #expected = 0;
  #done = () => {};

  private constructor(transport: Transport, { request, answer }: RawExchange) {
    this.#transport = transport;
    this.#message = new Uint8Array(request);
    const count = counter(answer, () => {
      if (--this.#expected === 0) this.#done();
    });
    transport.start({ onData: count, onClose: () => undefined });
  }

  /** Dials a `rawBoard` of the same exchange. Errors: those of the dial. */
  static async open(dial: Dial, exchange: RawExchange): Promise<RawMessenger> {
    return new RawMessenger(await dial(), exchange);
  }

  /** Sends `count` messages. Resolves when all are answered. */
  async exchange(count: number): Promise<void> {
    this.#expected = count;
    const answered = new Promise<void>((resolve) => (this.#done = resolve));
    for (let sent = 0; sent < count; sent++) await this.#send();
    return answered;
  }

  async #send(): Promise<void> {
    for (let start = 0; start < this.#message.length; start += PIECE) {
      await this.#transport.write(this.#message.subarray(start, start + PIECE));
    }
  }

  close(): Promise<void> {
    return this.#transport.close();
  }
}

/** Answers on plain sockets, without the drivers and endpoints of this package. Returns the port. */
export async function listenPlainTcp(board: Attachable): Promise<string> {
  const server = createServer({ noDelay: true }, (socket) => {
    const link = board.attach((bytes) => void (socket.write(bytes) || socket.pause()), 'benchmark');
    socket.on('drain', () => socket.resume());
    socket.on('data', (bytes) => link.receive(bytes));
    socket.on('error', () => undefined);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return String((server.address() as AddressInfo).port);
}

/** Dials a port of `listenPlainTcp`. */
export const plainTcpDial =
  (port: number): Dial =>
  async () => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    await once(socket, 'connect');
    return new StreamTransport('plain', socket, () => socket.destroy());
  };
