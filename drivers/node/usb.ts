/// <reference types="w3c-web-usb" />
import { AddressError, HeldError, LinkError } from '../errors.js';
import type { Dial } from '../transports/transport.js';
import type { UsbDevice } from '../transports/usb-device.js';
import { UsbTransport } from '../transports/usb-transport.js';

/** Identifies a USB device. */
export interface UsbIdentity {
  /** Vendor and product id, 16 bits each. */
  vendor: number;
  product: number;
  /** Serial number; may be left out if only one such device is plugged in. */
  serial?: string;
  /** Bus and ports that it is plugged into, such as 1-2.3: tells devices apart that have no serial number. */
  place?: string;
}

/** A device as node-usb gives it. */
export interface PluggedUsbDevice extends UsbDevice {
  readonly bus?: string;
  readonly ports?: readonly number[];
}

/**
 * Parses `usb:VID:PID`, `usb:VID:PID:SERIAL` or `usb:VID:PID@BUS-PORT`, with hexadecimal ids. Errors:
 * `AddressError`.
 */
export function usbAddress(address: string): UsbIdentity {
  const match = /^usb:([0-9a-f]{4}):([0-9a-f]{4})(?::(.+)|@([\w.-]+))?$/i.exec(address);
  if (!match) {
    throw new AddressError(
      `'${address}' is not the USB address of a board; write usb:VID:PID, usb:VID:PID:SERIAL or usb:VID:PID@BUS-PORT with four hexadecimal digits each, such as usb:1209:0001.`,
    );
  }
  const [, vendor, product, serial, place] = match;
  return { vendor: parseInt(vendor, 16), product: parseInt(product, 16), serial, place };
}

/** The address of a USB device: `usb:VID:PID`, with its serial number or its place behind. */
export const usbName = ({ vendor, product, serial, place }: UsbIdentity): string =>
  `usb:${hex(vendor)}:${hex(product)}${serial ? `:${serial}` : place ? `@${place}` : ''}`;

/**
 * An address for each of these devices of one vendor and product, by its serial number if no other has the same,
 * else by its place.
 */
export const usbNames = ({ vendor, product }: UsbIdentity, devices: readonly PluggedUsbDevice[]): string[] =>
  devices.map((device) => {
    const serial = device.serialNumber || undefined;
    const isOnly = devices.filter(({ serialNumber }) => (serialNumber || undefined) === serial).length === 1;
    return usbName(
      isOnly && (serial !== undefined || devices.length === 1)
        ? { vendor, product, serial }
        : { vendor, product, place: placeOf(device) },
    );
  });

const placeOf = ({ bus, ports = [] }: PluggedUsbDevice): string | undefined =>
  bus === undefined ? undefined : [bus, ports.join('.')].filter((part) => part !== '').join('-');

const hex = (id: number): string => id.toString(16).padStart(4, '0');

/** Identification of emulators and of the reference firmware: the test ids of pid.codes. */
export const testIds = { vendor: 0x1209, product: 0x0001 } as const;

/**
 * The line for /etc/udev/rules.d/60-pcm-hil.rules that lets every user of a Linux machine drive the device.
 */
export const udevRule = ({ vendor, product }: UsbIdentity): string =>
  `SUBSYSTEM=="usb", ATTR{idVendor}=="${hex(vendor)}", ATTR{idProduct}=="${hex(product)}", TAG+="uaccess", MODE="0666"`;

/**
 * Loads the package only when it is needed, because its native part does not exist everywhere. Errors:
 * `LinkError`.
 */
async function loadUsb() {
  return (await import('usb').catch(noUsb)).usb;
}

function noUsb(error: unknown): never {
  const [reason] = (error as Error).message.split('\n');
  throw new LinkError(`USB does not work on this system (${reason}); reach the board over serial: or tcp:.`);
}

/** All plugged-in USB devices with this identity. Errors: `LinkError` if USB does not work on this system. */
export async function usbDevices({
  vendor,
  product,
  serial,
  place,
}: UsbIdentity): Promise<PluggedUsbDevice[]> {
  const usb = await loadUsb();
  const devices: PluggedUsbDevice[] = await usb.getDevices().catch(noUsb); // such as a container without USB
  return devices.filter(
    (device) =>
      device.vendorId === vendor &&
      device.productId === product &&
      (serial === undefined || device.serialNumber === serial) &&
      (place === undefined || placeOf(device) === place),
  );
}

/**
 * Dials a USB device; `name` stands in messages. Errors of the dial: `LinkError` that says what to do: not
 * plugged in, several such devices, no permission, held by another program.
 */
export const usbDial =
  (name: string, identity: UsbIdentity): Dial =>
  async () => {
    const [device, ...others] = await usbDevices(identity);
    if (!device) {
      throw new LinkError(`No USB device ${name} is plugged in; check the cable, and see 'pcm list'.`);
    }
    if (others.length > 0) {
      const names = [...new Set(usbNames(identity, [device, ...others]))];
      const count = others.length + 1;
      throw new LinkError(
        names.length === count
          ? `There are ${count} USB devices ${name}; choose one of them: ${names.join(', ')}.`
          : `There are ${count} USB devices ${name}, and the system does not tell them apart; unplug all but one.`,
      );
    }
    try {
      await device.open();
      // node-usb 3.1 claims the endpoint for each transfer, and refuses a second one with "endpoint not
      // found".
      return await UsbTransport.open(name, device, { oneAtATime: true });
    } catch (error) {
      await device.close().catch(() => undefined);
      throw error instanceof LinkError ? error : failure(name, identity, error as Error);
    }
  };

function failure(name: string, identity: UsbIdentity, error: Error): LinkError {
  return /busy|EBUSY/i.test(error.message)
    ? new HeldError(`${name} is held by another program; end that program, or use another board.`)
    : new LinkError(sentenceOf(name, identity, error));
}

function sentenceOf(name: string, identity: UsbIdentity, { message }: Error): string {
  if (/permission|access|EACCES|EPERM/i.test(message)) {
    return `No permission to open ${name}; put the line '${udevRule(identity)}' into /etc/udev/rules.d/60-pcm-hil.rules ('pcm list --udev-rules' prints it), then plug the board in again.`;
  }
  if (/not.?supported/i.test(message)) {
    return `Windows has no driver bound to ${name}; see docs/boards.md for WinUSB.`;
  }
  return `${name} cannot be opened: ${message}.`;
}
