export { fastCrc32 } from './fast-crc32.js';
