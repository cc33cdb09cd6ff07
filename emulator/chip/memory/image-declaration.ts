import {
  array,
  type Bounds,
  boundsText,
  celsiusBounds,
  clockBounds,
  DeviceFault,
  f64,
  isWithin,
  MAX_CORES,
  Refusal,
  struct,
  text,
  u32,
  u64,
} from '../../../protocol/index.js';
import { CONDUCTANCE_LIMIT } from '../../profile/profile.js';
import type { CoreState } from '../core/core-state.js';

/** A snapshot that does not fit, with the reason in one sentence. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
}

/** Bounds of the clock that devices age on, which runs ahead of the board's while it is warm; seconds. */
const agedBounds = { minimum: -1e60, maximum: 1e60 };
/** Bounds of a counter. */
export const counterBounds = { minimum: 0, maximum: Number.MAX_SAFE_INTEGER, whole: true };

const counter = (meaning: string) => f64(meaning, '', counterBounds);

/** The counters of a core, first part of its image. */
export const counterImage = struct({
  programmedPairs: counter('pairs programmed'),
  setPulses: counter('SET pulses'),
  resetPulses: counter('RESET pulses'),
  multiplications: counter('input vectors'),
  conductancesRead: counter('conductances read'),
  reads: counter('read commands'),
});

/** The temperature, last part of a snapshot. */
export const temperatureImage = struct({
  celsius: f64('temperature', '°C', celsiusBounds),
  since: f64('time of its last change', 's', clockBounds),
  aged: f64('the clock that devices age on at that time', 's', agedBounds),
});

/** Begin of the snapshot of a chip. */
export const snapshotHead = struct({
  magic: text(4, 'PCMS'),
  format: u32('version of this format'),
  seed: u64('the individual that the chip is'),
  clock: f64("the board's clock", 's', clockBounds),
  profile: array('u8', [32], 'SHA-256 of the profile'),
  reserved: array('u8', [8], 'zeros'),
});

/** Begin of a change of a chip: the core that it concerns. */
export const changeHead = struct({ core: u32('core', '', { maximum: MAX_CORES - 1 }) });

/** An array of a core's state in its image: what it has one element for, and the bounds of an element. */
interface ArrayImage {
  readonly name: keyof CoreState;
  readonly per: 'device' | 'pair' | 'column';
  /** Those of its type if left out. */
  readonly bounds?: Bounds;
}

/** The arrays of a core's state in the order of its image. */
export const arrayImages: readonly ArrayImage[] = [
  { name: 'conductance', per: 'device', bounds: { maximum: CONDUCTANCE_LIMIT } },
  { name: 'exponent', per: 'device' },
  { name: 'programmedAt', per: 'device', bounds: agedBounds },
  { name: 'pulses', per: 'device' },
  { name: 'fault', per: 'device', bounds: { maximum: DeviceFault.dead } },
  { name: 'writes', per: 'pair' },
  { name: 'scale', per: 'column' },
  { name: 'offset', per: 'column' },
];

/** Checks every element of an array of an image. Errors: `SnapshotError`. */
export function checkImage({ name, per, bounds }: ArrayImage, values: ArrayLike<number>): void {
  if (!bounds) return;
  for (let i = 0; i < values.length; i++)
    if (!isWithin(bounds, values[i])) {
      const sentence = `${name} of ${per} ${i} is ${values[i]} in this snapshot, it must be ${boundsText(bounds)}.`;
      throw new SnapshotError(sentence);
    }
}

/** Decodes a part of a snapshot. Errors: `SnapshotError` if one of its numbers is out of its bounds. */
export function decodeImage<T>(layout: { decode(bytes: Uint8Array): T }, bytes: Uint8Array): T {
  try {
    return layout.decode(bytes);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new SnapshotError(`This snapshot cannot be used: ${error.message}`);
  }
}
