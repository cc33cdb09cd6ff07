import { fstatSync, readFileSync } from 'node:fs';

/** Time between two looks at the parent, in milliseconds. */
const INTERVAL = 500;

/**
 * Resolves when the program that started this one has ended, or closes its standard input. Under npx, which
 * puts a shell between itself and the program, also when npx has ended.
 */
export function parentEnds(): Promise<void> {
  return new Promise((resolve) => {
    const parents = watched();
    const timer = setInterval(() => {
      if (parents.every(isThere)) return;
      clearInterval(timer);
      resolve();
    }, INTERVAL);
    timer.unref();
    // Only a pipe tells when its writer has ended; reading from a terminal would stop a program in the background.
    if (isPipe()) process.stdin.on('end', resolve).on('error', resolve).resume();
  });
}

/** A process, and its parent as it was first seen. */
interface Watched {
  process: number;
  parent: number;
}

function watched(): Watched[] {
  const own = { process: process.pid, parent: process.ppid };
  const above = process.env.npm_command === undefined ? undefined : parentOf(own.parent);
  return above === undefined ? [own] : [own, { process: own.parent, parent: above }];
}

/** Whether the parent of a process still is the one it had: an orphan gets another one. */
function isThere({ process: child, parent }: Watched): boolean {
  if (child !== process.pid) return parentOf(child) === parent;
  return process.ppid === parent && isAlive(parent);
}

/** Parent of another process; undefined if the process has ended, or the system does not show it. */
function parentOf(id: number): number | undefined {
  try {
    // its name, in brackets, may contain anything
    const [, parent] = /^.*\) \S (\d+) /s.exec(readFileSync(`/proc/${id}/stat`, 'latin1'))!;
    return Number(parent);
  } catch {
    return undefined;
  }
}

/** Windows gives an orphan no other parent. */
function isAlive(id: number): boolean {
  if (process.platform !== 'win32') return true;
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
}

function isPipe(): boolean {
  try {
    const input = fstatSync(0);
    return input.isFIFO() || input.isSocket();
  } catch {
    return false; // closed
  }
}
