import type { Chip } from '../chip/chip.js';
import type { Profile } from '../profile/profile.js';
import type { Clock } from './clock.js';
import type { SnapshotHolder } from './snapshot-transfer.js';
import type { UserArea } from './user-area.js';

/** Maximum payload of a frame, in bytes. */
export const MAX_PAYLOAD = 512 * 1024;

/** The parts of a board that keep their state without power. */
export interface NonVolatile {
  readonly chip: Chip;
  readonly clock: Clock;
  readonly userArea: UserArea;
}

/** Keeps the state of a board that is off, say in a file; told of each change before the board answers. */
export interface Keeper {
  /** `change` is as the chip's `onChange` gets it. */
  chipChanged(change: Uint8Array): void;
  userDataChanged(offset: number, data: Uint8Array): void;
  clockMoved(): void;
  temperatureChanged(): void;
  /** Keeps the whole board as it is, after a snapshot was restored. */
  rewrite(): void;
  close(): void;
}

/** A board as the handlers of its commands see it. */
export interface BoardParts extends NonVolatile, SnapshotHolder {
  readonly profile: Profile;
  /** Undefined if nothing is kept. */
  readonly keeper: Keeper | undefined;
  readonly serial: string;
  /** The profile's entry for temperature. Errors: `Refusal` if it has none. */
  requireTemperature(): NonNullable<Profile['temperature']>;
  /** Degrees Celsius. Errors: `Refusal` if the profile has no temperature, or not this one. */
  setTemperature(celsius: number): void;
}

/** Keeps a change that was made; undoes it if it cannot be kept. Errors: those of `keep`. */
export function keepOrUndo(keep: () => void, undo: () => void): void {
  try {
    keep();
  } catch (error) {
    undo();
    throw error;
  }
}
