import { spawn } from 'node:child_process';
import { Command } from 'commander';
import { openWhole } from '../../../network/node/index.js';
import { Recorder, RecordingError, startRelay } from '../../../testing/index.js';
import { withDial } from '../../board/board.js';
import { checkName } from '../../files/output-file.js';
import { type BoardOptions, boardOption, jsonOption, tokenOption } from '../../options.js';
import { counted, say } from '../../terminal/output.js';

interface RecordOptions extends BoardOptions {
  out: string;
  json?: boolean;
}

export const record = new Command('record')
  .description('run a command and record every request to the board with its answer')
  .requiredOption(
    '--out <file>',
    "recording to write, such as session.pcmlog; 'pcm emulate --replay' answers from it (required)",
  )
  .argument('<command...>', 'command and its arguments, after --; it must use the board in PCM_BOARD')
  .addOption(boardOption())
  .addOption(tokenOption())
  .addOption(jsonOption())
  .action(async (command: string[], { board, out, token, json }: RecordOptions) => {
    // A full disk is told at the end: the command keeps its board until then.
    checkName(out);
    const file = await openWhole(out);
    const recorder = new Recorder(board, (line) => file.write(`${line}\n`));
    let code: number;
    try {
      code = await withDial(board, async (dial) => {
        const relay = await startRelay(dial, recorder.tap);
        try {
          return await run(command, { PCM_BOARD: relay.url, PCM_TOKEN: token });
        } finally {
          await relay.close();
        }
      });
      if (recorder.count === 0) throw noRequest();
      await file.finish();
    } finally {
      await file.discard();
    }
    const summary = { board, out, requests: recorder.count, exitCode: code };
    // Standard output belongs to the command.
    say(json ? JSON.stringify(summary) : `${counted(recorder.count, 'request')} written to ${out}.`);
    process.exitCode = code;
  });

const noRequest = () =>
  new RecordingError('The command sent no request to the board; it must use the board in PCM_BOARD.');

/**
 * Runs a command; returns its exit code, or 1 if a signal ended it. Errors: `RecordingError` if there is no
 * such command.
 */
function run([command, ...args]: string[], variables: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...variables } });
    child.on('error', () => reject(new RecordingError(`There is no command '${command}' to run.`)));
    child.on('close', (code) => resolve(code ?? 1));
  });
}
