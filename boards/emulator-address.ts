import { type NodeBoardOptions, loadProfile } from '../emulator/node/index.js';
import { AddressError } from '../drivers/index.js';
import { clockModeOf } from '../emulator/index.js';

const parameters = ['seed', 'programming', 'clock', 'state'];

/**
 * Parses `emulator:PROFILE?seed=N&programming=MODE&clock=MODE&state=FILE`. Each parameter may be left out and
 * means the same as the option of `pcm emulate` with its name. Errors: `AddressError`, `ProfileError`.
 */
export function parseEmulatorAddress(address: string): NodeBoardOptions {
  const match = /^emulator:([^?]*)(?:\?(.*))?$/i.exec(address);
  const refuse = (why: string) =>
    new AddressError(
      `'${address}' is not the address of an emulator: ${why}; write emulator:PROFILE?seed=N, such as emulator:hermes?seed=1.`,
    );
  if (!match) throw refuse('it cannot be read');
  // A + is part of a name here, and no blank as in the forms of the web
  const query = new URLSearchParams(match[2]?.replaceAll('+', '%2B'));
  const unknown = [...query.keys()].find((name) => !parameters.includes(name));
  if (unknown !== undefined) throw refuse(`it has no parameter '${unknown}', only ${parameters.join(', ')}`);
  const twice = [...query.keys()].find((name, at, names) => names.indexOf(name) < at);
  if (twice !== undefined) throw refuse(`it has the parameter '${twice}' twice`);

  const seed = Number(query.get('seed') ?? 1);
  if (!Number.isSafeInteger(seed) || seed < 0) throw refuse('the seed must be a whole number of at least 0');
  const clock = clockModeOf(query.get('clock') ?? 'manual');
  if (!clock) throw refuse('the clock must be manual, real, or a factor such as 3600 (an hour per second)');
  const state = query.get('state') ?? undefined;
  if (state === '') throw refuse('the state must be the name of a file');
  const profile = loadProfile(match[1] || 'hermes');
  const programming = query.get('programming') ?? profile.programming.mode;
  if (programming !== 'statistical' && programming !== 'pulses')
    throw refuse('programming must be statistical or pulses');
  profile.programming.mode = programming;
  return { profile, seed, clock, state };
}
