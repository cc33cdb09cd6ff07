import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import { type EmulatedBoard, type EmulatedBoardOptions } from '../../emulator/index.js';
import { createEmulatedBoard, listenTcp, loadProfile } from '../../emulator/node/index.js';
import {
  advanceClock,
  encodeFrame,
  type Frame,
  FrameKind,
  FrameReader,
  hello,
  writeUserData,
} from '../../protocol/index.js';

/** An emulated board in this process that answers over TCP until the test ends. */
export async function boardOnTcp(
  t: ExecutionContext,
  options: Partial<EmulatedBoardOptions> = {},
): Promise<{ board: EmulatedBoard; url: string; port: number }> {
  const board = createEmulatedBoard({ profile: loadProfile('ideal'), seed: 1, ...options });
  const endpoint = await listenTcp(board.firmware, '127.0.0.1', 0);
  t.teardown(async () => {
    await endpoint.close();
    board.close();
  });
  return { board, url: endpoint.url, port: Number(new URL(endpoint.url).port) };
}

/** Whether the board was never written to, nor its clock moved. */
export const untouched = ({ userArea, clock }: EmulatedBoard): boolean =>
  clock.now() === 0 && userArea.bytes.every((byte) => byte === 0);

export const helloFrame = (token = '', session = 1n): Uint8Array =>
  encodeFrame({
    kind: FrameKind.request,
    id: 0,
    command: hello.code,
    payload: hello.request.encode({ session, token, host: 'a test' }),
  });

/** What takes a board over: hello, then requests that write to its user area and move its clock. */
export function takeover(): Uint8Array {
  const data = Uint8Array.of(0xba, 0xad);
  const write = writeUserData.request.encode({ offset: 0, length: data.length, data });
  const advance = advanceClock.request.encode({ seconds: 3600 });
  return Buffer.concat([
    helloFrame(),
    encodeFrame({ kind: FrameKind.request, id: 1, command: writeUserData.code, payload: write }),
    encodeFrame({ kind: FrameKind.request, id: 2, command: advanceClock.code, payload: advance }),
  ]);
}

/** A socket that collects the frames of the board. */
export class RawLink {
  readonly frames: Frame[] = [];
  readonly closed: Promise<void>;
  isClosed = false;

  private constructor(readonly socket: Socket) {
    const reader = new FrameReader({
      maxPayload: 1024 * 1024,
      onFrame: (frame) => this.frames.push(frame),
      onDamage: ({ refusal }) => socket.destroy(refusal),
    });
    socket.on('data', (bytes) => reader.push(bytes));
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) =>
      socket.on('close', () => {
        this.isClosed = true;
        resolve();
      }),
    );
  }

  static async open(port: number, bytes?: Uint8Array | string): Promise<RawLink> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    const link = new RawLink(socket);
    if (bytes) socket.write(bytes);
    return link;
  }

  /** The next frame that was not taken. Errors: `Error` if the link is closed before. */
  async next(): Promise<Frame> {
    while (this.frames.length === 0) {
      if (this.isClosed) throw new Error('The link was closed.');
      await Promise.race([once(this.socket, 'data'), this.closed]);
    }
    return this.frames.shift()!;
  }

  /** Sends bytes and takes the next frame. */
  async ask(bytes: Uint8Array): Promise<Frame> {
    this.socket.write(bytes);
    return this.next();
  }
}

/** Whether the system runs a keepalive timer (2 in the column `tr`) for the socket of a port to another. */
export function hasKeepAlive(localPort: number, remotePort: number): boolean {
  const hex = (port: number) => port.toString(16).toUpperCase().padStart(4, '0');
  const line = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .find((row) => row.includes(`:${hex(localPort)} `) && row.includes(`:${hex(remotePort)} 01 `));
  return line?.trim().split(/\s+/)[5].startsWith('02:') ?? false;
}
