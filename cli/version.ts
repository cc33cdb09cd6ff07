import { readFileSync } from 'node:fs';

const file = new URL('../../package.json', import.meta.url);

/** The version in package.json. */
export const packageVersion = (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
