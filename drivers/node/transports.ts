import {
  type TransportScheme,
  type TransportSchemes,
  hostAndPort,
  schemeOf,
  unknownScheme,
} from '../address.js';
import { AddressError } from '../errors.js';
import type { Dial } from '../transports/transport.js';
import { serialAddress, serialDial } from './serial/serial.js';
import { tcpDial } from './tcp.js';
import { usbAddress, usbDial } from './usb.js';

const tcp: TransportScheme = (address) => {
  const place = hostAndPort(/^tcp:\/\/(.*?)\/?$/i.exec(address)?.[1] ?? '');
  if (!place || place.port < 1) {
    throw new AddressError(
      `'${address}' is not the TCP address of a board; write tcp://HOST:PORT, such as tcp://127.0.0.1:7411.`,
    );
  }
  return tcpDial(address, place.host, place.port);
};

const serial: TransportScheme = (address) => {
  const { path, ...settings } = serialAddress(address);
  return serialDial(address, path, settings);
};

const usb: TransportScheme = (address) => usbDial(address, usbAddress(address));

/** The transports of Node, by the scheme of their addresses. A new transport is registered here. */
export const nodeTransports: TransportSchemes = { tcp, serial, usb };

/**
 * The dial for a board's address, over one of the transports in `known` (default: those of Node).
 * Errors: `AddressError` if the address cannot be understood or no transport has its scheme.
 */
export function dialFor(address: string, known = nodeTransports): Dial {
  const scheme = schemeOf(address);
  if (!Object.hasOwn(known, scheme)) throw unknownScheme(address, Object.keys(known));
  return known[scheme](address);
}
