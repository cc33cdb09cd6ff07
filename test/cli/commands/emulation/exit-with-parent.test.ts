import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { main } from '../../rig.js';

const onUnix = process.platform === 'win32' ? test.skip : test;
const onLinux = process.platform === 'linux' ? test : test.skip;

const emulate = [main, 'emulate', '--tcp', '127.0.0.1:0', '--json'];

/** Starts what a script of Node says, which prints the address of an emulator. Returns it with that address. */
async function parentOf(script: string, env?: NodeJS.ProcessEnv) {
  const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'], env });
  const [line] = (await once(createInterface(parent.stdout), 'line')) as [string];
  return { parent, board: new URL((JSON.parse(line) as { board: string }).board) };
}

/** Starts an emulator by a command and its arguments; its standard input is that of /dev/null, or a pipe. */
const spawning = (command: string, args: readonly string[], input: 'ignore' | 'pipe') =>
  `const child = require('node:child_process').spawn(${JSON.stringify(command)}, ${JSON.stringify(args)},
    { stdio: ['${input}', 'inherit', 'inherit'] });
  process.on('SIGUSR2', () => child.stdin.end());
  setInterval(() => undefined, 1000);`;

const answers = async ({ hostname, port }: URL): Promise<boolean> => {
  const response = await fetch(`http://${hostname}:${port}/`).catch((error: Error) => error);
  const { cause } = response as Error;
  return (cause as NodeJS.ErrnoException | undefined)?.code !== 'ECONNREFUSED';
};

async function isGone(t: ExecutionContext, board: URL): Promise<void> {
  for (let tries = 0; tries < 100 && (await answers(board)); tries++) await wait(100);
  t.false(await answers(board));
}

async function kill(parent: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = once(parent, 'exit');
  parent.kill(signal);
  await ended;
}

onUnix('an emulator ends with the program that started it, when that is killed', async (t) => {
  const script = spawning(process.execPath, [...emulate, '--exit-with-parent'], 'ignore');
  const { parent, board } = await parentOf(script);
  t.true(await answers(board));
  await wait(1500); // it does not end by itself
  t.true(await answers(board));
  await kill(parent, 'SIGKILL');
  await isGone(t, board);
});

onUnix('an emulator ends when its standard input is closed', async (t) => {
  const script = spawning(process.execPath, [...emulate, '--exit-with-parent'], 'pipe');
  const { parent, board } = await parentOf(script);
  await wait(700);
  t.true(await answers(board));
  parent.kill('SIGUSR2');
  await isGone(t, board);
  await kill(parent, 'SIGKILL');
});

// As npx does: a shell stands between npx and the program
onLinux('an emulator ends with npx, though the shell between them goes on', async (t) => {
  const words = [process.execPath, ...emulate, '--exit-with-parent'].map((word) => `'${word}'`).join(' ');
  const script = spawning('sh', ['-c', `${words}; true`], 'ignore');
  const { parent, board } = await parentOf(script, { ...process.env, npm_command: 'exec' });
  await wait(700);
  t.true(await answers(board));
  await kill(parent, 'SIGKILL');
  await isGone(t, board);
});
