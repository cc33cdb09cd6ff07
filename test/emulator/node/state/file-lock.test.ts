import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { StateError } from '../../../../emulator/index.js';
import { createEmulatedBoard } from '../../../../emulator/node/index.js';
import { FileLock } from '../../../../emulator/node/state/file-lock.js';
import {
  IN_USE,
  flockCommand,
  flockOfLibc,
  openExclusive,
} from '../../../../emulator/node/state/open-exclusive.js';
import { integers, profileWith } from '../../chip/helpers.js';

const folder = mkdtempSync(join(tmpdir(), 'pcm-lock-'));
const profile = profileWith('hermes', { rows: 6, columns: 5 });
const open = (state: string) => createEmulatedBoard({ profile, seed: 4, state });
const onUnix = process.platform === 'win32' ? test.skip : test;
const onLinux = process.platform === 'linux' ? test : test.skip;

/** How often the lock is taken, and how many processes are killed over it, at least. */
const size = process.env.PCM_TEST_HEAVY ? { locks: 10_000, kills: 150 } : { locks: 300, kills: 10 };

/**
 * A line of the log that could not be written if one process at a time held the lock, or undefined; and how many
 * were killed while they held it.
 */
function doubleHold(log: string, killed: ReadonlySet<string>): { problem?: string; killedHolders: number } {
  let holder: string | undefined;
  let killedHolders = 0;
  for (const line of log.split('\n').filter((text) => text !== '')) {
    const [what, name] = [line[0], line.slice(1)];
    const isFree = holder === undefined || killed.has(holder);
    if (what === '+' ? !isFree : holder !== name)
      return { problem: `${line} while ${holder} held it`, killedHolders };
    if (what === '+' && holder !== undefined) killedHolders++;
    holder = what === '-' ? undefined : name;
  }
  return { killedHolders };
}

test('three processes that race for a lock, and are killed at work, never hold it together', async (t) => {
  t.timeout(600_000);
  const path = join(folder, 'raced');
  const log = join(folder, 'log');
  writeFileSync(log, '');
  const script = fileURLToPath(new URL('lock-child.js', import.meta.url));
  const killed = new Set<string>();
  const failures: string[] = [];
  let started = 0;
  const start = () => {
    const name = `${started++}`;
    const stdio: SpawnOptions['stdio'] = ['ignore', 'ignore', 'pipe'];
    const child = spawn(process.execPath, [script, path, log, name], { stdio });
    child.stderr!.setEncoding('utf8').on('data', (text: string) => failures.push(text));
    return { name, child, ended: once(child, 'close') };
  };
  const racing = [start(), start(), start()];
  const locks = () => readFileSync(log, 'utf8').match(/^\+/gm)?.length ?? 0;
  const delays = integers(60);
  for (let kill = 0; failures.length === 0 && kill < size.kills; kill++) {
    const { name, child, ended } = racing.shift()!;
    // killed while it holds the lock, as far as can be seen from here, or a little later
    const holds = () => new RegExp(`[+=]${name}\n$`).test(readFileSync(log, 'utf8'));
    while (!holds() && failures.length === 0) await wait(3);
    await wait(kill % 3 === 0 ? delays.next().value! : 0);
    killed.add(name);
    child.kill('SIGKILL');
    await ended;
    racing.push(start());
  }
  while (failures.length === 0 && locks() < size.locks) await wait(50);
  for (const { name, child, ended } of racing) {
    killed.add(name);
    child.kill('SIGKILL');
    await ended;
  }
  t.deepEqual(failures, []);
  const { problem, killedHolders } = doubleHold(readFileSync(log, 'utf8'), killed);
  t.is(problem, undefined);
  t.log(`${locks()} locks, ${killed.size} kills, ${killedHolders} of them of the holder`);
  new FileLock(path).release();
  t.false(existsSync(`${path}.lock`));
});

onLinux('the lock of the C library and that of the command flock are one', (t) => {
  const path = join(folder, 'calls');
  for (const first of [flockOfLibc, flockCommand]) {
    const file = openExclusive(path, [first]);
    t.not(file, IN_USE);
    for (const second of [flockOfLibc, flockCommand]) t.is(openExclusive(path, [second]), IN_USE);
    closeSync(file);
  }
  const neither = t.throws(() => openExclusive(path, []));
  t.regex(neither!.message, /neither the optional package koffi nor the command 'flock'/);
});

onUnix('a symbolic link leads to the lock of its file, and stays when the file is replaced', (t) => {
  const path = join(folder, 'real.pcm');
  const link = join(folder, 'link.pcm');
  symlinkSync('real.pcm', link);
  open(link).close(); // the file is made where the link leads
  t.true(lstatSync(path).isFile());
  const around = join(folder, 'around');
  symlinkSync(folder, around);
  const board = open(path);
  for (const other of [link, join(around, 'real.pcm'), join(around, 'link.pcm')]) {
    const error = t.throws(() => open(other), { instanceOf: StateError });
    t.regex(error!.message, new RegExp(`in use by process ${process.pid};`));
  }
  board.close();
  t.is(readlinkSync(link), 'real.pcm');
  const second = open(link);
  t.throws(() => open(path), { instanceOf: StateError });
  second.close();
  open(path).close();
});

onUnix('what cannot keep a state is refused with the reason, and not waited for', (t) => {
  const twice = join(folder, 'twice.pcm');
  open(twice).close();
  linkSync(twice, join(folder, 'second.pcm'));
  symlinkSync('round', join(folder, 'round'));
  mkdirSync(join(folder, 'folder'));
  const reasons: Record<string, RegExp> = {
    [twice]: /has a second name \(a hard link\), under which it would fall behind; copy it\. Name/,
    [join(folder, 'round')]: /its links lead in a circle/,
    [join(folder, 'folder')]: /it is no regular file/,
    '/dev/zero': /it is no regular file/,
    [join(folder, 'missing', 'chip.pcm')]: /ENOENT.*in a folder that exists\.$/,
    '/proc/chip.pcm': /cannot be locked: E.*a folder of this machine that you can write to/,
  };
  for (const [path, reason] of Object.entries(reasons))
    t.regex(t.throws(() => open(path), { instanceOf: StateError })!.message, reason, path);
});

test('a file beside it that nobody holds is no lock, whatever it says', (t) => {
  const path = join(folder, 'left.pcm');
  writeFileSync(`${path}.lock`, `${process.ppid}\n`);
  open(path).close();
  t.false(existsSync(`${path}.lock`));
});
