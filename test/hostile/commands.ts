import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { encodeNpy } from '../../data/index.js';
import { bundledModels } from '../../network/node/index.js';
import { writeAlphabet, writeShapes } from '../cli/fixtures/images.js';

export const main = fileURLToPath(new URL('../../cli/main.js', import.meta.url));
const run = promisify(execFile);

const help = async (...args: string[]): Promise<string> =>
  (await run(process.execPath, [main, ...args])).stdout;

/** The commands of `pcm` that take `--board`, as its own help lists them. */
export async function boardCommands(): Promise<string[]> {
  const names = [...(await help('help')).matchAll(/^ {2}([a-z]+)/gm)].map(([, name]) => name);
  const commands = names.filter((name) => name !== 'help');
  const texts = await Promise.all(commands.map((name) => help('help', name)));
  return commands.filter((_, i) => texts[i].includes('--board <url>'));
}

/** How each command is run, apart from `--board`. The files that it needs are made in `folder`. */
export async function argumentsOf(folder: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const [targets, inputs] = [join(folder, 'targets.npy'), join(folder, 'inputs.npy')];
  const shape = [2, 256, 256];
  await writeFile(targets, encodeNpy({ shape, data: new Float32Array(2 * 256 * 256).fill(5) }));
  await writeFile(inputs, encodeNpy({ shape: [4, 256], data: new Int8Array(4 * 256).fill(1) }));
  const data = await writeAlphabet(join(folder, 'drawings'), 4);
  const drawn = await writeShapes(join(folder, 'shapes'));
  const { omniglot, arm } = bundledModels;
  const task = ['--data', data, '--tasks', '1', '--ways', '3', '--shots', '1', '--queries', '2'];
  const out = (name: string) => ['--out', join(folder, name)];
  return {
    demo: ['demo', ...out('demo.html')],
    info: ['info'],
    flash: ['flash', omniglot],
    verify: ['verify', omniglot],
    learn: ['learn', omniglot, ...task],
    classify: ['classify', omniglot, drawn.files[0]],
    program: ['program', '--core', '0', '--targets', targets],
    read: ['read', '--core', '0', ...out('read.npy')],
    multiply: ['multiply', '--core', '0', '--inputs', inputs, ...out('codes.npy')],
    clock: ['clock', '--advance', '1h'],
    calibrate: ['calibrate'],
    drift: ['drift', omniglot, ...task, '--times', '1h'],
    refresh: ['refresh', omniglot],
    arm: ['arm', arm, '--trajectories', '1', '--copies', '1'],
    conformance: ['conformance'],
    record: ['record', ...out('session.pcmlog'), '--', process.execPath, main, 'info'],
  };
}
