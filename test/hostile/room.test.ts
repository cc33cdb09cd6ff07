import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { argumentsOf, boardCommands } from './commands.js';
import { malices } from './malices.js';
import { type Ending, meet } from './room.js';

// All malices against all commands: `node dist/test/hostile/run.js`, part of `npm run test:heavy`.

test('every command that takes --board has its part in the room', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'pcm-hostile-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  t.deepEqual(Object.keys(await argumentsOf(folder)).sort(), (await boardCommands()).sort());
});

/** A few that took long, or had no end, before they were put right. */
const meetings = [
  { malice: 'no cores', command: 'info' },
  { malice: 'echo', command: 'conformance' },
  { malice: 'answers of 1 x 1', command: 'read' },
  { malice: 'refusals with an evil text', command: 'clock' },
  { malice: 'TLS server', command: 'record' },
  { malice: 'progress that stands still for ever', command: 'program' },
];

test('a sample of malices meets a sample of commands', async (t) => {
  t.true(Object.keys(malices).length >= 40);
  const endings: Ending[] = [];
  await meet(meetings, 2, (ending) => endings.push(ending));
  for (const { malice, command, problems, output } of endings)
    t.deepEqual(problems, [], `${command} against ${malice}: ${output}`);
  t.is(endings.length, meetings.length);
});
