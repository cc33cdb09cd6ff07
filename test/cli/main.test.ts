import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { html } from '../../cli/report/html/html.js';
import { renderPage } from '../../cli/report/html/page.js';
import { bundledModels } from '../../network/node/index.js';
import { counted, percentWithin, pointsWithin } from '../../cli/terminal/output.js';
import { barWidth } from '../../cli/terminal/progress.js';
import { bundledModel, finished, main, pcm, root, start, temporaryFolder } from './rig.js';

test('a line of progress on a terminal of 80 columns leaves room for its note', (t) => {
  t.is(barWidth(80), 6);
  t.is(barWidth(200), 40);
  t.is(barWidth(), 6);
});

test('figures read as English: one task, no interval of a single one', (t) => {
  t.is(counted(1, 'task'), '1 task');
  t.is(counted(1000, 'task'), '1,000 tasks');
  t.is(percentWithin(0.2, NaN), '20.00 %');
  t.is(pointsWithin(0, NaN), '0.00');
});

test('a folder that is missing is named in the error', async (t) => {
  const { code, stderr } = await pcm('read', '--core', '0', '--out', 'no-such-folder/g.npy');
  t.is(code, 1);
  t.regex(stderr, /no-such-folder\/g\.npy: there is no folder no-such-folder; create it first\./);
});

test('wrong usage ends with 2', async (t) => {
  const wrong = async (sentence: RegExp, ...args: string[]) => {
    const { code, stderr, stdout } = await pcm(...args);
    t.is(code, 2, stderr);
    t.regex(stderr, sentence);
    t.is(stdout, '');
  };
  await wrong(/unknown command 'flush'/, 'flush');
  await wrong(/missing required argument 'model'/, 'learn');
  await wrong(/Say what to learn from/, 'learn', bundledModel);
  await wrong(/whole number of at least 1/, 'learn', bundledModel, '--ways', 'many');
  await wrong(/cannot be used with option/, 'learn', bundledModel, '--data', 'a', '--classes', 'b');
  await wrong(/The board has no core 2: its cores are 0 to 1/, 'read', '--core', '2');
  await wrong(/Write a time such as/, 'clock', '--advance', 'soon');
  await wrong(/Write degrees Celsius/, 'clock', '--temperature', 'warm');
  for (const address of ['foo:bar', 'tcp://127.0.0.1', 'emulator:hermes?seed=x'])
    await wrong(/is not (the|an) .*address/, 'info', '--board', address);
  await wrong(/'--ways <n>' cannot be used with/, 'learn', bundledModel, '--classes', 'b', '--ways', '3');
  await wrong(
    /'--classify <file...>' cannot be used with/,
    'learn',
    bundledModel,
    '--data',
    'a',
    '--classify',
    'b',
  );
  await wrong(/Name at least one/, 'drift', bundledModel, '--data', 'a', '--times', ',');
  await wrong(/Name at least one/, 'learn', bundledModel, '--data', 'a', '--alphabets', ',');
  await wrong(/has an empty name/, 'read', '--core', '0', '--out', '');
  await wrong(/There is no profile "nope"/, 'info', '--board', 'emulator:nope');
  await wrong(/There is no profile "nope"/, 'emulate', '--profile', 'nope');
  await wrong(/set a secret with --token/, 'emulate', '--tcp', '0.0.0.0:0');
});

/** The exit code and stderr of `pcm` when nobody reads its output. */
async function unread(...args: string[]): Promise<{ code: number | null; stderr: string }> {
  const child = start(args);
  child.stdout!.destroy();
  const { code, stderr } = await finished(child);
  return { code, stderr };
}

test('a command whose output nobody reads ends without a word, and tells it in its exit code', async (t) => {
  for (const args of [['info'], ['info', '--json'], ['protocol']])
    t.deepEqual(await unread(...args), { code: 141, stderr: '' }, args.join(' '));
  const streamed = await unread('arm', bundledModels.arm, '--trajectories', '2', '--stream', 'ndjson');
  t.is(streamed.code, 141);
  t.regex(streamed.stderr, /^([a-z]+: \d+ %\n)*$/, 'more than progress');
});

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('a result that a full disk does not take is told', async (t) => {
  const full = openSync('/dev/full', 'w');
  const { code, stderr } = await finished(start(['info'], { stdio: ['ignore', full, 'pipe'] }));
  closeSync(full);
  t.is(code, 1);
  t.is(stderr, 'The result cannot be written: ENOSPC.\n');
});

test('a Node that is too old is told which one is needed, before it reads anything newer', async (t) => {
  const pretend = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'18.20.8'})`;
  const child = spawn(process.execPath, ['--import', pretend, main, '--version']);
  const { code, stdout, stderr } = await finished(child);
  t.is(code, 1);
  t.is(stdout, '');
  t.regex(stderr, /^pcm needs Node 20\.19 or later, and this is Node 18\.20\.8; install a newer one.*\.\n$/);
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    engines: { node: string };
  };
  t.is(engines.node, '>=20.19');
  t.notRegex(readFileSync(main, 'utf8'), /^import /m);
});

test('no name reaches a terminal or a page as a sequence that it obeys', async (t) => {
  const name = 'x\u001b]0;title\u0007\u009b2J\u202e';
  const obeyed = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/; // eslint-disable-line no-control-regex
  const folder = await temporaryFolder();
  const board = `emulator:ideal?state=${join(folder, encodeURIComponent(name))}`;
  const runs = [
    ['info', '--board', board],
    ['info', '--board', board, '--json'],
    ['info', '--board', `emulator:${name}`],
    ['info', '--board', `tcp://${name}`],
    ['flash', `${name}.safetensors`],
    ['flash', `${name}\nDone.`],
    ['learn', bundledModel, '--data', name],
    ['read', '--core', '0', '--out', join(folder, `read${name}`)],
    ['emulate', '--profile', name],
    [name],
  ];
  for (const args of runs) {
    const { stdout, stderr } = await pcm(...args);
    t.true(stdout.length + stderr.length > 0, args.join(' '));
    t.notRegex(stdout + stderr, obeyed, args.join(' '));
    t.notRegex(stderr, /^Done/m);
  }
  // JSON keeps the name
  const told = await pcm('info', '--board', board, '--json');
  t.is(told.code, 0, told.stderr);
  t.is((JSON.parse(told.stdout) as { board: string }).board, board);
  const page = renderPage(name, html`<p>${name}</p>`, [{ title: name, caption: name, body: html`` }]);
  t.notRegex(page, obeyed);
});
