import { cpus } from 'node:os';
import { benchArm } from './runtime/arm.js';
import { benchCalibration } from './runtime/calibration.js';
import { benchDevices } from './emulator/devices.js';
import { benchEmulators } from './emulator/emulators.js';
import { benchLinks } from './transports/links.js';
import { describe, type Figure } from './fixtures/measure.js';
import { benchMultiplication } from './emulator/multiplication.js';
import { benchTask } from './runtime/task.js';
import { benchTemperature } from './runtime/temperature.js';
import { benchTransports } from './transports/transports.js';

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
    `There is no benchmark '${unknown}'; name one or more of ${Object.keys(benches).join(', ')}, or none for all.`,
  );
  process.exit(2);
}
console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0].model}; medians of interleaved runs`);
for (const [name, bench] of Object.entries(benches)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.log(`\n${name}`);
  for (const figure of await bench()) console.log(describe(figure));
}
