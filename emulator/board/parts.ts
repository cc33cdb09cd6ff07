import type { Chip } from '../chip/chip.js';
import type { Profile } from '../profile/profile.js';
import type { Clock } from './clock.js';
import type { SnapshotHolder } from './snapshot-transfer.js';
import type { UserArea } from './user-area.js';

/** Maximum payload of a frame, in bytes. */
export const maxPayload = 512 * 1024;

/** What a board keeps without power. */
export interface NonVolatile {
  readonly chip: Chip;
  readonly clock: Clock;
  readonly userArea: UserArea;
}

/** Keeps what a board keeps without power, say in a file; told of each change before the board answers. */
export interface Keeper {
  /** As the chip's `onChange` is told of it. */
  chipChanged(change: Uint8Array): void;
  userDataChanged(offset: number, data: Uint8Array): void;
  clockMoved(): void;
  temperatureChanged(): void;
  /** Keeps the board as it is, as a restored snapshot needs. */
  rewrite(): void;
  close(): void;
}

/** A board as those see it who answer its commands. */
export interface BoardParts extends NonVolatile, SnapshotHolder {
  readonly profile: Profile;
  /** Undefined where nothing is kept. */
  readonly keeper: Keeper | undefined;
  readonly serial: string;
  /** What the profile says of temperature. Errors: `Refusal` where it says nothing. */
  requireTemperature(): NonNullable<Profile['temperature']>;
  /** Degrees Celsius. Errors: `Refusal` where the profile has no temperature, or not this one. */
  setTemperature(celsius: number): void;
}
