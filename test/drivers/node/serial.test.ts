import test from 'ava';
import { AddressError, LinkError } from '../../../drivers/index.js';
import { dialFor, serialAddress } from '../../../drivers/node/index.js';

test('a serial address says port, baud rate and flow control', (t) => {
  t.deepEqual(serialAddress('serial:/dev/ttyACM0?baudRate=3000000&rtscts=true'), {
    path: '/dev/ttyACM0',
    baudRate: 3_000_000,
    rtscts: true,
  });
  t.deepEqual(serialAddress('serial:COM3'), { path: 'COM3', baudRate: 115_200, rtscts: false });
});

for (const address of [
  'serial:',
  'serial:?baudRate=9600',
  'serial:/dev/ttyS0?baudRate=fast',
  'serial:/dev/ttyS0?baud=9600',
  'serial:/dev/ttyS0?rtscts=yes',
]) {
  test(`${address} is refused`, (t) => {
    t.throws(() => dialFor(address), { instanceOf: AddressError, message: /write serial:PATH/ });
  });
}

test('a port that is not there is named, with what to do', async (t) => {
  const dialling = dialFor('serial:/dev/no-such-port')();
  await t.throwsAsync(dialling, { instanceOf: LinkError, message: /no-such-port.*pcm list/ });
});
