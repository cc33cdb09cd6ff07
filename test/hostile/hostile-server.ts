import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { crc32 } from 'node:zlib';
import type { AttachPeer } from '../../drivers/index.js';
import type { EmulatedBoard } from '../../emulator/index.js';
import { FrameReader } from '../../protocol/index.js';
import type { HostLine, Malice } from './malices.js';

/** A malice at an address. */
export interface HostileServer {
  readonly url: string;
  /** How often the host has met the malice. */
  readonly strikes: number;
  close(): Promise<void>;
}

/** Lets a malice listen on tcp; `board` is the good board behind it. */
export async function serve(malice: Malice, board: EmulatedBoard): Promise<HostileServer> {
  let strikes = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const timers: NodeJS.Timeout[] = [];
    const line: HostLine = {
      // A host that does not read must not fill the memory of the test.
      send: (bytes) => void (socket.writable && socket.writableLength < 2 ** 20 && socket.write(bytes)),
      every: (milliseconds, action) => void timers.push(setInterval(action, milliseconds)),
      close: (hard) => (hard ? socket.resetAndDestroy() : socket.end()),
      strike: () => void strikes++,
    };
    const attach = 'attach' in malice ? malice.attach(line) : behind(board, malice.onAnswer, line);
    const peer = attach(line.send);
    socket.setNoDelay(true);
    socket.on('data', (bytes) => peer.receive(bytes));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      for (const timer of timers) clearInterval(timer);
      peer.close();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get strikes() {
      return strikes;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A good board whose answers go through the malice. */
function behind(
  { firmware }: EmulatedBoard,
  onAnswer: Extract<Malice, { onAnswer: unknown }>['onAnswer'],
  line: HostLine,
): AttachPeer {
  return () => {
    const reader = new FrameReader({
      maxPayload: 2 ** 20,
      crc32,
      onFrame: (frame) => onAnswer(frame, line),
      onDamage: () => undefined,
    });
    return firmware.attach((bytes) => reader.push(bytes), 'a hostile link');
  };
}
