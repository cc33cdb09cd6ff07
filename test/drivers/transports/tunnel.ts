import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import {
  AddressError,
  LinkError,
  type Transport,
  type TransportEvents,
  type TransportScheme,
} from '../../../drivers/index.js';

// A transport as docs/extending.md describes it: everything comes from the index file of drivers/.

/** A program whose standard input and output lead to a board, such as `ssh lab socat - /dev/ttyACM0`. */
type Program = ChildProcessByStdio<Writable, Readable, null>;

/** A link over a program's standard input and output. */
class Tunnel implements Transport {
  readonly #program: Program;
  #gone = false;

  constructor(
    readonly name: string,
    program: Program,
  ) {
    this.#program = program;
  }

  start({ onData, onClose }: TransportEvents): void {
    this.#program.stdout.on('data', onData);
    this.#program.stdin.on('error', () => undefined); // the program ends, and that is reported
    this.#program.on('close', () => {
      this.#gone = true;
      onClose();
    });
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#program.stdin.write(bytes, (error) => {
        if (error) reject(new LinkError(`The link to ${this.name} was lost.`));
        else resolve();
      });
    });
  }

  async close(): Promise<void> {
    if (this.#gone) return;
    const closed = once(this.#program, 'close');
    this.#program.kill();
    await closed;
  }
}

/** Stands for `ssh`: connects to a port, and passes all bytes on. */
const RELAY = `
const [host, port] = process.argv.slice(-2);
const socket = require('node:net').connect(port, host);
process.stdin.pipe(socket).pipe(process.stdout);
socket.on('error', () => process.exit(1)).on('close', () => process.exit());`;

/** Reads `tunnel:HOST:PORT`. */
export const tunnel: TransportScheme = (address) => {
  const match = /^tunnel:([^:]+):(\d+)$/i.exec(address);
  if (!match) throw new AddressError(`'${address}' is not the address of a tunnel; write tunnel:HOST:PORT.`);
  return async () => {
    const program = spawn(process.execPath, ['-e', RELAY, ...match.slice(1)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(program, 'spawn');
    return new Tunnel(address, program);
  };
};
