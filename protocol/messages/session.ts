import { defineCommand } from '../declaration/command.js';
import { array, f64, padding, text, u16, u32, u64, u8 } from '../declaration/fields.js';
import { struct } from '../declaration/struct.js';
import { clockBounds, MAX_CORES, MAX_EXTENT, MAX_PAYLOAD, MAX_USER_BYTES, MIN_PAYLOAD } from './limits.js';

/** Maximum length of a token, in bytes as UTF-8. */
export const MAX_TOKEN_BYTES = 64;

/** Opens a session, or resumes it after a lost link. */
export const hello = defineCommand({
  code: 0x01,
  name: 'hello',
  meaning:
    'Opens a session, or resumes it after a lost link. It has request id 0 and is answered at once. Later requests are numbered from 1, and each is executed once, in the order of the numbers.',
  request: struct({
    session: u64(
      'random number of the host; the same number resumes a session, another one opens a new session',
    ),
    token: text(MAX_TOKEN_BYTES, 'secret that the board was started with, or empty'),
    host: text(64, 'name of the host, for the refusal that a second host gets'),
  }),
  response: struct({
    session: u64('as requested'),
    maxPayload: u32('maximum payload that the board takes and sends', 'bytes', {
      minimum: MIN_PAYLOAD,
      maximum: MAX_PAYLOAD,
    }),
    nextId: u32('id of the next request to execute; 1 in a new session', '', { minimum: 1 }),
    window: u16(
      'maximum number of requests under way: id n + window may be sent only after n is answered',
      '',
      {
        minimum: 1,
        maximum: 4096,
      },
    ),
    resumed: u8('1 if the board still has this session with its last answers', '', { maximum: 1 }),
  }),
});

/** Describes the board. */
export const information = defineCommand({
  code: 0x02,
  name: 'information',
  meaning: 'Describes the board.',
  request: struct({}),
  response: struct({
    vendor: text(32, 'vendor'),
    product: text(32, 'product'),
    serial: text(32, 'serial number'),
    firmware: text(16, 'firmware version'),
    profile: text(32, 'name of the chip family, or of the emulated profile'),
    cores: u16('number of cores; each is one crossbar', '', { minimum: 1, maximum: MAX_CORES }),
    rows: u16('unit-cell rows per core', '', { minimum: 1, maximum: MAX_EXTENT }),
    columns: u16('unit-cell columns per core', '', { minimum: 1, maximum: MAX_EXTENT }),
    devicesPerPolarity: u8('devices per polarity of a unit cell', '', { minimum: 1 }),
    inputBits: u8('bits of a signed input code', '', { minimum: 2, maximum: 8 }),
    adcBits: u8('bits of a signed ADC code', '', { minimum: 2, maximum: 16 }),
    scaleFractionBits: u8('fraction bits of the fixed-point column scale', '', { maximum: 15 }),
    conductanceMax: u16('maximum target conductance of one polarity', 'nS', { minimum: 1 }),
    programming: u16('0 statistical, 1 pulses', '', { maximum: 1 }),
    reserved: padding(2),
    userBytes: u32('size of the user area', 'bytes', { maximum: MAX_USER_BYTES }),
    capabilities: u32('bits: 1 emulator (clock, snapshot, restore, faults), 2 temperature'),
    adcStep: f64('sum of input code x conductance per ADC code', 'nS', { minimum: 1e-9, maximum: 1e12 }),
    driftStart: f64(
      'time after programming at which conductances are specified; drift counts from there',
      's',
      clockBounds,
    ),
  }),
});

/** Reads the board's clock and counters. */
export const status = defineCommand({
  code: 0x03,
  name: 'status',
  meaning: "Reads the board's clock and its counters, which count over the whole life of the board.",
  request: struct({}),
  response: struct({
    clock: f64("the board's clock", 's', clockBounds),
    programmedPairs: u64('pairs programmed by program-and-verify'),
    setPulses: u64('SET pulses given'),
    resetPulses: u64('RESET pulses given'),
    multiplications: u64('input vectors multiplied, counted per core'),
    reads: u64('conductances read, counted per polarity'),
  }),
});

const userRange = {
  offset: u32('first byte', 'bytes', { maximum: MAX_USER_BYTES - 1 }),
  length: u32('number of bytes', 'bytes', { maximum: MAX_USER_BYTES }),
};

/** Reads bytes of the user area. */
export const readUserData = defineCommand({
  code: 0x08,
  name: 'readUserData',
  meaning: 'Reads the user area. Hosts keep calibration and the identity of the flashed model there.',
  request: struct(userRange),
  response: struct({ ...userRange, data: array('u8', ['length'], 'the stored bytes') }),
  settled: { offset: ['offset'], length: ['length'] },
});

/** Writes bytes of the user area. */
export const writeUserData = defineCommand({
  code: 0x09,
  name: 'writeUserData',
  meaning: 'Writes to the user area. It survives a loss of power.',
  request: struct({ ...userRange, data: array('u8', ['length'], 'the bytes to store') }),
  response: struct({}),
});
