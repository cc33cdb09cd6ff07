import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { LinkError } from '../../drivers/index.js';
import { openBoard } from '../../boards/index.js';
import { type ActionRun, runAction } from './runner.js';

const onPosix = process.platform === 'win32' ? test.skip : test;

/** The package to install: the tarball in PCM_PACKAGE. Without it, `pcm` of the build is on the path. */
const tarball = process.env.PCM_PACKAGE ?? '';

function run(t: ExecutionContext, inputs: Record<string, string>): ActionRun {
  const folder = mkdtempSync(join(tmpdir(), 'pcm-action-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const tools = join(folder, 'tools');
  mkdirSync(tools);
  if (tarball === '') {
    const pcm = join(tools, 'pcm');
    writeFileSync(pcm, `#!/bin/sh\nexec '${process.execPath}' '${resolve('dist/cli/main.js')}' "$@"\n`);
    chmodSync(pcm, 0o755);
  }
  const environment = { ...process.env, PCM_BOARD: undefined, PATH: `${tools}:${process.env.PATH}` };
  return runAction('action.yml', { package: tarball, ...inputs }, join(folder, 'runner'), environment);
}

const installed = tarball === '' ? [] : ['Install'];

onPosix('commands run with a board in PCM_BOARD, and the emulator is stopped after them', async (t) => {
  const { ran, failed, log, outputs } = run(t, {
    profile: 'pcm-like',
    seed: '7',
    run: 'echo "at $PCM_BOARD"\npcm info',
  });
  t.false(failed, log);
  t.deepEqual(ran, [...installed, 'Start', 'Run', 'Stop']);
  t.regex(log, /at tcp:\/\/127\.0\.0\.1:\d+/);
  t.regex(log, /serial +pcm-like-7/);
  await t.throwsAsync(openBoard(outputs.board), { instanceOf: LinkError });
});

onPosix('if commands fail, the job fails, the emulator is stopped and its log kept', async (t) => {
  const { ran, failed, outputs } = run(t, { run: 'false\npcm info' });
  t.true(failed);
  t.deepEqual(ran, [...installed, 'Start', 'Run', 'Stop', 'Keep the log']);
  await t.throwsAsync(openBoard(outputs.board), { instanceOf: LinkError });
});

onPosix('an emulator that cannot start fails the job and says why', (t) => {
  const { ran, failed, log } = run(t, { profile: 'no-such-profile', run: 'pcm info' });
  t.true(failed);
  t.deepEqual(ran, [...installed, 'Start', 'Stop', 'Keep the log']);
  t.regex(log, /There is no profile "no-such-profile"/);
});

onPosix('without commands, the emulator answers for the following steps', async (t) => {
  const { ran, variables, outputs } = run(t, {});
  t.deepEqual(ran, [...installed, 'Start']);
  t.is(variables.PCM_BOARD, outputs.board);
  await using board = await openBoard(variables.PCM_BOARD);
  t.is(board.information.profile, 'hermes');
  process.kill(Number(variables.PCM_EMULATOR_PID));
});
