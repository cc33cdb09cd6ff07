import { SerialPort } from 'serialport';
import { AddressError, HeldError, LinkError } from '../../errors.js';
import { portHolder } from './port-holder.js';
import { waitForBoth } from './serial-poller.js';
import { StreamTransport } from '../stream-transport.js';
import type { Dial } from '../../transports/transport.js';

/** How a serial port is opened. */
export interface SerialSettings {
  /** In bits per second, as high as the adapter allows; ignored by USB and pseudo ports. */
  baudRate: number;
  /** Hardware flow control. */
  rtscts: boolean;
}

/** Parses `serial:PATH?baudRate=3000000&rtscts=true`. Errors: `AddressError`. */
export function serialAddress(address: string): { path: string } & SerialSettings {
  const [, path, query] = /^serial:([^?]+)\??(.*)$/i.exec(address) ?? [];
  const settings = new URLSearchParams(query);
  const baudRate = Number(settings.get('baudRate') ?? 115_200);
  const unknown = [...settings.keys()].find((key) => key !== 'baudRate' && key !== 'rtscts');
  const rtscts = settings.get('rtscts') ?? 'false';
  const isSound = Number.isInteger(baudRate) && baudRate > 0 && ['true', 'false'].includes(rtscts);
  if (!path || unknown !== undefined || !isSound) {
    throw new AddressError(
      `'${address}' is not the serial address of a board; write serial:PATH?baudRate=N&rtscts=true, such as serial:/dev/ttyACM0 or serial:COM3?baudRate=3000000.`,
    );
  }
  return { path, baudRate, rtscts: rtscts === 'true' };
}

/**
 * Opens a serial port; `name` stands in messages. Errors: `LinkError` that says what to do: no such port, no
 * permission, held by another program.
 */
export const openSerialPort = (
  name: string,
  path: string,
  { baudRate, rtscts }: SerialSettings,
): Promise<SerialPort> =>
  new Promise((resolve, reject) => {
    const port = new SerialPort({ path, baudRate, rtscts, autoOpen: false });
    port.open((error) => {
      if (error) return reject(failure(name, path, error));
      waitForBoth(port);
      resolve(port);
    });
  });

/** Dials a serial port. Errors of the dial: as `openSerialPort`. */
export const serialDial =
  (name: string, path: string, settings: SerialSettings): Dial =>
  async () => {
    const port = await openSerialPort(name, path, settings);
    return new StreamTransport(name, port, () => port.close());
  };

function failure(name: string, path: string, error: Error): LinkError {
  if (/cannot lock|resource temporarily unavailable|busy|access denied/i.test(error.message)) {
    const holder = portHolder(path) ?? 'another program';
    return new HeldError(`${name} is held by ${holder}; end that program, or use another board.`);
  }
  return new LinkError(sentenceOf(path, error));
}

function sentenceOf(path: string, { message }: Error): string {
  if (/permission denied|EACCES/i.test(message)) {
    return `No permission to open ${path}; add yourself to the group that owns it (often 'sudo usermod -aG dialout $USER', then log in again).`;
  }
  if (/no such file|not found|ENOENT/i.test(message)) {
    return `There is no serial port ${path}; check the cable, and see 'pcm list' for the ports there are.`;
  }
  return `${path} cannot be opened as a serial port: ${message.replace(/^Error:?\s*/, '')}.`;
}
