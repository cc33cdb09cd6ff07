import type { Check } from './check.js';
import { changingChecks } from './checks/changing.js';
import { emulationChecks } from './checks/emulation.js';
import { exactlyOnceChecks } from './checks/exactly-once.js';
import { frameChecks } from './checks/frames.js';
import { helloChecks } from './checks/hello.js';
import { longCommandChecks } from './checks/long-commands.js';
import { productChecks } from './checks/products.js';
import { readingChecks } from './checks/reading.js';
import { refusalChecks } from './checks/refusals.js';
import { resynchronisationChecks } from './checks/resynchronisation.js';

/** All that a board must do, what others build on first. */
export const checks: readonly Check[] = [
  ...helloChecks,
  ...frameChecks,
  ...resynchronisationChecks,
  ...exactlyOnceChecks,
  ...readingChecks,
  ...refusalChecks,
  ...changingChecks,
  ...productChecks,
  ...longCommandChecks,
  ...emulationChecks,
];
