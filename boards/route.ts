import { schemeOf, type TransportSchemes, unknownScheme } from '../drivers/index.js';
import { dialFor, nodeTransports } from '../drivers/node/index.js';
import { createEmulatedBoard } from '../emulator/node/index.js';
import { type Route, routeToEmulator } from './embedded.js';
import { parseEmulatorAddress } from './emulator-address.js';

/**
 * The route to the board at an address: over a transport of Node or of `further`, or to an embedded emulator, which
 * calls `onWarning`. Errors: `AddressError`; for an embedded emulator also `ProfileError`, `StateError` and `SnapshotError`.
 */
export function routeTo(
  address: string,
  further: TransportSchemes = {},
  onWarning?: (sentence: string) => void,
): Route {
  const known: TransportSchemes = { ...nodeTransports, ...further };
  const scheme = schemeOf(address);
  if (Object.hasOwn(known, scheme)) return { dial: dialFor(address, known), close: () => undefined };
  if (scheme === 'emulator')
    return routeToEmulator(createEmulatedBoard({ ...parseEmulatorAddress(address), onWarning }), address);
  throw unknownScheme(address, [...Object.keys(known), 'emulator']);
}
