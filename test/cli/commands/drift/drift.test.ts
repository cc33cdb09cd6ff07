import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { startClocklessBoard } from '../../fixtures/clockless-board.js';
import { writeAlphabet } from '../../fixtures/images.js';
import { bundledModel, pcm, pcmJson, temporaryFolder } from '../../rig.js';

const small = ['--tasks', '2', '--ways', '2', '--shots', '1', '--queries', '2', '--budget', '32'];

interface Point {
  seconds: number;
  method: string;
  overGlobal?: { difference: number; ci95: number };
}
const pointsOf = (json: Record<string, unknown>) => json.results as Point[];

test('a board whose clock cannot be advanced is measured now, run by run, into a log; a refresh ends the series', async (t) => {
  const folder = await temporaryFolder();
  const data = await writeAlphabet(join(folder, 'data'), 4);
  const { board, url, close } = await startClocklessBoard('hermes');
  t.teardown(close);
  const [record, log] = [join(folder, 'fresh.json'), join(folder, 'log.jsonl')];
  const args = ['drift', bundledModel, '--data', data, '--no-calibrate', '--board', url, ...small];
  const kept = [...args, '--methods', 'none,global,matched', '--record', record, '--log', log];

  const fresh = pointsOf(await pcmJson(...kept));
  board.clock.advance(86_400);
  const later = pointsOf(await pcmJson(...kept));
  const methods = ['none', 'global', 'matched'];
  t.deepEqual(
    fresh.map(({ method }) => method),
    methods,
  );
  t.deepEqual(
    later.map(({ method }) => method),
    methods,
  );
  for (const { seconds } of fresh) t.is(seconds, 0);
  for (const { seconds } of later) t.is(seconds, 86_400);
  const lines = (await readFile(log, 'utf8')).trim().split('\n');
  const logged = lines.map((line) => JSON.parse(line) as Point & { at: string; serial: string });
  t.deepEqual(
    logged.map(({ seconds, method }) => [seconds, method]),
    [...fresh, ...later].map(({ seconds, method }) => [seconds, method]),
  );
  for (const { at, serial } of logged) {
    t.false(Number.isNaN(Date.parse(at)));
    t.is(serial, 'hermes-1');
  }

  const late = await pcm(...args, '--learn-at', '1d');
  t.is(late.code, 2);
  t.regex(late.stderr, /needs a board whose clock can be advanced/);

  const refreshed = await pcmJson('refresh', bundledModel, '--board', url);
  t.true((refreshed.refreshed as number) > 0);
  t.is(refreshed.devices, 4 * (refreshed.refreshed as number));
  const stale = await pcm(...kept);
  t.is(stale.code, 1);
  t.regex(stale.stderr, /name another file with --record/);
});

test('drift compares every method with global, task by task, and its page says so', async (t) => {
  const folder = await temporaryFolder();
  const data = await writeAlphabet(join(folder, 'data'), 4);
  const page = join(folder, 'drift.html');
  const args = ['drift', bundledModel, '--data', data, '--no-calibrate', ...small];
  const run = async (methods: string) =>
    pointsOf(await pcmJson(...args, '--times', '0s,30d', '--methods', methods, '--out', page));
  const three = await run('none,global,matched');
  t.is(three.length, 6);
  for (const { method, overGlobal } of three)
    if (method === 'global') t.is(overGlobal, undefined);
    else t.true(Math.abs(overGlobal!.difference) <= 1 && overGlobal!.ci95 >= 0);
  const html = await readFile(page, 'utf8');
  t.regex(html, /over global/);
  t.notRegex(html, /NaN|undefined/);
  // Every method starts from the same board, so none depends on the others.
  const alone = await run('matched');
  t.deepEqual(
    alone,
    three.filter(({ method }) => method === 'matched').map(({ overGlobal: _, ...point }) => point),
  );
});
