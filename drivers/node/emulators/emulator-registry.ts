import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { printable } from '../../../protocol/index.js';
import { privateFolder } from './private-folder.js';

/** Maximum size of a note, in bytes. */
const MAX_NOTE = 4096;
/** Maximum number of boards in a note, and of characters in an address. */
const MAX_BOARDS = 8;
const MAX_ADDRESS = 300;
/** Maximum number of notes that are read. */
const MAX_NOTES = 64;

/** A note's name: the number of its process, and what keeps it from the note of an earlier one. */
const noteName = /^(\d{1,10})-[0-9a-f]{16}\.json$/;

/** Windows has neither flag, nor links that a user can make in the folder of another. */
const { O_CREAT, O_EXCL, O_RDONLY, O_WRONLY } = constants;
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
const NO_WAIT = constants.O_NONBLOCK ?? 0;

/** The running emulators of this user. */
export interface RegisteredEmulators {
  /** Their addresses. */
  boards: string[];
  /** What could not be read, one sentence each. */
  problems: string[];
}

/**
 * Registers the addresses at which this process emulates a board, in a note that only this user can read and
 * write. Returns a function that removes it again. Errors: `PrivateFolderError` if other users can change the
 * folder of the notes; those of the file system.
 */
export function registerEmulator(boards: readonly string[]): () => void {
  const path = join(privateFolder(), `${process.pid}-${randomBytes(8).toString('hex')}.json`);
  const part = `${path}.part`;
  const file = openSync(part, O_WRONLY | O_CREAT | O_EXCL | NO_FOLLOW, 0o600);
  try {
    writeSync(file, JSON.stringify({ boards }));
  } finally {
    closeSync(file);
  }
  renameSync(part, path);
  return () => rmSync(path, { force: true });
}

/** All emulators whose process still runs. Removes the notes of the others. */
export function registeredEmulators(): RegisteredEmulators {
  const found: RegisteredEmulators = { boards: [], problems: [] };
  try {
    const folder = privateFolder();
    const running = readdirSync(folder).filter((name) => isOfRunning(folder, name));
    for (const name of running.slice(0, MAX_NOTES)) read(join(folder, name), found);
    if (running.length > MAX_NOTES)
      found.problems.push(`${folder} holds ${running.length} notes, of which ${MAX_NOTES} were read.`);
  } catch (error) {
    found.problems.push(`Could not search for running emulators: ${(error as Error).message}.`);
  }
  return found;
}

/** Whether a file is the note of a process that runs; removes the note of one that has ended. */
function isOfRunning(folder: string, name: string): boolean {
  const match = noteName.exec(name.replace(/\.part$/, ''));
  if (!match) return false;
  if (isRunning(Number(match[1]))) return name.endsWith('.json');
  rmSync(join(folder, name), { force: true });
  return false;
}

function read(path: string, found: RegisteredEmulators): void {
  try {
    found.boards.push(...boardsOf(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return; // the emulator has just ended
    found.problems.push(`Could not read ${printable(path)}: ${(error as Error).message}; remove it.`);
  }
}

function boardsOf(path: string): string[] {
  const file = openSync(path, O_RDONLY | NO_FOLLOW | NO_WAIT);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile() || stats.size > MAX_NOTE) throw new Error('it is not the note of an emulator');
    const bytes = new Uint8Array(MAX_NOTE);
    const text = new TextDecoder().decode(bytes.subarray(0, readSync(file, bytes)));
    return validated(text);
  } finally {
    closeSync(file);
  }
}

/** The addresses in the text of a note. Errors: if it is no note. */
function validated(text: string): string[] {
  const { boards } = (parsed(text) ?? {}) as { boards?: unknown };
  if (!Array.isArray(boards) || boards.length > MAX_BOARDS || !boards.every(isAddress))
    throw new Error('it is not the note of an emulator');
  return boards;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isAddress = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.length <= MAX_ADDRESS &&
  /^(tcp|serial|usb):/.test(value) &&
  value === printable(value);

function isRunning(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
