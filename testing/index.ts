export { type Counters, type EmulatorOptions, type Faults, Emulator, startEmulator } from './emulator.js';
export type { FaultyDevice } from './faulty-devices.js';
export { Recorder } from './recorder.js';
export { type Relay, type Tap, startRelay } from './relay.js';
export { type Replay, replay } from './replay.js';
export { RecordingError } from './session-log.js';
