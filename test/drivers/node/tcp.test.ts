import { connect } from 'node:net';
import { getEventListeners, once } from 'node:events';
import test from 'ava';
import { LinkError } from '../../../drivers/index.js';
import { listenAddress } from '../../../cli/arguments.js';
import { dialFor, tcpDial } from '../../../drivers/node/index.js';
import {
  encodeFrame,
  type Frame,
  FrameKind,
  FrameReader,
  hello,
  readUserData,
  RefusalCode,
  refusalMessage,
  writeUserData,
} from '../../../protocol/index.js';
import { EndpointError } from '../../../emulator/node/endpoints/endpoint.js';
import { listenTcp } from '../../../emulator/node/endpoints/tcp.js';
import { diaryFirmware, openConnection } from '../rig.js';
import { smallBoard } from '../small-board.js';

const portOf = (url: string): number => Number(new URL(url).port);

test('requests over a real socket', async (t) => {
  const { firmware, diary } = diaryFirmware();
  const endpoint = await listenTcp(firmware, '127.0.0.1', 0);
  const connection = await openConnection(tcpDial(endpoint.url, '127.0.0.1', portOf(endpoint.url)));
  await connection.request(writeUserData, { offset: 3, length: 0, data: new Uint8Array() });
  t.deepEqual(diary, ['write 3']);
  await connection.close();
  await endpoint.close();
});

test('long requests and answers of all kinds of bytes pass a real socket whole, many at a time', async (t) => {
  const { firmware } = smallBoard();
  const endpoint = await listenTcp(firmware, '127.0.0.1', 0);
  const connection = await openConnection(tcpDial(endpoint.url, '127.0.0.1', portOf(endpoint.url)));
  const length = 4096;
  const areas = Array.from({ length: 200 }, (_, seed) =>
    Uint8Array.from({ length }, (_, i) => Math.imul(i + 1, 2654435761 + seed) >>> 13),
  );
  const read = await Promise.all(
    areas.map(async (data) => {
      const written = connection.request(writeUserData, { offset: 0, length, data });
      const answer = connection.request(readUserData, { offset: 0, length });
      await written;
      return (await answer).data;
    }),
  );
  t.deepEqual(read, areas);
  await connection.close();
  await endpoint.close();
});

test('a host that leaves is noticed, and the endpoint closes under one that stays', async (t) => {
  const { firmware } = diaryFirmware();
  const endpoint = await listenTcp(firmware, '127.0.0.1', 0);
  const dial = tcpDial(endpoint.url, '127.0.0.1', portOf(endpoint.url));
  const leaving = await openConnection(dial);
  await leaving.close();
  const staying = await dial();
  const closed = new Promise((resolve) => staying.start({ onData: () => undefined, onClose: resolve }));
  await t.notThrowsAsync(openConnection(dial).then((second) => second.close()));
  await endpoint.close();
  await t.notThrowsAsync(closed);
});

test('nobody listening: one sentence that says what to do', async (t) => {
  const { firmware } = diaryFirmware();
  const endpoint = await listenTcp(firmware, '127.0.0.1', 0);
  await endpoint.close();
  const dialling = tcpDial(endpoint.url, '127.0.0.1', portOf(endpoint.url))();
  await t.throwsAsync(dialling, {
    instanceOf: LinkError,
    message: /No board answers at .*pcm emulate --tcp/,
  });
});

test('a dial that is called off says so, and one that is done leaves nothing behind', async (t) => {
  const endpoint = await listenTcp(diaryFirmware().firmware, '127.0.0.1', 0);
  const dial = tcpDial(endpoint.url, '127.0.0.1', portOf(endpoint.url));
  const controller = new AbortController();
  const transport = await dial(controller.signal);
  t.deepEqual(getEventListeners(controller.signal, 'abort'), []);
  const dialling = dial(controller.signal);
  controller.abort();
  await t.throwsAsync(dialling, { instanceOf: LinkError, message: /called off/ });
  await t.throwsAsync(dial(controller.signal), { instanceOf: LinkError, message: /called off/ });
  transport.start({ onData: () => undefined, onClose: () => undefined });
  await transport.close();
  await endpoint.close();
});

test('two emulators on one port: the second says so', async (t) => {
  const endpoint = await listenTcp(diaryFirmware().firmware, '127.0.0.1', 0);
  const second = listenTcp(diaryFirmware().firmware, '127.0.0.1', portOf(endpoint.url));
  await t.throwsAsync(second, { instanceOf: EndpointError, message: /already listens there/ });
  await endpoint.close();
});

test('garbage, a wrong checksum, an unknown command and a huge length get typed refusals, and the link goes on', async (t) => {
  const { firmware, diary } = diaryFirmware({ maxPayload: 4096 });
  const endpoint = await listenTcp(firmware, '127.0.0.1', 0);
  const socket = connect(portOf(endpoint.url), '127.0.0.1');
  const answers: Frame[] = [];
  const reader = new FrameReader({
    maxPayload: 4096,
    onFrame: (frame) => answers.push(frame),
    onDamage: () => t.fail('the board sent no frame'),
  });
  socket.on('data', (bytes) => reader.push(bytes));
  await once(socket, 'connect');

  const next = async (bytes: Uint8Array): Promise<Frame> => {
    const before = answers.length;
    socket.write(bytes);
    while (answers.length === before) await once(socket, 'data');
    return answers[before];
  };
  const refusalTo = async (bytes: Uint8Array) => refusalMessage.decode((await next(bytes)).payload).code;
  const payload = writeUserData.request.encode({ offset: 9, length: 0, data: new Uint8Array() });
  const request = (id: number, command = writeUserData.code) =>
    encodeFrame({ kind: FrameKind.request, id, command, payload });

  const greeting = hello.request.encode({ session: 1n, token: '', host: 'test' });
  const greeted = await next(
    encodeFrame({ kind: FrameKind.request, id: 0, command: hello.code, payload: greeting }),
  );
  t.is(greeted.kind, FrameKind.response);
  t.is(await refusalTo(new Uint8Array([1, 2, 3, 4])), RefusalCode.badFrame);
  const damaged = request(1);
  damaged[damaged.length - 1] ^= 1;
  t.is(await refusalTo(damaged), RefusalCode.badChecksum);
  const huge = encodeFrame({ kind: FrameKind.request, id: 1, command: 9, payload: new Uint8Array(4097) });
  t.is(await refusalTo(huge), RefusalCode.tooLarge);
  t.is(await refusalTo(request(1, 0x7777)), RefusalCode.unknownCommand);
  t.is((await next(request(2))).kind, FrameKind.response);
  t.deepEqual(diary, ['write 9']);
  socket.destroy();
  await endpoint.close();
});

test('the hint for an IPv6 address is one that pcm emulate takes', async (t) => {
  const { message } = (await t.throwsAsync(dialFor('tcp://[::1]:1')(), { instanceOf: LinkError }))!;
  const [, place] = /pcm emulate --tcp (\S+)'/.exec(message)!;
  t.deepEqual(listenAddress(place), { host: '::1', port: 1 });
  const { firmware } = diaryFirmware();
  const error = await t.throwsAsync(listenTcp(firmware, '2001:db8::1', 7411), { instanceOf: EndpointError });
  t.regex(error!.message, /^Cannot listen on \[2001:db8::1\]:7411/);
});
