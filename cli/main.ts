#!/usr/bin/env node
import { Command } from 'commander';
import { arm } from './commands/arm.js';
import { calibrate } from './commands/calibrate.js';
import { clock } from './commands/clock.js';
import { conformance } from './commands/conformance.js';
import { data } from './commands/data.js';
import { demo } from './commands/demo.js';
import { drift } from './commands/drift.js';
import { emulate } from './commands/emulate.js';
import { flash } from './commands/flash.js';
import { info } from './commands/info.js';
import { learn } from './commands/learn.js';
import { list } from './commands/list.js';
import { multiply } from './commands/multiply.js';
import { program } from './commands/program.js';
import { protocol } from './commands/protocol.js';
import { read } from './commands/read.js';
import { record } from './commands/record.js';
import { refresh } from './commands/refresh.js';
import { train } from './commands/train.js';
import { verify } from './commands/verify.js';
import { exitCodeOf, sentenceOf } from './failure.js';
import { packageVersion } from './version.js';

const pcm = new Command('pcm')
  .description('Drive and emulate boards with phase-change-memory in-memory-computing chips.')
  .version(packageVersion)
  .showHelpAfterError("Run 'pcm help' to see what there is.");

for (const command of [
  demo,
  emulate,
  list,
  info,
  flash,
  verify,
  learn,
  program,
  read,
  multiply,
  clock,
  calibrate,
  drift,
  refresh,
  arm,
  train,
  data,
  conformance,
  protocol,
  record,
]) {
  pcm.addCommand(command);
}

// Commander reports wrong usage itself, on every subcommand, and would leave with 1.
for (const command of [pcm, ...pcm.commands, ...pcm.commands.flatMap(({ commands }) => commands)]) {
  command.exitOverride();
}

try {
  await pcm.parseAsync();
} catch (error) {
  const sentence = sentenceOf(error);
  if (sentence) process.stderr.write(`${sentence}\n`);
  process.exitCode = exitCodeOf(error);
}
