import { sha256 } from '@noble/hashes/sha2.js';
import { concatenate } from '../../../protocol/index.js';
import type { Profile } from '../../profile/profile.js';
import type { Temperature, TemperatureImage } from '../devices/temperature.js';
import { decodeImage, SnapshotError, snapshotHead, temperatureImage } from './image-declaration.js';
import { coreBytes, decodeCore, encodeCore, type Imaged } from './memory-image.js';

const FORMAT = 1;
const HEADER_BYTES = 64;

/** Identity of one individual chip. */
export interface Identity {
  readonly profile: Profile;
  readonly seed: bigint;
  /** Name of its noise model; undefined for that of the profile. */
  readonly noise: string | undefined;
}

/**
 * A chip as bytes: `snapshotHead`, then every core (see memory-image.ts), then the temperature's image if
 * the profile has a temperature.
 */
export function encodeSnapshot(
  identity: Identity,
  clock: number,
  cores: Imaged[],
  temperature: Temperature,
): Uint8Array {
  const head = snapshotHead.encode({
    magic: 'PCMS',
    format: FORMAT,
    seed: identity.seed,
    clock,
    profile: digest(identity),
    reserved: new Uint8Array(8),
  });
  const warmth = identity.profile.temperature ? [temperatureImage.encode(temperature.image)] : [];
  return concatenate(head, ...cores.flatMap(encodeCore), ...warmth);
}

/**
 * Restores a snapshot. Returns the clock's reading at the snapshot, in seconds.
 * Errors: `SnapshotError`, with nothing changed, if it is damaged, of another chip, or holds a number that
 * no chip can have.
 */
export function decodeSnapshot(
  identity: Identity,
  cores: Imaged[],
  temperature: Temperature,
  bytes: Uint8Array,
): number {
  const { profile } = identity;
  const clock = clockOf(identity, bytes.subarray(0, HEADER_BYTES));
  const warmthBytes = profile.temperature ? temperatureImage.fixedBytes : 0;
  const expected = HEADER_BYTES + warmthBytes + cores.reduce((sum, core) => sum + coreBytes(core), 0);
  if (bytes.length !== expected) throw new SnapshotError('This snapshot is cut short; take a new one.');
  let at = HEADER_BYTES;
  const restores = cores.map((core) => decodeCore(core, bytes.subarray(at, (at += coreBytes(core)))));
  if (profile.temperature) temperature.image = warmthOf(profile.temperature, clock, bytes.subarray(at));
  for (const restore of restores) restore();
  return clock;
}

/** The clock's reading in the head of a snapshot. Errors: `SnapshotError` if it is not one of this chip. */
function clockOf(identity: Identity, bytes: Uint8Array): number {
  const { profile, seed } = identity;
  if (bytes.length < HEADER_BYTES || new TextDecoder().decode(bytes.subarray(0, 4)) !== 'PCMS')
    throw new SnapshotError('This is not a snapshot of a chip.');
  const head = decodeImage(snapshotHead, bytes);
  if (head.format !== FORMAT)
    throw new SnapshotError('This snapshot was taken by another version of the emulator; take a new one.');
  const fits = (other: Identity) => sameBytes(head.profile, digest(other));
  const { mode } = profile.programming;
  const otherMode = mode === 'pulses' ? 'statistical' : 'pulses';
  const programmedOtherwise = {
    ...profile,
    programming: { ...profile.programming, mode: otherMode },
  } satisfies Profile;
  if (fits({ ...identity, profile: programmedOtherwise }))
    throw new SnapshotError(
      `This snapshot is of a chip that is programmed in the mode ${otherMode}, this one in the mode ${mode}; start the emulator with --programming ${otherMode}.`,
    );
  if (!fits(identity))
    throw new SnapshotError(
      `This snapshot is of a chip with another profile or noise model; this one has the profile ${profile.name}. Start the emulator with those of the snapshot.`,
    );
  if (head.seed !== seed)
    throw new SnapshotError(
      `This snapshot is of the chip with seed ${head.seed}, this one has seed ${seed}; start the emulator with --seed ${head.seed}.`,
    );
  return head.clock;
}

/** The temperature of a snapshot. Errors: `SnapshotError` if the chip cannot have it. */
function warmthOf(
  { minimum, maximum }: NonNullable<Profile['temperature']>,
  clock: number,
  bytes: Uint8Array,
): TemperatureImage {
  const image = decodeImage(temperatureImage, bytes);
  if (image.celsius < minimum || image.celsius > maximum)
    throw new SnapshotError(
      `celsius is ${image.celsius} in this snapshot, this chip goes from ${minimum} to ${maximum}.`,
    );
  if (image.since > clock)
    throw new SnapshotError(`since is ${image.since} in this snapshot, its clock only ${clock}.`);
  return image;
}

const sameBytes = (one: Uint8Array, other: Uint8Array): boolean =>
  one.every((byte, position) => byte === other[position]);

function digest({ profile, noise = '' }: Identity): Uint8Array {
  return sha256(new TextEncoder().encode(JSON.stringify(profile) + noise));
}
