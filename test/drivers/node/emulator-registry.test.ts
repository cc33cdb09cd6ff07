import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { PrivateFolderError, registerEmulator, registeredEmulators } from '../../../drivers/node/index.js';

const onUnix = process.platform === 'win32' ? test.skip : test.serial;

/** A fresh folder of this user's own as XDG_RUNTIME_DIR; returns the place of the registry in it. */
function freshRuntime(): string {
  process.env.XDG_RUNTIME_DIR = mkdtempSync(join(tmpdir(), 'pcm-run-'));
  return join(process.env.XDG_RUNTIME_DIR, 'pcm-hil');
}

/** A note of this process, which runs, under a number of its own. */
const note = (folder: string, number: number) =>
  join(folder, `${process.pid}-${number.toString(16).padStart(16, '0')}.json`);

onUnix('a running emulator is registered in a folder and a note that are closed to others', (t) => {
  const folder = freshRuntime();
  const remove = registerEmulator(['tcp://127.0.0.1:7411']);
  t.deepEqual(registeredEmulators(), { boards: ['tcp://127.0.0.1:7411'], problems: [] });
  const names = readdirSync(folder);
  t.is(names.length, 1);
  t.is(statSync(folder).mode & 0o777, 0o700);
  t.is(statSync(join(folder, names[0])).mode & 0o777, 0o600);
  remove();
  t.deepEqual(registeredEmulators(), { boards: [], problems: [] });
});

onUnix('the note of a process that has ended is removed, and no other file', (t) => {
  const folder = freshRuntime();
  registerEmulator(['tcp://127.0.0.1:1'])();
  const ended = Number(
    execFileSync(process.execPath, ['-e', 'console.log(process.pid)'], { encoding: 'utf8' }),
  );
  writeFileSync(join(folder, `${ended}-0123456789abcdef.json`), '{"boards":["tcp://127.0.0.1:2"]}');
  writeFileSync(join(folder, 'notes.json'), 'of the user');
  t.deepEqual(registeredEmulators(), { boards: [], problems: [] });
  t.deepEqual(readdirSync(folder), ['notes.json']);
});

onUnix('what is no note of an emulator is told, and the other emulators are found', (t) => {
  const folder = freshRuntime();
  const remove = registerEmulator(['tcp://127.0.0.1:7411']);
  const bad: unknown[] = [
    { boards: 5 },
    5,
    null,
    [],
    { boards: [5] },
    { boards: ['tcp://127.0.0.1:1\u001b]0;title\u0007'] },
    { boards: ['emulator:hermes?state=/etc/passwd'] },
    { boards: Array(9).fill('tcp://127.0.0.1:1') },
    { boards: [`tcp://${'a'.repeat(300)}:1`] },
    { boards: ['tcp://127.0.0.1:1'], more: 'x'.repeat(4096) },
  ];
  bad.forEach((content, i) => writeFileSync(note(folder, i), JSON.stringify(content)));
  writeFileSync(note(folder, 100), '{"boards":["tcp');
  // neither followed nor waited for
  const elsewhere = join(process.env.XDG_RUNTIME_DIR!, 'elsewhere');
  writeFileSync(elsewhere, '{"boards":["tcp://127.0.0.1:3"]}');
  symlinkSync(elsewhere, note(folder, 101));
  execFileSync('mkfifo', [note(folder, 102)]);
  mkdirSync(note(folder, 103));
  const { boards, problems } = registeredEmulators();
  t.deepEqual(boards, ['tcp://127.0.0.1:7411']);
  t.is(problems.length, bad.length + 4);
  for (const problem of problems) t.regex(problem, /^Could not read \/.*; remove it\.$/);
  remove();
});

onUnix('more notes than any user has emulators are not all read', (t) => {
  const folder = freshRuntime();
  registerEmulator([])();
  for (let i = 0; i < 70; i++) writeFileSync(note(folder, i), `{"boards":["tcp://127.0.0.1:${i + 1}"]}`);
  const { boards, problems } = registeredEmulators();
  t.is(boards.length, 64);
  t.regex(problems.join(), /holds 70 notes, of which 64 were read/);
});

onUnix(
  'a folder that another user could change is not used, and nothing is written behind its links',
  (t) => {
    const behind = mkdtempSync(join(tmpdir(), 'pcm-behind-'));
    const place: Record<string, (folder: string) => void> = {
      'is a symbolic link': (folder) => symlinkSync(behind, folder),
      'is open to other users': (folder) => (mkdirSync(folder), chmodSync(folder, 0o755)),
      'is not a folder': (folder) => writeFileSync(folder, 'a file'),
    };
    for (const [problem, make] of Object.entries(place)) {
      make(freshRuntime());
      const error = t.throws(() => registerEmulator(['tcp://127.0.0.1:7411']), {
        instanceOf: PrivateFolderError,
      });
      t.regex(error!.message, new RegExp(`^/.*/pcm-hil ${problem}; remove it, or set XDG_RUNTIME_DIR`));
      t.regex(registeredEmulators().problems.join(), new RegExp(problem));
    }
    t.deepEqual(readdirSync(behind), []);
  },
);

onUnix('without an XDG_RUNTIME_DIR of its own the folder of the user lies in the temporary folder', (t) => {
  const mine = mkdtempSync(join(tmpdir(), 'pcm-tmp-'));
  const open = mkdtempSync(join(tmpdir(), 'pcm-open-'));
  chmodSync(open, 0o755);
  const link = join(mine, 'link');
  symlinkSync(mine, link);
  const { TMPDIR } = process.env;
  process.env.TMPDIR = mine;
  try {
    for (const runtime of [open, link, 'relative', join(mine, 'missing'), '']) {
      process.env.XDG_RUNTIME_DIR = runtime;
      const remove = registerEmulator(['tcp://127.0.0.1:7411']);
      t.is(readdirSync(join(mine, `pcm-hil-${process.geteuid!()}`)).length, 1);
      remove();
    }
    t.deepEqual(readdirSync(open), []);
    // in a folder that everyone can write to, and where names can be taken away, no note is safe
    chmodSync(mine, 0o777);
    const error = t.throws(() => registerEmulator([]), { instanceOf: PrivateFolderError });
    t.regex(error!.message, /lies in a folder that other users can change; set XDG_RUNTIME_DIR/);
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
  t.false(existsSync('relative'));
});
