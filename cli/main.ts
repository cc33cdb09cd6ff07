#!/usr/bin/env node
// The entry of the command `pcm`. It must be read by a Node that is too old for the rest, so nothing is imported
// before the version is known.

/** Oldest version that works, as in package.json. */
const OLDEST = [20, 19];

const [major, minor] = process.versions.node.split('.').map(Number);
if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) {
  await import('./pcm.js');
} else {
  process.stderr.write(
    `pcm needs Node ${OLDEST.join('.')} or later, and this is Node ${process.versions.node}; install a newer one from https://nodejs.org.\n`,
  );
  process.exitCode = 1;
}
