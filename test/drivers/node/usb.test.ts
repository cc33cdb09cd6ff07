import test from 'ava';
import { usb } from 'usb';
import { LinkError } from '../../../drivers/index.js';
import { dialFor, discoverBoards } from '../../../drivers/node/index.js';

test('a machine without USB, such as a container, is told in a sentence', async (t) => {
  const getDevices = usb.getDevices.bind(usb);
  usb.getDevices = () =>
    Promise.reject(new Error('getDevices error: /sys/bus/usb/devices/ not found\nerrno 2'));
  try {
    const sentence =
      'USB does not work on this system (getDevices error: /sys/bus/usb/devices/ not found); reach the board over serial: or tcp:.';
    await t.throwsAsync(dialFor('usb:1209:0001')(), { instanceOf: LinkError, message: sentence });
    const { notes } = await discoverBoards({ patience: 1 });
    t.true(notes.includes(`Could not search USB: ${sentence}`), notes.join('\n'));
  } finally {
    usb.getDevices = getDevices;
  }
});
