import { Capability, command } from '../declaration/command.js';
import { array, f64, u16, u32, u8 } from '../declaration/fields.js';
import { struct } from '../declaration/struct.js';

/** What a device can be forced to be. */
export const DeviceFault = { none: 0, stuckSet: 1, stuckReset: 2, dead: 3 } as const;
export type DeviceFault = (typeof DeviceFault)[keyof typeof DeviceFault];

export const advanceClock = command({
  code: 0x50,
  name: 'advanceClock',
  meaning: "Moves the board's clock forward.",
  request: struct({ seconds: f64('how far, 0 or more', 's') }),
  response: struct({ clock: f64('the clock afterwards', 's') }),
  needs: Capability.emulator,
});

export const snapshot = command({
  code: 0x51,
  name: 'snapshot',
  meaning:
    'Reads the whole state of the chip piece by piece; a piece from offset 0 takes the snapshot that the others belong to.',
  request: struct({
    offset: u32('first byte', 'bytes'),
    length: u32('greatest length of the piece', 'bytes'),
  }),
  response: struct({
    total: u32('size of the whole snapshot', 'bytes'),
    length: u32('size of this piece', 'bytes'),
    data: array('u8', ['length'], 'the piece'),
  }),
  needs: Capability.emulator,
});

export const restore = command({
  code: 0x52,
  name: 'restore',
  meaning: 'Puts back a snapshot, sent piece by piece from offset 0; it takes effect with the last piece.',
  request: struct({
    total: u32('size of the whole snapshot', 'bytes'),
    offset: u32('where this piece belongs; the size of what was sent before', 'bytes'),
    length: u32('size of this piece', 'bytes'),
    data: array('u8', ['length'], 'the piece'),
  }),
  response: struct({ complete: u8('1 with the last piece') }),
  changesDevices: true,
  needs: Capability.emulator,
});

export const setFault = command({
  code: 0x53,
  name: 'setFault',
  meaning: 'Makes one device stuck or dead, or whole again.',
  request: struct({
    core: u16('core'),
    row: u16('row'),
    column: u16('column'),
    polarity: u8('0 plus, 1 minus'),
    device: u8('device within the polarity'),
    fault: u16('0 none, 1 stuck in SET, 2 stuck in RESET, 3 dead (no conductance)'),
  }),
  response: struct({}),
  changesDevices: true,
  needs: Capability.emulator,
});

export const readTemperature = command({
  code: 0x54,
  name: 'readTemperature',
  meaning: 'Says how warm the chip is.',
  request: struct({}),
  response: struct({ celsius: f64('temperature', '°C') }),
  needs: Capability.temperature,
});

export const setTemperature = command({
  code: 0x55,
  name: 'setTemperature',
  meaning: 'Makes the chip warmer or colder from now on: what its devices conduct, and how fast they drift.',
  request: struct({ celsius: f64("temperature, within the chip's limits", '°C') }),
  response: struct({}),
  needs: Capability.temperature,
});
