// Builds the Containerfile in a temporary folder, starts its program and asks it for its information.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { openBoard } from '../../boards/index.js';
import { build, copyContext } from './containerfile.js';

const folder = mkdtempSync(join(tmpdir(), 'pcm-container-'));
try {
  const context = join(folder, 'context');
  copyContext('.', context);
  const { root, workdir, command, port } = build('Containerfile', context, folder);
  const everywhere = `0.0.0.0:${port}`;
  if (!command.includes(everywhere)) throw new Error(`The program does not listen on ${everywhere}.`);
  // For this test it listens on a free local port.
  const args = command.slice(1).map((word) => (word === everywhere ? '127.0.0.1:0' : word));
  const emulator = spawn(command[0], [...args, '--json'], {
    cwd: join(root, workdir),
    env: {
      ...process.env,
      PCM_TOKEN: 'secret',
      PATH: [join(root, 'usr/local/bin'), process.env.PATH].join(delimiter),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = await once(emulator.stdout, 'data');
    const { board: url } = JSON.parse(String(line)) as { board: string };
    await using board = await openBoard(url, { token: 'secret' });
    process.stdout.write(`${url} is ${board.information.product} ${board.information.serial}\n`);
  } finally {
    emulator.kill();
    await once(emulator, 'close');
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
