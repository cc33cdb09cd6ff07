import type { Check } from './check.js';
import { emulationChecks } from './checks/emulation.js';
import { exactlyOnceChecks } from './checks/exactly-once.js';
import { frameChecks } from './checks/frames.js';
import { helloChecks } from './checks/hello.js';
import { longCommandChecks } from './checks/long-commands.js';
import { productChecks } from './checks/products.js';
import { programmingChecks } from './checks/programming.js';
import { readingChecks } from './checks/reading.js';
import { refusalChecks } from './checks/refusals.js';
import { resynchronisationChecks } from './checks/resynchronisation.js';
import { writingChecks } from './checks/writing.js';

/** Everything that a board must do. The first checks are those that the others build on. */
export const checks: readonly Check[] = [
  ...helloChecks,
  ...frameChecks,
  ...resynchronisationChecks,
  ...exactlyOnceChecks,
  ...readingChecks,
  ...refusalChecks,
  ...programmingChecks,
  ...writingChecks,
  ...productChecks,
  ...longCommandChecks,
  ...emulationChecks,
];
