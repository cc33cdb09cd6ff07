import { connect } from 'node:net';
import { LinkError } from '../errors.js';
import { StreamTransport } from './stream-transport.js';
import type { Dial } from '../transports/transport.js';

/** How long to wait for a listener's answer, in milliseconds. */
const connectTimeout = 5000;

/** Bytes read at once. */
const readBytes = 64 * 1024;

/** Dials `tcp://HOST:PORT`. Errors: `LinkError` where nobody listens there. */
export const tcpDial =
  (name: string, host: string, port: number): Dial =>
  (signal) =>
    new Promise((resolve, reject) => {
      const onread = {
        buffer: new Uint8Array(readBytes),
        callback: (length: number, buffer: Uint8Array) => {
          socket.emit('data', buffer.subarray(0, length));
          return true;
        },
      };
      const socket = connect({ host, port, noDelay: true, onread });
      const abort = () => fail('called off');
      const fail = (reason: string) => {
        signal?.removeEventListener('abort', abort);
        socket.destroy();
        const sentence = `No board answers at ${name} (${reason}); start one with 'pcm emulate --tcp ${host}:${port}' or name another with --board.`;
        reject(new LinkError(sentence));
      };
      // By hand: a socket that is given the signal listens to it as long as the signal lives.
      signal?.addEventListener('abort', abort);
      if (signal?.aborted) return abort();
      socket.setTimeout(connectTimeout, () => fail('timed out'));
      socket.once('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
      socket.once('connect', () => {
        signal?.removeEventListener('abort', abort);
        socket.removeAllListeners('error').setTimeout(0).removeAllListeners('timeout');
        resolve(new StreamTransport(name, socket, () => socket.destroy()));
      });
    });
