import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../cli/rig.js';

/** One entry of the exports map that is code. */
export interface Entry {
  /** Name that it is imported by, say `pcm-hil/drivers/node`. */
  readonly name: string;
  /** Folder of its index file, say `drivers/node`. */
  readonly folder: string;
}

const { name: packageName, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  name: string;
  exports: Record<string, string | { types: string; default: string }>;
};

/** The entries of the exports map; assets, which are not code, are left out. */
export const entries: readonly Entry[] = Object.entries(exports).flatMap(([path, files]) =>
  typeof files === 'string'
    ? []
    : [{ name: packageName + path.slice(1), folder: dirname(files.default).replace('./dist/', '') }],
);

/** Entries that need Node: files, sockets or threads. */
const nodeOnly = ['boards', 'training', 'testing', 'conformance'];

/** Entries that must run in a page: all others. */
export const pureEntries = entries.filter(
  ({ folder }) => !folder.endsWith('/node') && !nodeOnly.includes(folder),
);
