import { defineCommand } from '../declaration/command.js';
import { array, f32, padding, u16, u32 } from '../declaration/fields.js';
import { struct } from '../declaration/struct.js';
import { MAX_CORES, MAX_EXTENT, MAX_LIST } from './limits.js';

/** Kinds of single pulses. */
export const PulseKind = { set: 1, reset: 2 } as const;
export type PulseKind = (typeof PulseKind)[keyof typeof PulseKind];

const core = u16('core', '', { maximum: MAX_CORES - 1 });
const indexBounds = { maximum: MAX_EXTENT - 1 };
const extentBounds = { minimum: 1, maximum: MAX_EXTENT };
const listBounds = { maximum: MAX_LIST };

const window = {
  rowStart: u16('first row', '', indexBounds),
  rows: u16('number of rows', '', extentBounds),
  columnStart: u16('first column', '', indexBounds),
  columns: u16('number of columns', '', extentBounds),
};

const verify = {
  tolerance: u16("maximum error that verify accepts, 0 for the board's default", 'nS'),
  maxIterations: u16("maximum program-and-verify iterations per pair, 0 for the board's default"),
};

const programReport = struct({
  pairs: u32('pairs to program, as requested'),
  converged: u32('pairs within the tolerance at the last verify'),
  iterations: u32('program-and-verify iterations, summed over the pairs'),
  setPulses: u32('SET pulses given'),
  resetPulses: u32('RESET pulses given'),
  rmsError: f32('root mean square of target minus verified conductance, over all polarities', 'nS', {
    minimum: 0,
    maximum: 1e6,
  }),
});

/** Programs a window of one core to targets [2, rows, columns] in nanosiemens. */
export const program = defineCommand({
  code: 0x10,
  name: 'program',
  meaning: 'Programs a window of one core to target conductances. The board runs program-and-verify.',
  request: struct({
    core,
    ...window,
    ...verify,
    targets: array('u16', [2, 'rows', 'columns'], 'targets: the whole plus polarity, then minus', 'nS'),
  }),
  response: programReport,
  settled: { pairs: ['rows', 'columns'] },
  changesDevices: true,
  long: true,
});

/** Programs single unit cells of one core to targets [2, cells] in nanosiemens. */
export const programCells = defineCommand({
  code: 0x11,
  name: 'programCells',
  meaning: 'Programs single unit cells of one core, both polarities of each. Learning on the device uses it.',
  request: struct({
    core,
    reserved: padding(2),
    ...verify,
    cells: u32('number of unit cells', '', listBounds),
    rows: array('u16', ['cells'], 'row of each cell; no cell may be listed twice', '', indexBounds),
    columns: array('u16', ['cells'], 'column of each cell', '', indexBounds),
    targets: array('u16', [2, 'cells'], 'targets: the whole plus polarity, then minus', 'nS'),
  }),
  response: programReport,
  settled: { pairs: ['cells'] },
  changesDevices: true,
  long: true,
});

/** Gives single pulses to single devices. */
export const pulse = defineCommand({
  code: 0x12,
  name: 'pulse',
  meaning: 'Gives single pulses to single devices in the order of the list, without verify.',
  request: struct({
    core,
    reserved: padding(2),
    pulses: u32('number of pulses', '', listBounds),
    rows: array('u16', ['pulses'], 'row of each pulse', '', indexBounds),
    columns: array('u16', ['pulses'], 'column of each pulse', '', indexBounds),
    polarities: array('u8', ['pulses'], '0 plus, 1 minus', '', { maximum: 1 }),
    devices: array('u8', ['pulses'], 'device within the polarity', '', { maximum: 254 }),
    kinds: array('u8', ['pulses'], '1 SET, 2 RESET', '', {
      minimum: PulseKind.set,
      maximum: PulseKind.reset,
    }),
  }),
  response: struct({ setPulses: u32('SET pulses given'), resetPulses: u32('RESET pulses given') }),
  changesDevices: true,
});

/** Reads conductances [2, rows, columns] in nanosiemens. */
export const read = defineCommand({
  code: 0x20,
  name: 'read',
  meaning: 'Reads the conductances of a window of one core, including read noise.',
  request: struct({ core, ...window, reserved: padding(2) }),
  response: struct({
    rows: u16('as requested'),
    columns: u16('as requested'),
    conductances: array('u16', [2, 'rows', 'columns'], 'the whole plus polarity, then minus', 'nS'),
  }),
  settled: { rows: ['rows'], columns: ['columns'] },
});

/** Multiplies input codes [batch, cores, rows]; answers output codes [batch, cores, columns]. */
export const multiply = defineCommand({
  code: 0x30,
  name: 'multiply',
  meaning:
    'Multiplies input vectors by a window of one core, or of several consecutive cores, each with its own inputs. Rows outside the window get no input.',
  request: struct({
    core: u16('first core', '', { maximum: MAX_CORES - 1 }),
    cores: u16('number of cores', '', { minimum: 1, maximum: MAX_CORES }),
    ...window,
    batch: u16('number of input vectors per core'),
    reserved: padding(2),
    inputs: array('i8', ['batch', 'cores', 'rows'], 'input codes, symmetric about 0', '', {
      minimum: -127,
      maximum: 127,
    }),
  }),
  response: struct({
    batch: u16('as requested'),
    cores: u16('as requested'),
    columns: u16('as requested'),
    reserved: padding(2),
    codes: array('i16', ['batch', 'cores', 'columns'], 'output codes of the digital unit behind each ADC'),
  }),
  settled: { batch: ['batch'], cores: ['cores'], columns: ['columns'] },
});

const columnSpan = { core, columnStart: window.columnStart, columns: window.columns };
const columnAffine = {
  scales: array('i16', ['columns'], 'fixed-point scale; 1 is 2^scaleFractionBits'),
  offsets: array('i16', ['columns'], 'offset, added after scaling', 'codes'),
};

/** Reads the digital unit's scale and offset of columns. */
export const readColumns = defineCommand({
  code: 0x31,
  name: 'readColumns',
  meaning: "Reads the digital unit's scale and offset of columns.",
  request: struct({ ...columnSpan, reserved: padding(2) }),
  response: struct({ columns: u16('as requested'), reserved: padding(2), ...columnAffine }),
  settled: { columns: ['columns'] },
});

/** Sets the digital unit's scale and offset of columns. */
export const writeColumns = defineCommand({
  code: 0x32,
  name: 'writeColumns',
  meaning: "Sets the digital unit's scale and offset of columns: code = round(ADC code x scale) + offset.",
  request: struct({ ...columnSpan, reserved: padding(2), ...columnAffine }),
  response: struct({}),
});
