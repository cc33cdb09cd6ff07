import { closeSync, openSync, readSync } from 'node:fs';
import {
  type Profile,
  ProfileError,
  UnknownProfileError,
  isBundled,
  parseProfile,
  profileNames,
} from '../profile/profile.js';

/**
 * Loads a profile by name, or from the user's JSON file, in which `"extends": NAME` takes over every entry of
 * that profile that the file does not have itself.
 * Errors: `UnknownProfileError` for an unknown name or file; `ProfileError` for a profile that is not valid.
 */
export const loadProfile = (nameOrFile: string): Profile =>
  parseProfile(nameOrFile, readJson(nameOrFile), readJson);

function readJson(nameOrFile: string): unknown {
  const bundled = new URL(`../profiles/${nameOrFile}.json`, import.meta.url);
  let text: string;
  try {
    text = readText(isBundled(nameOrFile) ? bundled : nameOrFile);
  } catch (error) {
    if (error instanceof ProfileError) throw error;
    throw new UnknownProfileError(
      `There is no profile "${nameOrFile}": name one of ${profileNames.join(', ')} or a JSON file.`,
    );
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ProfileError(`The profile ${nameOrFile} is not JSON: ${(error as Error).message}.`);
  }
}

/** Larger than any profile, in bytes. */
const MAX_BYTES = 1024 * 1024;

/** The text of a file, which may be a pipe or a device that tells no size. Errors: `ProfileError` if it is large. */
function readText(path: string | URL): string {
  const file = openSync(path, 'r');
  try {
    const bytes = new Uint8Array(MAX_BYTES);
    for (let length = 0; length < MAX_BYTES;) {
      const more = readSync(file, bytes, length, MAX_BYTES - length, null);
      if (more === 0) return new TextDecoder().decode(bytes.subarray(0, length));
      length += more;
    }
  } finally {
    closeSync(file);
  }
  throw new ProfileError(`${path.toString()} is larger than 1 MiB, which no profile is; name another file.`);
}
