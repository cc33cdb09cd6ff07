import { AddressError } from './errors.js';
import type { Dial } from './transports/transport.js';

/** Makes the dial of one kind of transport from an address. Errors: `AddressError` for an address that says too little. */
export type TransportScheme = (address: string) => Dial;

/** Transports by the scheme that their addresses begin with, say `tcp`. */
export type TransportSchemes = Readonly<Record<string, TransportScheme>>;

/** What stands before the first colon of an address, in lower case; empty where there is none. */
export const schemeOf = (address: string): string => /^([a-z]+):/i.exec(address)?.[1].toLowerCase() ?? '';

/** The error for an address whose scheme is none of `known`. */
export function unknownScheme(address: string, known: readonly string[]): AddressError {
  const names = known.map((name) => `${name}:`).join(', ');
  return new AddressError(`'${address}' is no address of a board; it must begin with one of ${names}.`);
}
