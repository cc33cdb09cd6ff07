import test from 'ava';
import { openBoard } from '../../boards/index.js';
import {
  Refusal,
  RefusalCode,
  refusalMessage,
  FrameKind,
  MAX_TOKEN_BYTES,
  type Time,
  realTime,
} from '../../protocol/index.js';
import { TokenCheck } from '../../emulator/firmware/token-check.js';
import { Emulator, pcm } from '../cli/rig.js';
import { boardOnTcp, helloFrame, RawLink } from './rig.js';

/** Checks of a secret at a time that the test moves. */
function tokenCheck(token = 'secret') {
  const warnings: string[] = [];
  const clock = { now: 0 };
  const time: Time = { ...realTime, now: () => clock.now };
  const check = new TokenCheck({ token, time, onWarning: (sentence) => warnings.push(sentence) });
  const outcome = (peer: string, given: string, known = false): string => {
    try {
      check.check(peer, given, known);
      return 'right';
    } catch (error) {
      return (error as Refusal).message.replace(/ is not the one .*/, ' is wrong');
    }
  };
  return { outcome, clock, warnings };
}

const WRONG = 'The token is wrong';
const wait = (seconds: number, from = '10.0.0.1') =>
  `Too many wrong tokens came from ${from}; wait ${seconds} s before the next try.`;

test('five wrong tokens from an address make it wait, longer each time, also with the right one', (t) => {
  const { outcome, clock, warnings } = tokenCheck();
  for (let i = 0; i < 5; i++) t.is(outcome(`10.0.0.1:${5000 + i}`, `${i}`), WRONG);
  for (const [second, pause] of [1, 2, 4, 8, 16, 32, 60, 60].entries()) {
    t.is(outcome('10.0.0.1:6000', 'secret'), wait(pause), `pause ${second}`);
    clock.now += 1000 * pause - 1;
    t.is(outcome('10.0.0.1:6001', 'guess'), wait(1));
    clock.now += 1;
    t.is(outcome('10.0.0.1:6002', 'guess'), WRONG);
  }
  t.deepEqual(warnings, ['5 wrong tokens came from 10.0.0.1; further tries from there are slowed down.']);
  clock.now += 60_000;
  t.is(outcome('10.0.0.1:6003', 'secret'), 'right');
  t.is(outcome('10.0.0.1:6004', 'guess'), WRONG, 'the count begins again');
});

test('others do not wait for one who guesses, nor does the host that resumes its session', (t) => {
  const { outcome } = tokenCheck();
  for (let i = 0; i < 6; i++) outcome('10.0.0.1:5000', 'guess');
  t.is(outcome('10.0.0.2:5000', 'secret'), 'right');
  t.is(outcome('10.0.0.1:5000', 'guess', true), WRONG);
  t.is(outcome('10.0.0.1:5000', 'secret', true), 'right');
});

test('whoever has a network of IPv6 has no more tries than whoever has an address', (t) => {
  const { outcome } = tokenCheck();
  const peers = [
    '2001:db8::1:5000',
    '2001:db8:0:0:9:8:7:6:5000',
    '2001:db8::ffff:5001',
    '2001:db8:0:0:1::2:5000',
  ];
  for (const peer of [...peers, peers[0]]) t.is(outcome(peer, 'guess'), WRONG);
  t.is(outcome('2001:db8::77:5000', 'secret'), wait(1, '2001:db8::77'));
  t.is(outcome('2001:db8:0:1::1:5000', 'secret'), 'right');
  t.is(outcome('::1:5000', 'secret'), 'right');
});

test('of two tokens all is compared, wherever they differ and however long they are', (t) => {
  const { outcome } = tokenCheck('secret');
  const compared: number[] = [];
  const reduce = Uint8Array.prototype.reduce;
  t.teardown(() => (Uint8Array.prototype.reduce = reduce));
  Uint8Array.prototype.reduce = function (this: Uint8Array, ...[step, start]: [never, never]) {
    let steps = 0;
    const result: unknown = reduce.call(
      this,
      (...all) => (steps++, (step as (...all: unknown[]) => number)(...all)),
      start,
    );
    compared.push(steps);
    return result as never;
  } as never;
  for (const token of ['xecret', 'secrex', '', 's', 'secret and more']) t.is(outcome(token, token), WRONG);
  t.deepEqual(compared, [32, 32, 32, 32, 32]);
});

test('3,000 guesses at once over tcp get five looked at', async (t) => {
  const warnings: string[] = [];
  const { port } = await boardOnTcp(t, { token: 'secret', onWarning: (text) => warnings.push(text) });
  let looked = 0;
  for (let i = 0; i < 30; i++) {
    const link = await RawLink.open(
      port,
      Buffer.concat(Array.from({ length: 100 }, (_, j) => helloFrame(`${i} ${j}`))),
    );
    for (let j = 0; j < 100; j++) {
      const { kind, payload } = await link.next();
      t.is(kind, FrameKind.refusal);
      const { code, sentence } = refusalMessage.decode(payload);
      t.is(code, RefusalCode.unauthorised);
      if (!sentence.startsWith('Too many')) looked++;
    }
    link.socket.destroy();
  }
  t.true(looked >= 5 && looked < 15, `${looked} guesses`);
  t.is(warnings.length, 1);
});

test('a token that hello has no room for is refused at the start and at the host', async (t) => {
  const long = 'x'.repeat(MAX_TOKEN_BYTES + 1);
  const sentence = /takes 65 bytes, at most 64 can be sent; choose a shorter one\.$/m;
  for (const command of ['emulate', 'info']) {
    const { code, stderr } = await pcm(command, '--token', long);
    t.is(code, 2);
    t.regex(stderr, sentence);
    t.false(stderr.includes(long), 'the secret is not shown');
  }
  await t.throwsAsync(boardOnTcp(t, { token: long }), { instanceOf: RangeError, message: /65 bytes/ });
  const { url } = await boardOnTcp(t, { token: 'x'.repeat(MAX_TOKEN_BYTES) });
  await using board = await openBoard(url, { token: 'x'.repeat(MAX_TOKEN_BYTES) });
  t.truthy(board);
});

test('pcm emulate says once on stderr that its token is guessed', async (t) => {
  const emulator = await Emulator.start('--token', 'secret');
  let stderr = '';
  emulator.process.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const link = await RawLink.open(Number(new URL(emulator.url).port));
  for (let i = 0; i < 20; i++) t.is((await link.ask(helloFrame(`${i}`))).kind, FrameKind.refusal);
  link.socket.destroy();
  await emulator.stop();
  t.is(stderr, '5 wrong tokens came from 127.0.0.1; further tries from there are slowed down.\n');
});
