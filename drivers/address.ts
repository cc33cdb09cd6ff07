import { AddressError } from './errors.js';
import { serialAddress, serialDial } from './serial.js';
import { tcpDial } from './tcp.js';
import type { Dial } from './transport.js';
import { usbAddress, usbDial } from './usb.js';

/** Makes the dial of one scheme from an address. Errors: `AddressError` for an address that says too little. */
export type Scheme = (address: string) => Dial;

const schemeOf = (address: string): string => /^([a-z]+):/i.exec(address)?.[1].toLowerCase() ?? '';

const tcp: Scheme = (address) => {
  const match = /^tcp:\/\/(\[[^\]]+\]|[^:/]+):(\d{1,5})\/?$/i.exec(address);
  const port = Number(match?.[2]);
  if (!match || port < 1 || port > 65535) {
    throw new AddressError(
      `'${address}' is no TCP address of a board; write tcp://HOST:PORT, say tcp://127.0.0.1:7411.`,
    );
  }
  return tcpDial(address, match[1].replace(/^\[|\]$/g, ''), port);
};

const serial: Scheme = (address) => {
  const { path, ...settings } = serialAddress(address);
  return serialDial(address, path, settings);
};

const usb: Scheme = (address) => usbDial(address, usbAddress(address));

/** The schemes that this package dials itself; an application adds its own, say `emulator`. */
export const schemes: Readonly<Record<string, Scheme>> = { tcp, serial, usb };

/** The dial for a board's address. Errors: `AddressError` naming the schemes that there are. */
export function dialFor(address: string, known: Readonly<Record<string, Scheme>> = schemes): Dial {
  const scheme = schemeOf(address);
  if (!Object.hasOwn(known, scheme)) {
    const names = Object.keys(known)
      .map((name) => `${name}:`)
      .join(', ');
    throw new AddressError(`'${address}' is no address of a board; it must begin with one of ${names}.`);
  }
  return known[scheme](address);
}
