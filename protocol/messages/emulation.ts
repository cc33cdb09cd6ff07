import { Capability, defineCommand } from '../declaration/command.js';
import { array, f64, u16, u32, u8 } from '../declaration/fields.js';
import { struct } from '../declaration/struct.js';
import { celsiusBounds, clockBounds, MAX_CORES, MAX_EXTENT, MAX_PAYLOAD, MAX_SNAPSHOT } from './limits.js';

/** What `setFault` makes of a device. */
export const DeviceFault = { none: 0, stuckSet: 1, stuckReset: 2, dead: 3 } as const;
export type DeviceFault = (typeof DeviceFault)[keyof typeof DeviceFault];

/** Moves the board's clock forward. */
export const advanceClock = defineCommand({
  code: 0x50,
  name: 'advanceClock',
  meaning: "Moves the board's clock forward.",
  request: struct({ seconds: f64('how far, 0 or more', 's', clockBounds) }),
  response: struct({ clock: f64('the clock afterwards', 's', clockBounds) }),
  needs: Capability.emulator,
});

const pieceBounds = { minimum: 1, maximum: MAX_PAYLOAD };

/** Reads the whole state of the chip in pieces. */
export const snapshot = defineCommand({
  code: 0x51,
  name: 'snapshot',
  meaning:
    'Reads the whole state of the chip in pieces. A request for offset 0 takes the snapshot; the other pieces belong to it.',
  request: struct({
    offset: u32('first byte', 'bytes', { maximum: MAX_SNAPSHOT - 1 }),
    length: u32('maximum length of the piece', 'bytes', { minimum: 1 }),
  }),
  response: struct({
    total: u32('size of the whole snapshot', 'bytes', { minimum: 1, maximum: MAX_SNAPSHOT }),
    length: u32('size of this piece', 'bytes', pieceBounds),
    data: array('u8', ['length'], 'the piece'),
  }),
  needs: Capability.emulator,
});

/** Restores a snapshot, sent in pieces. */
export const restore = defineCommand({
  code: 0x52,
  name: 'restore',
  meaning: 'Restores a snapshot, sent in pieces from offset 0 on. It takes effect with the last piece.',
  request: struct({
    total: u32('size of the whole snapshot', 'bytes', { minimum: 1, maximum: MAX_SNAPSHOT }),
    offset: u32('position of this piece: the size of all pieces before it', 'bytes', {
      maximum: MAX_SNAPSHOT - 1,
    }),
    length: u32('size of this piece', 'bytes', pieceBounds),
    data: array('u8', ['length'], 'the piece'),
  }),
  response: struct({ complete: u8('1 with the last piece', '', { maximum: 1 }) }),
  changesDevices: true,
  needs: Capability.emulator,
});

/** Makes one device stuck or dead, or repairs it. */
export const setFault = defineCommand({
  code: 0x53,
  name: 'setFault',
  meaning: 'Makes one device stuck or dead, or repairs it.',
  request: struct({
    core: u16('core', '', { maximum: MAX_CORES - 1 }),
    row: u16('row', '', { maximum: MAX_EXTENT - 1 }),
    column: u16('column', '', { maximum: MAX_EXTENT - 1 }),
    polarity: u8('0 plus, 1 minus', '', { maximum: 1 }),
    device: u8('device within the polarity', '', { maximum: 254 }),
    fault: u16('0 none, 1 stuck in SET, 2 stuck in RESET, 3 dead (no conductance)', '', {
      maximum: DeviceFault.dead,
    }),
  }),
  response: struct({}),
  changesDevices: true,
  needs: Capability.emulator,
});

/** Reads the temperature of the chip, in degrees Celsius. */
export const readTemperature = defineCommand({
  code: 0x54,
  name: 'readTemperature',
  meaning: 'Reads the temperature of the chip.',
  request: struct({}),
  response: struct({ celsius: f64('temperature', '°C', celsiusBounds) }),
  needs: Capability.temperature,
});

/** Sets the temperature of the chip, in degrees Celsius. */
export const setTemperature = defineCommand({
  code: 0x55,
  name: 'setTemperature',
  meaning: 'Sets the temperature of the chip from now on. Conductance and drift of its devices depend on it.',
  request: struct({
    celsius: f64("temperature, within the chip's limits", '°C', celsiusBounds),
  }),
  response: struct({}),
  needs: Capability.temperature,
});
