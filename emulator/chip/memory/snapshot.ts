import { sha256 } from '@noble/hashes/sha2.js';
import { concatenate } from '../../../protocol/index.js';
import type { Profile } from '../../profile/profile.js';
import type { Temperature } from '../devices/temperature.js';
import { coreBytes, decodeCore, encodeCore, type Imaged } from './memory-image.js';

const FORMAT = 1;
const HEADER_BYTES = 64;
const DIGEST_BYTES = 32;
const TEMPERATURE_BYTES = 24;

/** A snapshot that does not fit, with the reason in one sentence. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
}

/** Identity of one individual chip. */
export interface Identity {
  readonly profile: Profile;
  readonly seed: bigint;
  /** Name of its noise model; undefined for that of the profile. */
  readonly noise: string | undefined;
}

/**
 * A chip as bytes, little-endian: "PCMS", format (uint32), seed (uint64), clock (float64, seconds), SHA-256
 * of the profile, 8 bytes of zeros, then every core (see memory-image.ts), then the temperature's image if
 * the profile has a temperature.
 */
export function encodeSnapshot(
  identity: Identity,
  clock: number,
  cores: Imaged[],
  temperature: Temperature,
): Uint8Array {
  const { profile, seed } = identity;
  const header = new Uint8Array(HEADER_BYTES);
  const view = new DataView(header.buffer);
  header.set(new TextEncoder().encode('PCMS'));
  view.setUint32(4, FORMAT, true);
  view.setBigUint64(8, seed, true);
  view.setFloat64(16, clock, true);
  header.set(digest(identity), 24);
  const warmth = profile.temperature ? [new Uint8Array(Float64Array.from(temperature.image).buffer)] : [];
  return concatenate(header, ...cores.flatMap(encodeCore), ...warmth);
}

/**
 * Restores a snapshot. Returns the clock's reading at the snapshot, in seconds.
 * Errors: `SnapshotError`, with nothing changed, if it is damaged or of another chip.
 */
export function decodeSnapshot(
  identity: Identity,
  cores: Imaged[],
  temperature: Temperature,
  bytes: Uint8Array,
): number {
  const { profile, seed } = identity;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES || new TextDecoder().decode(bytes.subarray(0, 4)) !== 'PCMS')
    throw new SnapshotError('This is not a snapshot of a chip.');
  if (view.getUint32(4, true) !== FORMAT)
    throw new SnapshotError('This snapshot was taken by another version of the emulator; take a new one.');
  const expected = digest(identity);
  if (!bytes.subarray(24, 24 + DIGEST_BYTES).every((byte, i) => byte === expected[i]))
    throw new SnapshotError(
      `This snapshot is of a chip with another profile or noise model; this one has the profile ${profile.name}. Start the emulator with those of the snapshot.`,
    );
  const other = view.getBigUint64(8, true);
  if (other !== seed)
    throw new SnapshotError(
      `This snapshot is of the chip with seed ${other}, this one has seed ${seed}; start the emulator with --seed ${other}.`,
    );
  const fixedBytes = HEADER_BYTES + (profile.temperature ? TEMPERATURE_BYTES : 0);
  if (bytes.length !== cores.reduce((sum, core) => sum + coreBytes(core), fixedBytes))
    throw new SnapshotError('This snapshot is cut short; take a new one.');
  let at = HEADER_BYTES;
  for (const core of cores) {
    decodeCore(core, bytes.subarray(at, at + coreBytes(core)));
    at += coreBytes(core);
  }
  const float = (index: number) => view.getFloat64(at + 8 * index, true);
  if (profile.temperature) temperature.image = [float(0), float(1), float(2)];
  return view.getFloat64(16, true);
}

function digest({ profile, noise = '' }: Identity): Uint8Array {
  return sha256(new TextEncoder().encode(JSON.stringify(profile) + noise));
}
