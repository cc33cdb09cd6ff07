import { type AddressInfo, connect, createServer } from 'node:net';
import { once } from 'node:events';
import type { Dial, Transport } from '../../drivers/index.js';
import type { Attachable } from '../../emulator/index.js';
import { StreamTransport } from '../../drivers/node/stream-transport.js';

/** Messages of one length, each answered by a message of another, in bytes. */
export interface RawExchange {
  request: number;
  answer: number;
}

/** Bytes of one write, as many as the connection writes at once. */
const PIECE = 64 * 1024;

/** Counts messages of `length` bytes in a stream; nothing is kept of them. */
const counter = (length: number, onMessage: () => void) => {
  let received = 0;
  return (bytes: Uint8Array): void => {
    for (received += bytes.length; received >= length; received -= length) onMessage();
  };
};

/** Answers every message with another. */
export function rawBoard({ request, answer }: RawExchange): Attachable {
  const bytes = new Uint8Array(answer);
  return {
    attach: (send) => ({ receive: counter(request, () => send(bytes)), close: () => undefined }),
  };
}

/** The host of a `rawBoard`. */
export class RawHost {
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

  static async open(dial: Dial, exchange: RawExchange): Promise<RawHost> {
    return new RawHost(await dial(), exchange);
  }

  /** Sends so many messages. Resolves when all are answered. */
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

/** Answers on a socket as any program would, without the drivers' and the endpoints' own ways of reading. Returns the port. */
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

/** Dials that. */
export const plainTcpDial =
  (port: number): Dial =>
  async () => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    await once(socket, 'connect');
    return new StreamTransport('plain', socket, () => socket.destroy());
  };
