import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { Command } from 'commander';
import { pcm, root } from '../cli/rig.js';
import { codeSpansOf, pages } from './markdown.js';
import { callsOf, shellLines } from './shell.js';

/** `pcm` with every command, none of which does anything. */
const program = new Command('pcm');
for (const command of await commandsOf('cli/commands')) program.addCommand(command);
const all = [...program.commands, ...program.commands.flatMap(({ commands }) => commands)];
for (const command of all) {
  command.exitOverride().configureOutput({ writeErr: () => undefined });
  if (command.commands.length === 0) command.action(() => undefined);
}

/** The commands that the files of a folder export; those that belong to another command come with it. */
async function commandsOf(folder: string): Promise<Command[]> {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => pathToFileURL(join(root, 'dist', folder, file.replace(/\.ts$/, '.js'))).href);
  const modules = await Promise.all(files.map((file) => import(file) as Promise<Record<string, unknown>>));
  return modules
    .flatMap((module) => Object.values(module))
    .filter((value): value is Command => value instanceof Command && value.parent === null);
}

test('the commands are those of pcm', async (t) => {
  const { stdout } = await pcm('--help');
  const shown = [...stdout.split('Commands:')[1].matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name);
  t.deepEqual([...program.commands.map((command) => command.name()), 'help'].sort(), shown.sort());
});

test('pcm takes every command line of the documents as it stands', (t) => {
  const calls = pages.flatMap(({ path, blocks }) =>
    blocks
      .filter(({ language }) => language === 'sh')
      .flatMap(shellLines)
      .flatMap(callsOf)
      .map((args) => ({ path, args })),
  );
  t.true(calls.length > 30, `${calls.length} calls`);
  const problems = calls.flatMap(({ path, args }) => {
    try {
      program.parse(args, { from: 'user' });
      return [];
    } catch (error) {
      return [`${path}: pcm ${args.join(' ')}: ${(error as Error).message}`];
    }
  });
  t.deepEqual(problems, []);
});

test('commands and options that the text names exist', (t) => {
  const problems = pages.flatMap((page) =>
    codeSpansOf(page)
      .filter((code) => !isKnown(code))
      .map((code) => `${page.path}: ${code}`),
  );
  t.deepEqual(problems, []);
});

/** Whether code in a text names no command or option of `pcm` that there is not. */
function isKnown(code: string): boolean {
  const anyCommand = new Set(all.flatMap(optionsOf));
  if (code.startsWith('--')) return namedIn(code.split(' ')).every((option) => anyCommand.has(option));
  return callsOf(code).every((args) => {
    const [command, rest] = resolve(args);
    if (command === program && rest.length > 0 && !rest[0].startsWith('-')) return false;
    return namedIn(rest).every((option) => optionsOf(command).includes(option));
  });
}

/** The command that is called, and the arguments behind its name. */
function resolve(args: readonly string[], within = program): [Command, readonly string[]] {
  const [name, ...rest] = args;
  const found = within.commands.find((command) => command.name() === name);
  return found ? resolve(rest, found) : [within, args];
}

const optionsOf = ({ options }: Command): string[] => ['--help', ...options.map(({ long }) => long ?? '')];

/** Names of the options in a call; what follows `--` belongs to another command. */
function namedIn(args: readonly string[]): string[] {
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  return own.filter((word) => word.startsWith('--')).map((word) => word.split('=')[0]);
}
