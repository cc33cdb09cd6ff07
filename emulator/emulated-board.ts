import { crc32 } from 'node:zlib';
import {
  Capability,
  PulseKind,
  Refusal,
  RefusalCode,
  advanceClock,
  information,
  multiply,
  program,
  programCells,
  pulse,
  read,
  readColumns,
  readTemperature,
  readUserData,
  restore,
  setFault,
  setTemperature,
  snapshot,
  status,
  writeColumns,
  writeUserData,
} from '../protocol/index.js';
import { DeviceFault } from '../protocol/index.js';
import { Chip } from './chip.js';
import type { Backend } from './chip/arithmetic.js';
import { Clock, type ClockMode } from './clock.js';
import {
  checkAnswer,
  checkDistinct,
  checkFinite,
  checkIndex,
  checkIndices,
  checkInputs,
  checkRange,
  checkSpan,
  checkTargets,
  checkWindow,
} from './firmware/checks.js';
import { Firmware } from './firmware/firmware.js';
import { Handlers } from './firmware/handlers.js';
import type { Profile } from './profile.js';
import { concatenate } from './chip/memory-image.js';
import { SnapshotError } from './chip/snapshot.js';
import { SnapshotTransfer } from './snapshot-transfer.js';
import { BoardState } from './state/board-state.js';
import { UserArea } from './user-area.js';

export interface EmulatedBoardOptions {
  profile: Profile;
  /** The individual that the chip is. */
  seed: number;
  clock?: ClockMode;
  /** Secret that hosts must know; none where empty. */
  token?: string;
  /** Who does the heavy arithmetic; the fast one where left out. */
  backend?: Backend;
  /** File that keeps the board over restarts; made if there is none. */
  state?: string;
}

/** Greatest payload, in bytes. */
const maxPayload = 512 * 1024;
/** Size of the user area, in bytes. */
const userBytes = 64 * 1024;

const checksumBytes = 4;

function checksum(bytes: Uint8Array): Uint8Array {
  const checked = new Uint8Array(checksumBytes);
  new DataView(checked.buffer).setUint32(0, crc32(bytes), true);
  return checked;
}

/** An emulated board: a chip of some profile behind the firmware, ready for links. */
export class EmulatedBoard {
  readonly firmware: Firmware;
  readonly chip: Chip;
  readonly clock: Clock;
  readonly #profile: Profile;
  readonly #seed: number;
  readonly #userArea = new UserArea(userBytes);
  readonly #state: BoardState | undefined;

  /** @throws StateError or SnapshotError if the state file is in use, not readable or of another chip */
  constructor({ profile, seed, clock = 'manual', token = '', backend, state }: EmulatedBoardOptions) {
    this.#profile = profile;
    this.#seed = seed;
    this.clock = new Clock(clock);
    const onChange = (change: Uint8Array) => this.#state?.chipChanged(change);
    this.chip = new Chip(profile, {
      seed,
      now: this.clock.now,
      backend,
      onChange: state ? onChange : undefined,
    });
    const nonVolatile = { chip: this.chip, clock: this.clock, userArea: this.#userArea };
    this.#state = state ? new BoardState(state, nonVolatile) : undefined;
    const handlers = new Handlers();
    this.#answerSession(handlers);
    this.#answerCrossbar(handlers);
    this.#answerEmulation(handlers);
    this.firmware = new Firmware({ execute: handlers.execute, token, maxPayload });
  }

  /** All that a board keeps without power, and its clock: the chip's snapshot, the user area, the CRC-32 of both. */
  snapshot(): Uint8Array {
    const content = concatenate([this.chip.snapshot(), this.#userArea.bytes]);
    return concatenate([content, checksum(content)]);
  }

  /**
   * Puts back what `snapshot` returned, the clock included.
   * @throws SnapshotError, with nothing changed, if it is damaged or of another board
   */
  restore(whole: Uint8Array): void {
    const content = whole.subarray(0, -checksumBytes);
    const chipBytes = content.length - userBytes;
    if (chipBytes < 0) throw new SnapshotError('This is not a snapshot of a board.');
    if (!checksum(content).every((byte, i) => byte === whole[content.length + i]))
      throw new SnapshotError('This snapshot is damaged: its checksum does not match; take it anew.');
    this.clock.set(this.chip.restore(content.subarray(0, chipBytes)));
    this.#userArea.write(0, content.subarray(chipBytes));
    this.#state?.rewrite();
  }

  /** Makes the chip warmer or colder. Errors: `Refusal` where the profile has no temperature, or not this one. */
  setTemperature(celsius: number): void {
    const { minimum, maximum } = this.#temperatureEntry();
    checkRange('celsius', celsius, minimum, maximum);
    this.chip.setTemperature(celsius);
    this.#state?.temperatureChanged();
  }

  #temperatureEntry() {
    const { name, temperature } = this.#profile;
    if (temperature) return temperature;
    const sentence = `The profile ${name} says nothing of temperature; use hermes-thermal, or a profile with an entry "temperature".`;
    throw new Refusal(RefusalCode.notSupported, '', sentence);
  }

  /** Switches the board off; it must not be used afterwards. */
  close(): void {
    this.#state?.close();
    this.chip.close();
  }

  /** Says which individual it is. */
  get serial(): string {
    return `${this.#profile.name}-${this.#seed}`.slice(0, 32);
  }

  #answerSession(handlers: Handlers): void {
    handlers
      .on(information, () => this.#information())
      .on(status, () => ({ clock: this.clock.now(), ...this.chip.counters() }))
      .on(readUserData, ({ offset, length }) => {
        checkSpan('offset', offset, 'length', length, userBytes);
        return { offset, length, data: this.#userArea.read(offset, length) };
      })
      .on(writeUserData, ({ offset, length, data }) => {
        checkSpan('offset', offset, 'length', length, userBytes);
        this.#userArea.write(offset, data);
        this.#state?.userDataChanged(offset, data);
        return {};
      });
  }

  #answerCrossbar(handlers: Handlers): void {
    const { chip } = this;
    const profile = this.#profile;
    const conductanceMax = Math.round(profile.conductanceMax * 1000);
    handlers
      .on(program, ({ core, targets, tolerance, maxIterations, ...window }) => {
        checkIndex('core', core, profile.cores);
        checkWindow(window, profile);
        checkTargets(targets, conductanceMax);
        return chip.program(core, window, targets, { tolerance, maxIterations });
      })
      .on(programCells, ({ core, rows, columns, targets, tolerance, maxIterations }) => {
        checkIndex('core', core, profile.cores);
        checkIndices('rows', rows, profile.rows);
        checkIndices('columns', columns, profile.columns);
        checkDistinct(rows, columns, profile);
        checkTargets(targets, conductanceMax);
        return chip.programCells(core, { rows, columns }, targets, { tolerance, maxIterations });
      })
      .on(pulse, ({ core, ...pulses }) => {
        checkIndex('core', core, profile.cores);
        checkIndices('rows', pulses.rows, profile.rows);
        checkIndices('columns', pulses.columns, profile.columns);
        checkIndices('polarities', pulses.polarities, 2);
        checkIndices('devices', pulses.devices, profile.devicesPerPolarity);
        checkIndices('kinds', pulses.kinds, PulseKind.reset + 1, PulseKind.set);
        return chip.pulse(core, pulses);
      })
      .on(read, ({ core, ...window }) => {
        checkIndex('core', core, profile.cores);
        checkWindow(window, profile);
        checkAnswer('rows', read.response.fixedBytes + 4 * window.rows * window.columns, maxPayload);
        return { rows: window.rows, columns: window.columns, conductances: chip.read(core, window) };
      })
      .on(multiply, ({ core, cores, batch, inputs, ...window }) => {
        checkSpan('core', core, 'cores', cores, profile.cores);
        checkWindow(window, profile);
        checkInputs(inputs, profile.inputBits);
        checkAnswer('batch', multiply.response.fixedBytes + 2 * batch * cores * window.columns, maxPayload);
        return {
          batch,
          cores,
          columns: window.columns,
          codes: chip.multiply(core, cores, window, batch, inputs),
        };
      })
      .on(readColumns, ({ core, columnStart, columns }) => {
        checkIndex('core', core, profile.cores);
        checkSpan('columnStart', columnStart, 'columns', columns, profile.columns);
        return { columns, ...chip.columnAffine(core, columnStart, columns) };
      })
      .on(writeColumns, ({ core, columnStart, columns, scales, offsets }) => {
        checkIndex('core', core, profile.cores);
        checkSpan('columnStart', columnStart, 'columns', columns, profile.columns);
        chip.setColumnAffine(core, columnStart, scales, offsets);
        return {};
      });
  }

  #answerEmulation(handlers: Handlers): void {
    const { chip, clock } = this;
    const profile = this.#profile;
    const transfer = new SnapshotTransfer(this);
    handlers
      .on(snapshot, ({ offset, length }) => {
        checkSpan('offset', 0, 'length', length, Infinity);
        return transfer.piece(offset, Math.min(length, maxPayload - snapshot.response.fixedBytes));
      })
      .on(restore, ({ total, offset, data }) => ({ complete: transfer.put(total, offset, data) ? 1 : 0 }))
      .on(advanceClock, ({ seconds }) => {
        checkFinite('seconds', seconds, 0);
        clock.advance(seconds);
        this.#state?.clockMoved();
        return { clock: clock.now() };
      })
      .on(readTemperature, () => {
        this.#temperatureEntry();
        return { celsius: chip.temperature };
      })
      .on(setTemperature, ({ celsius }) => {
        this.setTemperature(celsius);
        return {};
      })
      .on(setFault, ({ core, row, column, polarity, device, fault }) => {
        checkIndex('core', core, profile.cores);
        checkIndex('row', row, profile.rows);
        checkIndex('column', column, profile.columns);
        checkIndex('polarity', polarity, 2);
        checkIndex('device', device, profile.devicesPerPolarity);
        checkIndex('fault', fault, DeviceFault.dead + 1);
        const place = { rows: [row], columns: [column], polarities: [polarity], devices: [device] };
        chip.setFault(core, place, fault as DeviceFault);
        return {};
      });
  }

  #information() {
    const profile = this.#profile;
    return {
      vendor: 'pcm-hil',
      product: 'emulated PCM board',
      serial: this.serial,
      firmware: '1',
      profile: profile.name.slice(0, 32),
      cores: profile.cores,
      rows: profile.rows,
      columns: profile.columns,
      devicesPerPolarity: profile.devicesPerPolarity,
      inputBits: profile.inputBits,
      adcBits: profile.adc.bits,
      scaleFractionBits: profile.digital.fractionBits,
      conductanceMax: Math.round(profile.conductanceMax * 1000),
      programming: profile.programming.mode === 'pulses' ? 1 : 0,
      userBytes,
      capabilities: Capability.emulator | (profile.temperature ? Capability.temperature : 0),
      adcStep: this.chip.model.fullScale / (1 << (profile.adc.bits - 1)),
      driftStart: profile.drift.time0,
    };
  }
}
