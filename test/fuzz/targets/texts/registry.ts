import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { registeredEmulators, registerEmulator } from '../../../../drivers/node/index.js';
import { printable } from '../../../../protocol/index.js';
import { jsonWords, mutateText } from '../../mutate-json.js';
import { bytesOf, require, type Target } from '../../target.js';
import { Scratch } from '../files/scratch.js';

const scratch = new Scratch();

/** Registers an emulator and returns the path of its note. */
function note(): string {
  process.env.XDG_RUNTIME_DIR = dirname(scratch.path('note'));
  registerEmulator(['tcp://127.0.0.1:1']);
  const folder = process.env.XDG_RUNTIME_DIR;
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return join(
    folder,
    names.find((name) => name.endsWith('.json'))!,
  );
}
let notePath: string | undefined;

export const registry: Target = {
  name: 'registry',
  reads: 'notes of running emulators',
  refusals: [],
  seeds: () => [
    bytesOf(JSON.stringify({ boards: [] })),
    bytesOf(JSON.stringify({ boards: ['tcp://127.0.0.1:7411', 'usb:1209:0001'] })),
  ],
  read(input) {
    writeFileSync((notePath ??= note()), input);
    const { boards, problems } = registeredEmulators();
    for (const list of [boards, problems])
      require(Array.isArray(list) &&
        list.every(
          (text) => typeof text === 'string' && text === printable(text),
        ), 'It is no list of texts.');
    require(boards.length === 0 || problems.length === 0, 'A note that was read is told as a problem.');
  },
  mutate: mutateText,
  words: jsonWords,
};
