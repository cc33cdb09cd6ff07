import { command } from '../declaration/command.js';
import { array, f64, padding, text, u16, u32, u64, u8 } from '../declaration/fields.js';
import { struct } from '../declaration/struct.js';

export const hello = command({
  code: 0x01,
  name: 'hello',
  meaning:
    'Opens a session, or resumes it after a lost link. Sent with request id 0, answered at once. Requests are then numbered from 1, and executed once each in the order of their numbers.',
  request: struct({
    session: u64('number that the host draws; the same number resumes, another one starts anew'),
    token: text(64, 'secret that the board was started with, or empty'),
    host: text(64, 'who asks, for the message that a second host gets'),
  }),
  response: struct({
    session: u64('as asked'),
    maxPayload: u32('greatest payload that the board takes and sends', 'bytes'),
    nextId: u32('id of the request that the board executes next; 1 in a new session'),
    window: u16('requests that may be under way: id n + window is sent only after n was answered'),
    resumed: u8('1 where the board still held this session with its last answers'),
  }),
});

export const information = command({
  code: 0x02,
  name: 'information',
  meaning: 'What the board is.',
  request: struct({}),
  response: struct({
    vendor: text(32, 'vendor'),
    product: text(32, 'product'),
    serial: text(32, 'serial number'),
    firmware: text(16, 'firmware version'),
    profile: text(32, 'name of the chip family or of the emulated profile'),
    cores: u16('cores, each one crossbar'),
    rows: u16('unit-cell rows of a core'),
    columns: u16('unit-cell columns of a core'),
    devicesPerPolarity: u8('devices that make up one polarity of a unit cell'),
    inputBits: u8('bits of a signed input code'),
    adcBits: u8('bits of a signed ADC code'),
    scaleFractionBits: u8('fraction bits of the fixed-point column scale'),
    conductanceMax: u16('greatest target conductance of one polarity', 'nS'),
    programming: u16('0 statistical, 1 pulses'),
    reserved: padding(2),
    userBytes: u32('size of the user area', 'bytes'),
    capabilities: u32('bits: 1 emulator (clock, snapshot, restore, faults)'),
    adcStep: f64('sum of input code x conductance that one ADC code stands for', 'nS'),
    driftStart: f64('time after programming that conductances refer to', 's'),
  }),
});

export const status = command({
  code: 0x03,
  name: 'status',
  meaning: "The board's clock and counters since it was made.",
  request: struct({}),
  response: struct({
    clock: f64("the board's clock", 's'),
    programmedPairs: u64('pairs programmed by program-and-verify'),
    setPulses: u64('SET pulses given'),
    resetPulses: u64('RESET pulses given'),
    multiplications: u64('input vectors multiplied, counted per core'),
    reads: u64('conductances read, counted per polarity'),
  }),
});

const userRange = { offset: u32('first byte', 'bytes'), length: u32('number of bytes', 'bytes') };

export const readUserData = command({
  code: 0x08,
  name: 'readUserData',
  meaning: 'Reads from the small area where hosts keep calibration and the identity of the flashed model.',
  request: struct(userRange),
  response: struct({ ...userRange, data: array('u8', ['length'], 'what is stored there') }),
});

export const writeUserData = command({
  code: 0x09,
  name: 'writeUserData',
  meaning: 'Writes to the user area; it survives loss of power.',
  request: struct({ ...userRange, data: array('u8', ['length'], 'what to store') }),
  response: struct({}),
});
