import { type Socket, connect } from 'node:net';
import { once } from 'node:events';
import { LinkError } from '../../../../drivers/index.js';

/** How a transfer ended: 0 or a negated error number, the bytes for the host, and how many were moved. */
interface Answer {
  status: number;
  data: Buffer;
  length: number;
}

/**
 * A host's side of USB/IP, written from the kernel's documentation and apart from the server's code: imports
 * the device 1-1 and submits transfers. As a transport it speaks over the bulk endpoints 1.
 */
export class UsbIpClient {
  readonly #asked = new Map<number, { direction: number; settle(answer: Answer | Promise<never>): void }>();
  #sequence = 0;
  #held = Buffer.alloc(0);

  private constructor(readonly socket: Socket) {
    socket.on('data', (bytes) => this.#receive(bytes));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      for (const { settle } of this.#asked.values()) settle(Promise.reject(new LinkError('unplugged')));
    });
  }

  static async import(port: number, bus = '1-1'): Promise<UsbIpClient> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    const request = Buffer.alloc(40);
    request.writeUInt32BE(0x01118003);
    request.write(bus, 8);
    socket.write(request);
    let reply = Buffer.alloc(0);
    while (reply.length < 8 || (reply.readUInt32BE(4) === 0 && reply.length < 320)) {
      const piece = await Promise.race([once(socket, 'data'), once(socket, 'close').then(() => undefined)]);
      if (!piece) throw new Error('closed');
      reply = Buffer.concat([reply, piece[0] as Buffer]);
    }
    if (reply.readUInt32BE(4) !== 0) throw new Error(`refused with status ${reply.readUInt32BE(4)}`);
    return new UsbIpClient(socket);
  }

  /**
   * `toHost` bytes are asked for, or `data` is sent. Resolves with the number of the transfer and its answer.
   */
  submit(endpoint: number, toHost: number, data: Uint8Array = new Uint8Array(), setup?: Uint8Array) {
    const sequence = ++this.#sequence;
    const header = Buffer.alloc(48);
    const direction = toHost > 0 ? 1 : 0;
    const words = [1, sequence, 0x10001, direction, endpoint, 0, direction ? toHost : data.length];
    words.forEach((word, i) => header.writeUInt32BE(word, 4 * i));
    header.set(setup ?? [], 40);
    const answer = this.#answer(sequence, direction);
    this.socket.write(Buffer.concat([header, data]));
    return { sequence, answer };
  }

  #answer(sequence: number, direction = 0): Promise<Answer> {
    if (this.socket.destroyed) return Promise.reject(new LinkError('unplugged'));
    const answer = new Promise<Answer>((settle) => this.#asked.set(sequence, { direction, settle }));
    answer.catch(() => undefined); // not every test waits for every answer
    return answer;
  }

  control(setup: number[], data?: Uint8Array) {
    const length = setup[6] | (setup[7] << 8);
    return this.submit(0, setup[0] & 0x80 ? length : 0, data, Uint8Array.from(setup)).answer;
  }

  unlink(unlinked: number) {
    const sequence = ++this.#sequence;
    const header = Buffer.alloc(48);
    [2, sequence, 0x10001, 0, 0, unlinked].forEach((word, i) => header.writeUInt32BE(word, 4 * i));
    const answer = this.#answer(sequence);
    this.socket.write(header);
    return answer;
  }

  #receive(bytes: Buffer): void {
    this.#held = Buffer.concat([this.#held, bytes]);
    while (this.#held.length >= 48) {
      const [command, sequence] = [this.#held.readUInt32BE(0), this.#held.readUInt32BE(4)];
      const status = this.#held.readInt32BE(20);
      const length = command === 3 ? this.#held.readUInt32BE(24) : 0;
      const asked = this.#asked.get(sequence);
      const dataLength = asked?.direction === 1 ? length : 0;
      if (this.#held.length < 48 + dataLength) return;
      const data = Buffer.from(this.#held.subarray(48, 48 + dataLength));
      this.#held = this.#held.subarray(48 + dataLength);
      asked?.settle({ status, data, length });
      this.#asked.delete(sequence);
    }
  }
}

/** A device that was just released may count as imported for a moment. */
export async function importWhenFree(port: number): Promise<UsbIpClient> {
  for (let tries = 0; ; tries++) {
    try {
      return await UsbIpClient.import(port);
    } catch (error) {
      if (tries === 20) throw new LinkError((error as Error).message);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
