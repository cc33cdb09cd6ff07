import { AddressError } from './errors.js';
import type { Dial } from './transports/transport.js';

/**
 * Makes the dial of one kind of transport from a whole address. Errors: `AddressError` if the address cannot
 * be understood.
 */
export type TransportScheme = (address: string) => Dial;

/** Transports by the scheme of their addresses, such as `tcp`, in lower case. */
export type TransportSchemes = Readonly<Record<string, TransportScheme>>;

/**
 * The scheme of an address, which is the text before its first colon, in lower case; empty if there is none.
 */
export const schemeOf = (address: string): string => /^([a-z]+):/i.exec(address)?.[1].toLowerCase() ?? '';

/** The error for an address whose scheme is not one of `known`. */
export function unknownScheme(address: string, known: readonly string[]): AddressError {
  const names = known.map((name) => `${name}:`).join(', ');
  return new AddressError(`'${address}' is not the address of a board; it must begin with one of ${names}.`);
}

/** A place in a network. */
export interface HostAndPort {
  host: string;
  /** 0 to 65535. */
  port: number;
}

/** HOST:PORT as `hostAndPort` reads it, with a host that contains colons (IPv6) in brackets. */
export const placeOf = ({ host, port }: HostAndPort): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

/**
 * Splits HOST:PORT. A host that contains colons (IPv6) stands in brackets, which are taken off. Undefined if the
 * text has another form or the port is above 65535.
 */
export function hostAndPort(text: string): HostAndPort | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:/]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  return match && port <= 65_535 ? { host: match[1] ?? match[2], port } : undefined;
}
