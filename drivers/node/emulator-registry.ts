import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Folder for this user's running emulators. Each leaves a small JSON file there, named after its process. */
const folder = (): string =>
  process.env.XDG_RUNTIME_DIR
    ? join(process.env.XDG_RUNTIME_DIR, 'pcm-hil')
    : join(tmpdir(), `pcm-hil-${userInfo().username}`);

/**
 * Registers the addresses at which this process emulates a board. Returns a function that removes them again.
 */
export function registerEmulator(boards: readonly string[]): () => void {
  const path = join(folder(), `${process.pid}.json`);
  mkdirSync(folder(), { recursive: true, mode: 0o700 });
  writeFileSync(path, JSON.stringify({ boards }));
  return () => rmSync(path, { force: true });
}

/** Addresses of all emulators whose process still runs. Removes the files of the others. */
export function registeredEmulators(): string[] {
  const boards: string[] = [];
  for (const name of notes()) {
    const path = join(folder(), name);
    if (isRunning(Number.parseInt(name, 10))) boards.push(...boardsOf(path));
    else rmSync(path, { force: true });
  }
  return boards;
}

function notes(): string[] {
  try {
    return readdirSync(folder()).filter((name) => /^\d+\.json$/.test(name));
  } catch {
    return []; // no emulator has run yet
  }
}

function boardsOf(path: string): string[] {
  try {
    const { boards } = JSON.parse(readFileSync(path, 'utf8')) as { boards: string[] };
    return boards;
  } catch {
    return []; // it is being written or has just been removed
  }
}

function isRunning(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
