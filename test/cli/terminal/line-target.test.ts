import { closeSync, read } from 'node:fs';
import { promisify } from 'node:util';
import test from 'ava';
import { UsageError } from '../../../cli/terminal/failure.js';
import { openLineTarget } from '../../../cli/terminal/line-target.js';
import { LinkError } from '../../../drivers/index.js';
import { openPseudoTerminal } from '../../../emulator/node/endpoints/pseudo-terminal.js';
import { drawMovement, MovementSet } from '../../../network/arm/movement.js';
import { streamMovement } from '../../../runtime/arm/stream.js';

const grid = { steps: 100, stepSeconds: 0.002 };
const movement = drawMovement(MovementSet.test, 1, 0, grid);
const onTerminal = process.platform === 'win32' ? test.skip : test;

/** All that arrives at the descriptor until `lines` lines are there. */
async function readLines(descriptor: number, lines: number): Promise<string[]> {
  const buffer = new Uint8Array(65536);
  let text = '';
  while (text.split('\n').length <= lines) {
    const bytes = await promisify(read)(descriptor, buffer, 0, buffer.length, null).then(
      ({ bytesRead }) => bytesRead,
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EAGAIN') throw error;
        return 0;
      },
    );
    text += new TextDecoder().decode(buffer.subarray(0, bytes));
    if (bytes === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return text.split('\n').slice(0, lines);
}

onTerminal('a controller on a serial line gets every step of a movement, in order', async (t) => {
  const terminal = await openPseudoTerminal();
  const target = await openLineTarget(`serial:${terminal.path}`);
  const received = readLines(terminal.master, 101);
  await streamMovement(0, movement, grid.stepSeconds, (line) => target.write(line));
  const steps = (await received).map((line) => JSON.parse(line).step);
  t.deepEqual(
    steps,
    Array.from({ length: 101 }, (_, step) => step),
  );
  await target.close();
  closeSync(terminal.master);
});

onTerminal('a serial line that goes away is an error that says so', async (t) => {
  const terminal = await openPseudoTerminal();
  const target = await openLineTarget(`serial:${terminal.path}`);
  const error = await t.throwsAsync(
    streamMovement(0, movement, grid.stepSeconds, async (line) => {
      await target.write(line);
      if (JSON.parse(line).step === 10) closeSync(terminal.master);
    }),
    { instanceOf: LinkError },
  );
  t.regex(error.message, /went away while joint angles were streamed/);
  await target.close();
});

test('a target of another kind is refused', async (t) => {
  await t.throwsAsync(openLineTarget('udp:9000'), {
    instanceOf: UsageError,
    message: "--stream takes ndjson or serial:PATH?baudRate=N, not 'udp:9000'.",
  });
});
