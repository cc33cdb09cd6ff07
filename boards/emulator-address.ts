import { type NodeBoardOptions, loadProfile } from '../emulator/node/index.js';
import { AddressError } from '../drivers/index.js';
import { clockModeOf } from '../emulator/index.js';

const parameters = ['seed', 'programming', 'clock', 'state'];

/**
 * The board that an address `emulator:PROFILE?seed=N&programming=MODE&clock=MODE&state=FILE` describes; each parameter
 * as the option of `pcm emulate` of its name, and each may be left out.
 * Errors: `AddressError`, `ProfileError`.
 */
export function parseEmulatorAddress(address: string): NodeBoardOptions {
  const match = /^emulator:([^?]*)(?:\?(.*))?$/i.exec(address);
  const refuse = (why: string) =>
    new AddressError(
      `'${address}' is no address of an emulator: ${why}; write emulator:PROFILE?seed=N, say emulator:hermes?seed=1.`,
    );
  if (!match) throw refuse('it cannot be read');
  const query = new URLSearchParams(match[2]);
  const unknown = [...query.keys()].find((name) => !parameters.includes(name));
  if (unknown !== undefined) throw refuse(`there is no '${unknown}', only ${parameters.join(', ')}`);

  const seed = Number(query.get('seed') ?? 1);
  if (!Number.isSafeInteger(seed) || seed < 0) throw refuse('a seed is a whole number of at least 0');
  const clock = clockModeOf(query.get('clock') ?? 'manual');
  if (!clock) throw refuse('a clock is manual, real, or how many times faster than real');
  const state = query.get('state') ?? undefined;
  if (state === '') throw refuse('a state is the name of a file');
  const profile = loadProfile(match[1] || 'hermes');
  const programming = query.get('programming') ?? profile.programming.mode;
  if (programming !== 'statistical' && programming !== 'pulses')
    throw refuse('programming is statistical or pulses');
  profile.programming.mode = programming;
  return { profile, seed, clock, state };
}
