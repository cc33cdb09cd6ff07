export { readRecording, writeRecording } from './recording-file.js';
