import { connect } from 'node:net';
import { placeOf } from '../address.js';
import { LinkError } from '../errors.js';
import { StreamTransport } from './stream-transport.js';
import type { Dial } from '../transports/transport.js';

/** How long to wait for a listener, in milliseconds. */
const CONNECT_TIMEOUT = 5000;

/** Bytes per read. */
const READ_BYTES = 64 * 1024;

/**
 * Dials a host and port; `name` stands in messages. Errors of the dial: `LinkError` if nothing listens there.
 */
export const tcpDial =
  (name: string, host: string, port: number): Dial =>
  (signal) =>
    new Promise((resolve, reject) => {
      const onread = {
        buffer: new Uint8Array(READ_BYTES),
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
        const sentence = `No board answers at ${name} (${reason}); start one with 'pcm emulate --tcp ${placeOf({ host, port })}' or name another with --board.`;
        reject(new LinkError(sentence));
      };
      // Not the socket's own option `signal`: it would listen for as long as the signal lives.
      signal?.addEventListener('abort', abort);
      if (signal?.aborted) return abort();
      socket.setTimeout(CONNECT_TIMEOUT, () => fail('timed out'));
      socket.once('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
      socket.once('connect', () => {
        signal?.removeEventListener('abort', abort);
        socket.removeAllListeners('error').setTimeout(0).removeAllListeners('timeout');
        resolve(new StreamTransport(name, socket, () => socket.destroy()));
      });
    });
