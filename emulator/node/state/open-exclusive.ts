import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { createRequire } from 'node:module';

// Node has no call that locks a file, and each system locks in its own way. All of them release a lock when its
// process ends, however it ends.

/** Another process has locked the file. */
export const IN_USE = -1;

const { O_RDWR, O_CREAT } = constants;
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
const NO_WAIT = constants.O_NONBLOCK ?? 0;

/** Flags of `open` that lock: the systems from BSD lock as `flock` does; for libuv on Windows it is a share mode of 0. */
const O_EXLOCK: Readonly<Partial<Record<NodeJS.Platform, number>>> = {
  darwin: 0x20,
  freebsd: 0x20,
  openbsd: 0x20,
  win32: 0x1000_0000,
};

/**
 * Opens a file that no other process has opened with this function; makes it if it is missing. Returns its
 * descriptor, which holds the lock until it is closed, or `IN_USE`. Errors: those of the file system; `Error`
 * if the system cannot lock.
 */
export function openExclusive(path: string, calls: readonly Flock[] = [flockOfLibc, flockCommand]): number {
  const exclusive = O_EXLOCK[process.platform];
  if (exclusive !== undefined) return openLocked(path, exclusive);
  const file = openSync(path, O_RDWR | O_CREAT | NO_FOLLOW);
  try {
    for (const flock of calls) {
      const got = flock(file);
      if (got === true) return file;
      if (got === false) return closed(file);
    }
  } catch (error) {
    closed(file);
    throw error;
  }
  closed(file);
  throw new Error("neither the optional package koffi nor the command 'flock' is installed");
}

function openLocked(path: string, exclusive: number): number {
  try {
    return openSync(path, O_RDWR | O_CREAT | NO_FOLLOW | NO_WAIT | exclusive);
  } catch (error) {
    // EBUSY: a sharing violation of Windows
    if (['EAGAIN', 'EBUSY'].includes((error as NodeJS.ErrnoException).code ?? '')) return IN_USE;
    throw error;
  }
}

function closed(file: number): number {
  closeSync(file);
  return IN_USE;
}

/**
 * Locks an open file with flock(2), which belongs to the open file and not to the process that made the call.
 * Returns whether it is locked now; undefined if this way to call it does not exist here. Errors: if the file
 * system cannot lock.
 */
export type Flock = (file: number) => boolean | undefined;

const LOCK_EX = 2;
const LOCK_NB = 4;

/** By the C library, through the optional package koffi. */
export const flockOfLibc: Flock = (file) => {
  const koffi = loadKoffi();
  if (!koffi) return undefined;
  const flock = koffi.load(null).func('int flock(int, int)') as (file: number, how: number) => number;
  if (flock(file, LOCK_EX | LOCK_NB) === 0) return true;
  const { EWOULDBLOCK, EAGAIN } = koffi.os.errno;
  const reason = koffi.errno();
  if (reason === EWOULDBLOCK || reason === EAGAIN) return false;
  throw new Error(`flock failed with error number ${reason}; does its file system have locks?`);
};

/** By the command of util-linux or busybox, which gets the open file as its descriptor 3. */
export const flockCommand: Flock = (file) => {
  const { error, status, stderr } = spawnSync('flock', ['-x', '-n', '3'], {
    stdio: ['ignore', 'ignore', 'pipe', file],
    encoding: 'utf8',
  });
  if (error) return undefined;
  if (status === 0) return true;
  if (status === 1 && stderr === '') return false;
  throw new Error(`flock failed with ${stderr.trim() || status}; does its file system have locks?`);
};

function loadKoffi(): typeof import('koffi') | undefined {
  try {
    return createRequire(import.meta.url)('koffi') as typeof import('koffi');
  } catch {
    return undefined;
  }
}
