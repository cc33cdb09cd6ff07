import { readFileSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SerialPort } from 'serialport';
import type { UsbIdentity } from '../usb.js';

/** A serial port of this machine. */
export interface SerialPortInfo {
  path: string;
  /** The USB device behind it; undefined if there is none. */
  usb?: UsbIdentity;
}

/**
 * Lists the serial ports of this machine without opening any. On Linux it reads the kernel's own tree,
 * because `SerialPort.list` needs the program udevadm, which small systems lack. Errors: those that the
 * system reports.
 */
export async function serialPorts(): Promise<SerialPortInfo[]> {
  if (process.platform === 'linux') return linuxSerialPorts();
  return (await SerialPort.list()).map(({ path, vendorId, productId, serialNumber }) => ({
    path,
    usb:
      vendorId && productId
        ? { vendor: parseInt(vendorId, 16), product: parseInt(productId, 16), serial: serialNumber }
        : undefined,
  }));
}

const TTYS = '/sys/class/tty';

/** Leaves out ports without a device behind them: consoles and pseudo-terminals. */
function linuxSerialPorts(): SerialPortInfo[] {
  return readdirSync(TTYS).flatMap((name) => {
    try {
      const device = realpathSync(join(TTYS, name, 'device'));
      return [{ path: `/dev/${name}`, usb: usbOf(device) }];
    } catch {
      return [];
    }
  });
}

/** The USB device that a folder of the kernel's tree belongs to: the nearest folder above with a vendor. */
function usbOf(folder: string): UsbIdentity | undefined {
  for (let at = folder; at !== dirname(at); at = dirname(at)) {
    const vendor = attribute(at, 'idVendor');
    const product = attribute(at, 'idProduct');
    if (vendor && product) {
      return {
        vendor: parseInt(vendor, 16),
        product: parseInt(product, 16),
        serial: attribute(at, 'serial'),
      };
    }
  }
  return undefined;
}

function attribute(folder: string, name: string): string | undefined {
  try {
    return readFileSync(join(folder, name), 'utf8').trim();
  } catch {
    return undefined;
  }
}
