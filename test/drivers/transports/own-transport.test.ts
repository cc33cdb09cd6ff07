import test from 'ava';
import { openBoard } from '../../../boards/index.js';
import { AddressError } from '../../../drivers/index.js';
import { listenTcp } from '../../../emulator/node/index.js';
import { startEmulator } from '../../../testing/index.js';
import { ConformanceBoard } from '../conformance-board.js';
import { transportChecks, type TransportUnderTest } from './transport-conformance.js';
import { tunnel } from './tunnel.js';

const tunnelTo = (url: string): string => url.replace('tcp://', 'tunnel:');

test('a transport of my own is reached by its address, like those of the package', async (t) => {
  await using emulator = await startEmulator({ profile: 'ideal', seed: 7 });
  const board = await openBoard(tunnelTo(emulator.url), { transports: { tunnel } });
  t.is(board.information.serial, 'ideal-7');
  await board.writeUserData(3, Uint8Array.of(1, 2, 3));
  t.deepEqual([...(await board.readUserData(3, 3))], [1, 2, 3]);
  await board.close();
});

test('the addresses that it does not know are refused by its own sentence, other schemes by a list', async (t) => {
  const transports = { tunnel };
  await t.throwsAsync(openBoard('tunnel:nowhere', { transports }), {
    instanceOf: AddressError,
    message: /write tunnel:HOST:PORT/,
  });
  await t.throwsAsync(openBoard('bridge:1', { transports }), {
    instanceOf: AddressError,
    message: /tcp:, serial:, usb:, tunnel:, emulator:/,
  });
});

test('it passes the conformance of transports', async (t) => {
  const board = new ConformanceBoard();
  const endpoint = await listenTcp(board.firmware, '127.0.0.1', 0);
  const dial = tunnel(tunnelTo(endpoint.url));
  const transport: TransportUnderTest = {
    board,
    dial,
    second: dial,
    heldBy: /at 127\.0\.0\.1:\d+/,
    unplug: () => endpoint.close(),
  };
  for (const [what, check] of Object.entries(transportChecks)) {
    await t.notThrowsAsync(check(transport), what);
  }
});
