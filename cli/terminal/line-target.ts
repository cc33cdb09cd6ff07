import type { Writable } from 'node:stream';
import { LinkError } from '../../drivers/index.js';
import { openSerialPort, serialAddress } from '../../drivers/node/index.js';
import { ClosedOutputError, UsageError } from './failure.js';

/** A stream of lines to a program or a serial port. */
export interface LineTarget {
  /**
   * Writes a line; resolves when the system has taken it. Errors: `LinkError` if the target is gone;
   * `ClosedOutputError` for standard output.
   */
  write(line: string): Promise<void>;
  /** Closes the target after everything written is out. */
  close(): Promise<void>;
}

/**
 * Opens `ndjson` (standard output) or `serial:PATH?baudRate=N`. Errors: `UsageError`, `AddressError`,
 * `LinkError`.
 */
export async function openLineTarget(target: string): Promise<LineTarget> {
  if (target === 'ndjson')
    return { ...linesTo(process.stdout, () => new ClosedOutputError()), close: async () => {} };
  if (!/^serial:/i.test(target)) {
    throw new UsageError(`--stream takes ndjson or serial:PATH?baudRate=N, not '${target}'.`);
  }
  const { path, ...settings } = serialAddress(target);
  const port = await openSerialPort(target, path, settings);
  return {
    ...linesTo(
      port,
      () =>
        new LinkError(
          `${target} went away while joint angles were streamed; start again when the reader is back.`,
        ),
    ),
    close: () =>
      new Promise((resolve) => {
        if (!port.isOpen) return resolve();
        port.drain(() => port.close(() => resolve()));
      }),
  };
}

function linesTo(stream: Writable, lost: () => Error): Pick<LineTarget, 'write'> {
  let gone = false;
  stream.on('error', () => (gone = true)).on('close', () => (gone = true));
  return {
    write: (line) =>
      new Promise((resolve, reject) => {
        if (gone) return reject(lost());
        const leave = () => reject(lost());
        stream.once('close', leave);
        stream.write(line, (error) => {
          stream.off('close', leave);
          if (error) reject(lost());
          else resolve();
        });
      }),
  };
}
