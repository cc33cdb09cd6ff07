import { AddressError, LinkError } from '../errors.js';
import type { Dial } from '../transports/transport.js';
import { UsbTransport } from '../transports/usb-transport.js';

/** Which device is meant; without a serial number, the only one of its kind. */
export interface UsbIdentity {
  vendor: number;
  product: number;
  serial?: string;
}

/** Reads `usb:VID:PID` or `usb:VID:PID:SERIAL`, the first two in hexadecimal. Errors: `AddressError`. */
export function usbAddress(address: string): UsbIdentity {
  const match = /^usb:([0-9a-f]{4}):([0-9a-f]{4})(?::(.+))?$/i.exec(address);
  if (!match) {
    throw new AddressError(
      `'${address}' is no USB address of a board; write usb:VID:PID or usb:VID:PID:SERIAL with four hexadecimal digits each, say usb:1209:0001.`,
    );
  }
  const [, vendor, product, serial] = match;
  return { vendor: parseInt(vendor, 16), product: parseInt(product, 16), serial };
}

export const usbName = ({ vendor, product, serial }: UsbIdentity): string =>
  `usb:${hex(vendor)}:${hex(product)}${serial ? `:${serial}` : ''}`;

const hex = (id: number): string => id.toString(16).padStart(4, '0');

/** The identification that emulators and the reference firmware have: of pid.codes, for tests. */
export const testIds = { vendor: 0x1209, product: 0x0001 } as const;

/** What lets every user of the machine drive a board on Linux; goes to /etc/udev/rules.d/60-pcm-hil.rules. */
export const udevRule = ({ vendor, product }: UsbIdentity): string =>
  `SUBSYSTEM=="usb", ATTR{idVendor}=="${hex(vendor)}", ATTR{idProduct}=="${hex(product)}", TAG+="uaccess", MODE="0666"`;

/** Loaded when needed: its native part does not exist everywhere. Errors: `LinkError`. */
async function loadUsb() {
  try {
    return (await import('usb')).usb;
  } catch (error) {
    throw new LinkError(
      `USB does not work on this system (${(error as Error).message.split('\n')[0]}); reach the board over serial: or tcp:.`,
    );
  }
}

/** The USB devices of one kind that are plugged in. */
export async function usbDevices({ vendor, product, serial }: UsbIdentity): Promise<USBDevice[]> {
  const devices = await (await loadUsb()).getDevices();
  return devices.filter(
    (device) =>
      device.vendorId === vendor &&
      device.productId === product &&
      (serial === undefined || device.serialNumber === serial),
  );
}

/** Dials a USB device. Errors: `LinkError` with what to do: not plugged in, several, no permission, held by another program. */
export const usbDial =
  (name: string, identity: UsbIdentity): Dial =>
  async () => {
    const [device, ...others] = await usbDevices(identity);
    if (!device) {
      throw new LinkError(`No USB device ${name} is plugged in; check the cable, and see 'pcm list'.`);
    }
    if (others.length > 0) {
      const names = [device, ...others].map(({ serialNumber }) =>
        usbName({ ...identity, serial: serialNumber ?? '?' }),
      );
      throw new LinkError(
        `There are ${names.length} USB devices ${name}; name one of them: ${names.join(', ')}.`,
      );
    }
    try {
      await device.open();
      // node-usb 3.1 takes an endpoint anew for each transfer, and refuses a second one with "endpoint not found".
      return await UsbTransport.open(name, device, { oneAtATime: true });
    } catch (error) {
      await device.close().catch(() => undefined);
      throw error instanceof LinkError ? error : new LinkError(sentenceOf(name, identity, error as Error));
    }
  };

function sentenceOf(name: string, identity: UsbIdentity, { message }: Error): string {
  if (/permission|access|EACCES|EPERM/i.test(message)) {
    return `No permission to open ${name}; put the line '${udevRule(identity)}' into /etc/udev/rules.d/60-pcm-hil.rules ('pcm list --udev-rules' prints it), then plug the board in again.`;
  }
  if (/busy|EBUSY/i.test(message)) {
    return `${name} is held by another program; end that program, or use another board.`;
  }
  if (/not.?supported/i.test(message)) {
    return `Windows has no driver bound to ${name}; see docs/boards.md for WinUSB.`;
  }
  return `${name} cannot be opened: ${message}.`;
}
