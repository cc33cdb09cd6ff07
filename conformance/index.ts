export type { Bench, Limits } from './bench.js';
export { type Check, ConformanceError, Skip } from './check.js';
export { checks } from './checks.js';
export { junitXml } from './junit.js';
export {
  type CheckOutcome,
  type CheckResult,
  type ConformanceOptions,
  type ConformanceReport,
  runConformance,
} from './run.js';
