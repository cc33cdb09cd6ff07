import { writeSync } from 'node:fs';
import { flashTargets, flashedProfile, keptChip } from './flashing.js';
import { defaults, finish, wholeCore } from '../../chip/helpers.js';

/**
 * Flashes a chip with a state file over and over until it is killed: node flashing-child.js FILE FIRST. Says
 * "open", then the number of each flash that is finished.
 */
const [path, first] = process.argv.slice(2);
const profile = flashedProfile();
const { chip } = keptChip(profile, path);
writeSync(1, 'open\n');
for (let flash = Number(first); ; flash++) {
  for (let core = 0; core < profile.cores; core++)
    finish(chip.program(core, wholeCore(profile), flashTargets(profile, flash), defaults));
  writeSync(1, `${flash}\n`);
}
