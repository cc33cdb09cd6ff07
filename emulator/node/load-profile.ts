import { readFileSync } from 'node:fs';
import { type Profile, ProfileError, isBundled, parseProfile, profileNames } from '../profile/profile.js';

/**
 * Loads a profile by name, or from the user's JSON file, in which `"extends": NAME` takes over every entry of
 * that profile that the file does not have itself.
 * Errors: `ProfileError` for an unknown name or file and for a profile that is not valid.
 */
export const loadProfile = (nameOrFile: string): Profile =>
  parseProfile(nameOrFile, readJson(nameOrFile), readJson);

function readJson(nameOrFile: string): unknown {
  const bundled = new URL(`../profiles/${nameOrFile}.json`, import.meta.url);
  let text: string;
  try {
    text = readFileSync(isBundled(nameOrFile) ? bundled : nameOrFile, 'utf8');
  } catch {
    throw new ProfileError(
      `There is no profile "${nameOrFile}": name one of ${profileNames.join(', ')} or a JSON file.`,
    );
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ProfileError(`The profile ${nameOrFile} is not JSON: ${(error as Error).message}.`);
  }
}
