import { Option } from 'commander';
import { type ConformanceReport, junitXml, runConformance } from '../../../conformance/index.js';
import { OutputFile } from '../../files/output-file.js';
import { withBoard, withDial } from '../../board/board.js';
import { wholeNumber } from '../../arguments.js';
import { BoardCommand, type BoardOptions, countOption, jsonOption } from '../../options.js';
import { print } from '../../terminal/output.js';
import { showProgress } from '../../terminal/progress.js';

interface ConformanceOptions extends BoardOptions {
  destructive?: boolean;
  bail?: boolean;
  junit?: string;
  patience: number;
  idle: number;
  json?: boolean;
}

export const conformance = new BoardCommand('conformance')
  .description("check a board's firmware against every rule of the protocol")
  .option('--destructive', 'also run checks that program devices and write to the user area')
  .option('--bail', 'stop at the first check that fails')
  .option('--junit <file>', 'also write the report as JUnit XML')
  .addOption(countOption('--patience <ms>', 'maximum time for the board to answer, in milliseconds', 5000))
  .addOption(
    new Option('--idle <ms>', 'silence that a session must survive, in milliseconds')
      .argParser(wholeNumber(0))
      .default(3000),
  )
  .addBoardOptions()
  .addOption(jsonOption())
  .action(async ({ board, json, junit, bail, wait, ...options }: ConformanceOptions) => {
    await using report = await OutputFile.open(junit);
    // The checks open links of their own, and want none but theirs.
    if (wait) await withBoard({ board, token: options.token, wait }, () => Promise.resolve());
    const progress = showProgress('checking');
    const result = await withDial(board, (dial) =>
      runConformance({
        ...options,
        stopAtFailure: bail,
        dial,
        onResult: ({ name }, done, total) => progress.update(done, total, name),
      }),
    ).finally(() => progress.end());
    print({ board, ...result }, describe(result), json);
    if (result.failed > 0) process.exitCode = 1;
    await report.write(() => junitXml(result));
  });

const marks = { passed: 'ok    ', failed: 'FAILED', skipped: 'skip  ' };

function describe({ passed, failed, skipped, checks }: ConformanceReport): string {
  const lines = checks.map(({ name, outcome, detail }) =>
    detail ? `${marks[outcome]} ${name}\n         ${detail}` : `${marks[outcome]} ${name}`,
  );
  return [...lines, `${passed} passed, ${failed} failed, ${skipped} skipped.`].join('\n');
}
