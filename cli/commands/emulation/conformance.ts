import { Command, Option } from 'commander';
import { type ConformanceReport, junitXml, runConformance } from '../../../conformance/index.js';
import { writeWhole } from '../../../network/node/index.js';
import { withDial } from '../../board/board.js';
import { type BoardOptions, boardOption, jsonOption, tokenOption, wholeNumber } from '../../options.js';
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

export const conformance = new Command('conformance')
  .description("put a board's firmware to every rule of the protocol")
  .option('--destructive', 'also what programs devices and writes the user area')
  .option('--bail', 'stop at the first check that fails')
  .option('--junit <file>', 'write the report as JUnit XML as well')
  .addOption(
    new Option('--patience <ms>', 'how long the board may take for an answer')
      .argParser(wholeNumber(1))
      .default(5000),
  )
  .addOption(
    new Option('--idle <ms>', 'how long a session must survive silence')
      .argParser(wholeNumber(0))
      .default(3000),
  )
  .addOption(boardOption())
  .addOption(tokenOption())
  .addOption(jsonOption())
  .action(async ({ board, json, junit, bail, ...options }: ConformanceOptions) => {
    const progress = showProgress('checking');
    const report = await withDial(board, (dial) =>
      runConformance({
        ...options,
        stopAtFailure: bail,
        dial,
        onResult: ({ name }, done, total) => progress.update(done, total, name),
      }),
    ).finally(() => progress.end());
    if (junit) await writeWhole(junit, junitXml(report));
    print({ board, ...report }, describe(report), json);
    if (report.failed > 0) process.exitCode = 1;
  });

const marks = { passed: 'ok    ', failed: 'FAILED', skipped: 'skip  ' };

function describe({ passed, failed, skipped, checks }: ConformanceReport): string {
  const lines = checks.map(({ name, outcome, detail }) =>
    detail ? `${marks[outcome]} ${name}\n         ${detail}` : `${marks[outcome]} ${name}`,
  );
  return [...lines, `${passed} passed, ${failed} failed, ${skipped} skipped.`].join('\n');
}
