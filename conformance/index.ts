export { type Check, ConformanceError, Skip } from './check.js';
export { checks } from './checks.js';
export { junitXml } from './junit.js';
export * from './run.js';
