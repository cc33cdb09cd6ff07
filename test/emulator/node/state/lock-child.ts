import { openSync, writeSync } from 'node:fs';
import { FileLock } from '../../../../emulator/node/state/file-lock.js';
import { StateError } from '../../../../emulator/index.js';

/**
 * Takes the lock of a file again and again, until it is killed: node lock-child.js FILE LOG NAME. Appends a line
 * to the log when it has the lock (+NAME), a few while it holds it (=NAME), and one before it lets go (-NAME).
 * The system puts the lines of all processes in order.
 */
const [path, log, name] = process.argv.slice(2);
const file = openSync(log, 'a');
const say = (what: string) => writeSync(file, `${what}${name}\n`);

for (let round = 0; ; round++) {
  try {
    const lock = new FileLock(path);
    say('+');
    for (let line = 0; line < round % 4; line++) say('=');
    // long enough to be killed with it
    if (round % 8 === 7) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    if (round % 8 === 7) say('=');
    say('-');
    lock.release();
  } catch (error) {
    if (!(error instanceof StateError) || !error.message.includes('in use by')) throw error;
  }
}
