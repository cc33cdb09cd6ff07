import { closeSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import type { Attachable } from '../../firmware/firmware.js';
import type { HostLink } from '../../firmware/host.js';
import type { Endpoint } from './endpoint.js';
import { type PseudoTerminal, openPseudoTerminal } from './pseudo-terminal.js';

/**
 * Answers on a new pseudo-terminal, which a host opens as a serial port. Errors: `EndpointError` if there is
 * none.
 */
export async function openPty(firmware: Attachable): Promise<Endpoint> {
  const line = new Line(firmware, await openPseudoTerminal());
  return { url: `serial:${line.path}`, close: () => line.close() };
}

/**
 * The emulator's end of the line. While no host is there it holds the host's side open itself, since the
 * system reports a line without a host as broken. It closes that side when the first bytes come, and so sees
 * the host leave.
 */
class Line {
  readonly #firmware: Attachable;
  readonly #terminal: PseudoTerminal;
  #stream!: ReadStream;
  #link!: HostLink;
  #slave: number | undefined;
  #queue: Uint8Array[] = [];
  #writing: Promise<void> | undefined;
  #closed = false;

  constructor(firmware: Attachable, terminal: PseudoTerminal) {
    this.#firmware = firmware;
    this.#terminal = terminal;
    this.#await();
  }

  get path(): string {
    return this.#terminal.path;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#queue = [];
    this.#stream.destroy();
    this.#link.close();
    await this.#writing;
    this.#closeSlave();
    closeSync(this.#terminal.master);
  }

  /** Waits for a host. */
  #await(): void {
    this.#slave ??= this.#terminal.openSlave();
    this.#link = this.#firmware.attach((bytes) => this.#send(bytes), this.path);
    this.#stream = new ReadStream(this.#terminal.duplicateMaster());
    this.#stream.on('data', (bytes: Uint8Array) => {
      this.#closeSlave();
      this.#link.receive(bytes);
    });
    // The system reports that the host left as an error, and then closes the stream, which is handled.
    this.#stream.on('error', () => undefined);
    this.#stream.on('close', () => {
      if (this.#closed) return;
      this.#queue = [];
      this.#link.close();
      this.#await();
    });
  }

  #closeSlave(): void {
    if (this.#slave !== undefined) closeSync(this.#slave);
    this.#slave = undefined;
  }

  #send(bytes: Uint8Array): void {
    if (this.#closed) return;
    this.#queue.push(bytes);
    this.#writing ??= this.#drain().finally(() => (this.#writing = undefined));
  }

  async #drain(): Promise<void> {
    for (let bytes = this.#queue.shift(); bytes; bytes = this.#queue.shift()) await this.#write(bytes);
  }

  /** If the host has left, the bytes are lost. */
  async #write(bytes: Uint8Array): Promise<void> {
    for (let written = 0; written < bytes.length && !this.#closed;) {
      try {
        written += writeSync(this.#terminal.master, bytes, written);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
        await this.#terminal.writable();
      }
    }
  }
}
