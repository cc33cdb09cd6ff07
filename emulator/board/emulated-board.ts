import {
  concatenate,
  crc32,
  type Crc32,
  realTime,
  Refusal,
  RefusalCode,
  type Time,
} from '../../protocol/index.js';
import type { Backend } from '../chip/arithmetic.js';
import { Chip } from '../chip/chip.js';
import type { NoiseOf } from '../chip/devices/noise-model.js';
import { SnapshotError } from '../chip/memory/image-declaration.js';
import { Firmware } from '../firmware/firmware.js';
import { Handlers } from '../firmware/handlers.js';
import { checkRange } from '../firmware/refusals.js';
import type { Profile } from '../profile/profile.js';
import { answerCrossbar } from './answers/crossbar.js';
import { answerEmulation } from './answers/emulation.js';
import { answerSession } from './answers/session.js';
import { Clock, type ClockMode } from './clock.js';
import { type BoardParts, type Keeper, type NonVolatile, MAX_PAYLOAD, keepOrUndo } from './parts.js';
import { UserArea } from './user-area.js';

/** Options of an emulated board. */
export interface EmulatedBoardOptions {
  profile: Profile;
  /** The individual that the chip is. */
  seed: number;
  /** `manual` if left out: time stands still until a host moves it. */
  clock?: ClockMode;
  /** Secret that hosts must know; none if empty. */
  token?: string;
  /** Arithmetic backend; each board needs one of its own. */
  backend: Backend;
  /** Noise model of the devices; that of the profile if left out. */
  noise?: NoiseOf;
  /** Checksum of frames and snapshots; the plain one if left out. */
  crc32?: Crc32;
  /** That of the platform if left out. */
  time?: Time;
  /** Called with a sentence for whoever runs the board, say that somebody guesses its token. */
  onWarning?: (sentence: string) => void;
  /** Brings the board to the state that was kept, and keeps it from then on. Nothing is kept if left out. */
  keep?: (board: NonVolatile) => Keeper;
  /** Adds commands of your own to the board, or replaces what a command does; see docs/extending.md. */
  extend?: (handlers: Handlers, board: EmulatedBoard) => void;
}

/** Size of the user area, in bytes. */
const USER_BYTES = 64 * 1024;

const CHECKSUM_BYTES = 4;

/** An emulated board: a chip of some profile behind the firmware, ready for links. */
export class EmulatedBoard implements BoardParts {
  readonly profile: Profile;
  readonly firmware: Firmware;
  readonly chip: Chip;
  readonly clock: Clock;
  readonly userArea = new UserArea(USER_BYTES);
  readonly keeper: Keeper | undefined;
  readonly #seed: number;
  readonly #crc32: Crc32;

  /** Errors: those of `keep`; `RangeError` for a token that is too long for hello. */
  constructor(options: EmulatedBoardOptions) {
    const { profile, seed, backend, keep, token = '' } = options;
    const { time = realTime, onWarning = () => undefined } = options;
    this.profile = profile;
    this.#seed = seed;
    this.#crc32 = options.crc32 ?? crc32;
    this.clock = new Clock(options.clock, 0, time);
    const onChange = (change: Uint8Array) => this.keeper?.chipChanged(change);
    this.chip = new Chip(profile, {
      seed,
      now: this.clock.now,
      backend,
      noise: options.noise,
      onChange: keep ? onChange : undefined,
    });
    this.keeper = keep?.(this);
    const handlers = new Handlers();
    answerSession(handlers, this);
    answerCrossbar(handlers, this);
    answerEmulation(handlers, this);
    options.extend?.(handlers, this);
    this.firmware = new Firmware({
      execute: handlers.execute,
      token,
      maxPayload: MAX_PAYLOAD,
      crc32: this.#crc32,
      time,
      onWarning,
    });
  }

  /**
   * Everything that a board keeps without power, and its clock: the chip's snapshot, the user area, the
   * CRC-32 of both.
   */
  snapshot(): Uint8Array {
    const content = concatenate(this.chip.snapshot(), this.userArea.bytes);
    return concatenate(content, this.#checksum(content));
  }

  /**
   * Restores the bytes of `snapshot`, the clock included.
   * Errors: `SnapshotError`, with nothing changed, if it is damaged or of another board.
   */
  restore(whole: Uint8Array): void {
    const content = whole.subarray(0, -CHECKSUM_BYTES);
    const chipBytes = content.length - USER_BYTES;
    if (chipBytes < 0) throw new SnapshotError('This is not a snapshot of a board.');
    if (!this.#checksum(content).every((byte, i) => byte === whole[content.length + i]))
      throw new SnapshotError('This snapshot is damaged: its checksum does not match; take a new one.');
    const before = this.keeper && { chip: this.chip.snapshot(), user: this.userArea.bytes.slice() };
    this.clock.set(this.chip.restore(content.subarray(0, chipBytes)));
    this.userArea.write(0, content.subarray(chipBytes));
    keepOrUndo(
      () => this.keeper?.rewrite(),
      () => {
        this.clock.set(this.chip.restore(before!.chip));
        this.userArea.write(0, before!.user);
      },
    );
  }

  /**
   * Makes the chip warmer or colder. Errors: `Refusal` if the profile has no temperature, or not this one.
   */
  setTemperature(celsius: number): void {
    const { minimum, maximum } = this.requireTemperature();
    checkRange('celsius', celsius, minimum, maximum);
    const before = this.chip.temperature;
    this.chip.setTemperature(celsius);
    keepOrUndo(
      () => this.keeper?.temperatureChanged(),
      () => this.chip.setTemperature(before),
    );
  }

  /** The profile's entry for temperature. Errors: `Refusal` if it has none. */
  requireTemperature(): NonNullable<Profile['temperature']> {
    const { name, temperature } = this.profile;
    if (temperature) return temperature;
    const sentence = `The profile ${name} does not model temperature; use hermes-thermal, or a profile with an entry "temperature".`;
    throw new Refusal(RefusalCode.notSupported, '', sentence);
  }

  /** Switches the board off; it must not be used afterwards. */
  close(): void {
    this.keeper?.close();
    this.chip.close();
  }

  /** Names the individual. */
  get serial(): string {
    return `${this.profile.name}-${this.#seed}`.slice(0, 32);
  }

  #checksum(bytes: Uint8Array): Uint8Array {
    const checked = new Uint8Array(CHECKSUM_BYTES);
    new DataView(checked.buffer).setUint32(0, this.#crc32(bytes), true);
    return checked;
  }
}
