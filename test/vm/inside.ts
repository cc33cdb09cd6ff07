import { end } from './check.js';
import { checkCommands } from './command-checks.js';
import { checkDevice } from './device-checks.js';

// Runs as root in the virtual machine, see run.ts.

await checkDevice();
await checkCommands();
end();
