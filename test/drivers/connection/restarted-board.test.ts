import { crc32 } from 'node:zlib';
import test from 'ava';
import { Connection, LinkError, memoryDial } from '../../../drivers/index.js';
import { PulseKind, pulse, status } from '../../../protocol/index.js';
import { smallBoard } from '../small-board.js';

const onePulse = {
  core: 0,
  pulses: 1,
  rows: Uint16Array.of(0),
  columns: Uint16Array.of(0),
  polarities: Uint8Array.of(0),
  devices: Uint8Array.of(0),
  kinds: Uint8Array.of(PulseKind.set),
};

test('a board that was restarted is noticed though its first answer to hello got lost', async (t) => {
  let board = smallBoard();
  let lost = 0;
  let close = () => {};
  const dial = memoryDial('memory:', (send) => {
    const link = board.firmware.attach((bytes) => (lost > 0 ? lost-- : send(bytes)), 'a test');
    return { receive: (bytes) => link.receive(bytes), close: () => link.close() };
  });
  const connection = await Connection.open(
    async (signal) => {
      const transport = await dial(signal);
      close = () => void transport.close();
      return transport;
    },
    { crc32, retryAfter: 10, redialAfter: 1 },
  );
  await connection.request(status, {});
  board = smallBoard();
  lost = 1;
  close();
  await t.throwsAsync(connection.request(pulse, onePulse), {
    instanceOf: LinkError,
    message: /was restarted/,
  });
  t.is(board.counters.setPulses, 0, 'nothing is executed on it');
});
