import { type AddressInfo, createServer, connect } from 'node:net';
import { once } from 'node:events';
import test from 'ava';
import { Emulator, bundledModel, finished, pcm, pcmJson, start } from '../../rig.js';

/** About half of the bytes that a flash of the bundled model sends. */
const HALF = 250_000;

/**
 * A port in front of an emulator. Calls `then` once the host has sent so many bytes, before they are passed
 * on.
 */
async function watchedPort(
  emulator: Emulator,
  bytes: number,
  then: () => void,
): Promise<{ url: string; close(): void }> {
  let left = bytes;
  const server = createServer((host) => {
    const board = connect(Number(new URL(emulator.url).port), '127.0.0.1');
    host.on('data', (piece) => {
      left -= piece.length;
      if (left <= 0 && left + piece.length > 0) then();
      board.write(piece);
    });
    board.on('data', (piece) => host.write(piece));
    for (const [from, to] of [
      [host, board],
      [board, host],
    ])
      from.on('error', () => undefined).on('close', () => to.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `tcp://127.0.0.1:${port}`, close: () => server.close() };
}

test('the emulator is killed in the middle of a flash: one sentence; a flash to a new emulator succeeds', async (t) => {
  const emulator = await Emulator.start();
  const port = await watchedPort(emulator, HALF, () => {
    port.close();
    emulator.process.kill('SIGKILL');
  });
  const { code, stderr, stdout } = await pcm('flash', bundledModel, '--board', port.url, '--json');
  t.is(code, 1);
  const sentences = stderr.split('\n').filter((line) => line !== '' && !/^programming: /.test(line));
  t.is(sentences.length, 1, stderr);
  t.regex(sentences[0], /^The link to tcp:\S+ was lost in the middle of the work: No board answers at .*\.$/);
  t.is(stdout, '');

  const fresh = await Emulator.start();
  const report = await pcmJson('flash', bundledModel, '--board', fresh.url);
  t.is(report.resumed, false);
  t.is((await pcm('verify', bundledModel, '--board', fresh.url)).code, 0);
  await fresh.stop();
});

test('the flash itself is killed in the middle: the board reports a partial model, and the next flash resumes', async (t) => {
  const emulator = await Emulator.start('--profile', 'ideal');
  const port = await watchedPort(emulator, HALF, () => flash.kill('SIGKILL'));
  const flash = start(['flash', bundledModel, '--board', port.url]);
  t.is((await finished(flash)).code, null);
  port.close();
  const info = await pcmJson('info', '--board', emulator.url);
  t.like(info.model, { complete: false });
  const verify = await pcm('verify', bundledModel, '--board', emulator.url);
  t.is(verify.code, 1);
  t.regex(verify.stderr, /^The board holds part of the model .*; flash it first with 'pcm flash'\.\n$/);

  const report = await pcmJson('flash', bundledModel, '--board', emulator.url);
  t.is(report.resumed, true);
  t.is(report.converged, report.devices);
  t.true((report.iterations as number) < (report.devices as number) / 4);
  await emulator.stop();
});
