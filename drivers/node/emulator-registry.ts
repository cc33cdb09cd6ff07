import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Where the running emulators of this user leave a note: a small JSON file each, named for the process. */
const folder = (): string =>
  process.env.XDG_RUNTIME_DIR
    ? join(process.env.XDG_RUNTIME_DIR, 'pcm-hil')
    : join(tmpdir(), `pcm-hil-${userInfo().username}`);

/** Notes that this process emulates a board at these addresses. Call what is returned when it stops. */
export function registerEmulator(boards: readonly string[]): () => void {
  const path = join(folder(), `${process.pid}.json`);
  mkdirSync(folder(), { recursive: true, mode: 0o700 });
  writeFileSync(path, JSON.stringify({ boards }));
  return () => rmSync(path, { force: true });
}

/** Addresses of the emulators whose process lives; the notes of others are removed. */
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
    return []; // no emulator ever ran
  }
}

function boardsOf(path: string): string[] {
  try {
    const { boards } = JSON.parse(readFileSync(path, 'utf8')) as { boards: string[] };
    return boards;
  } catch {
    return []; // it is just being written, or was just removed
  }
}

function isRunning(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
