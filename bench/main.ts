import { cpus } from 'node:os';
import { benchArm } from './arm.js';
import { benchCalibration } from './calibration.js';
import { benchDevices } from './devices.js';
import { benchEmulators } from './emulators.js';
import { benchLinks } from './links.js';
import { describe, type Figure } from './measure.js';
import { benchMultiplication } from './multiplication.js';
import { benchTask } from './task.js';
import { benchTemperature } from './temperature.js';
import { benchTransports } from './transports.js';

const benches: Record<string, () => Promise<Figure[]>> = {
  multiplication: benchMultiplication,
  devices: benchDevices,
  links: benchLinks,
  arm: benchArm,
  task: benchTask,
  transports: benchTransports,
  emulators: benchEmulators,
  calibration: benchCalibration,
  temperature: benchTemperature,
};

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !(name in benches));
if (unknown !== undefined) {
  console.error(
    `There is no benchmark '${unknown}'; name some of ${Object.keys(benches).join(', ')}, or none for all.`,
  );
  process.exit(2);
}
console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0].model}; medians of interleaved runs`);
for (const [name, bench] of Object.entries(benches)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.log(`\n${name}`);
  for (const figure of await bench()) console.log(describe(figure));
}
