import { celsiusBounds, clockBounds, f64, struct, u32 } from '../../protocol/index.js';

/** Kinds of records in a state file. */
export const Kind = { snapshot: 1, change: 2, userData: 3, clock: 4, temperature: 5 } as const;

const clock = f64("the board's clock", 's', clockBounds);

/** A reading of the clock: a record of its own, and the begin of a change. */
export const clockRecord = struct({ clock });

/** A temperature and the time from which it holds. */
export const temperatureRecord = struct({ clock, celsius: f64('temperature', '°C', celsiusBounds) });

/** Where in the user area the bytes that follow belong. */
export const userDataHead = struct({ offset: u32('first byte', 'bytes') });
