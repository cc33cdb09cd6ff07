export { type EmulatorOptions, type Faults, Emulator, startEmulator } from './emulator.js';
export type { FaultyDevice } from './faulty-devices.js';
