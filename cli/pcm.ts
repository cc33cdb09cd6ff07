import { Command } from 'commander';
import { exitCodeOf, sentenceOf } from './terminal/failure.js';
import { complain, guardOutput } from './terminal/output.js';
import { packageVersion } from './version.js';

/** Each is loaded only when needed: loading all of them takes longer than many a command runs. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  demo: async () => (await import('./commands/model/demo.js')).demo,
  emulate: async () => (await import('./commands/emulation/emulate.js')).emulate,
  list: async () => (await import('./commands/board/list.js')).list,
  info: async () => (await import('./commands/board/info.js')).info,
  flash: async () => (await import('./commands/model/flash.js')).flash,
  verify: async () => (await import('./commands/model/verify.js')).verify,
  learn: async () => (await import('./commands/model/learn.js')).learn,
  classify: async () => (await import('./commands/model/classify.js')).classify,
  program: async () => (await import('./commands/board/program.js')).program,
  read: async () => (await import('./commands/board/read.js')).read,
  multiply: async () => (await import('./commands/board/multiply.js')).multiply,
  clock: async () => (await import('./commands/board/clock.js')).clock,
  calibrate: async () => (await import('./commands/drift/calibrate.js')).calibrate,
  drift: async () => (await import('./commands/drift/drift.js')).drift,
  refresh: async () => (await import('./commands/model/refresh.js')).refresh,
  arm: async () => (await import('./commands/model/arm.js')).arm,
  train: async () => (await import('./commands/training/train.js')).train,
  import: async () => (await import('./commands/training/import.js')).importCommand,
  data: async () => (await import('./commands/training/data.js')).data,
  conformance: async () => (await import('./commands/emulation/conformance.js')).conformance,
  protocol: async () => (await import('./commands/emulation/protocol.js')).protocol,
  record: async () => (await import('./commands/emulation/record.js')).record,
};

const pcm = new Command('pcm')
  .description('Drive and emulate boards with phase-change-memory in-memory-computing chips.')
  .version(packageVersion)
  .addHelpText(
    'after',
    `
Start with 'pcm demo': it needs no hardware and writes a page.
'pcm COMMAND --help' shows the options of a command.
Without --board or PCM_BOARD, a command that needs a board makes an emulated one
that is gone when the command ends. 'pcm emulate' runs a board that several
commands can use.`,
  )
  .showHelpAfterError("Run 'pcm help' for a list of commands.");
guardOutput();

const asked = process.argv[2] ?? '';
for (const name of Object.hasOwn(commands, asked) ? [asked] : Object.keys(commands)) {
  pcm.addCommand(await commands[name]());
}

// Commander reports wrong usage itself, but would end the process with 1.
for (const command of [pcm, ...pcm.commands, ...pcm.commands.flatMap(({ commands }) => commands)]) {
  command.exitOverride().configureOutput({ writeErr: complain });
}

try {
  await pcm.parseAsync();
} catch (error) {
  const sentence = sentenceOf(error);
  if (sentence) complain(`${sentence}\n`);
  process.exitCode = exitCodeOf(error);
}
