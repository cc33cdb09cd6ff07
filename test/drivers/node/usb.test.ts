import test, { type ExecutionContext } from 'ava';
import { usb } from 'usb';
import { LinkError } from '../../../drivers/index.js';
import { dialFor, discoverBoards, usbAddress, usbName } from '../../../drivers/node/index.js';

/** Does work while node-usb gives these devices. */
async function withDevices(getDevices: typeof usb.getDevices, work: () => Promise<void>): Promise<void> {
  const given = usb.getDevices.bind(usb);
  usb.getDevices = getDevices;
  try {
    await work();
  } finally {
    usb.getDevices = given;
  }
}

test.serial('a machine without USB, such as a container, is told in a sentence', async (t) => {
  const absent = () =>
    Promise.reject(new Error('getDevices error: /sys/bus/usb/devices/ not found\nerrno 2'));
  await withDevices(absent, async () => {
    const sentence =
      'USB does not work on this system (getDevices error: /sys/bus/usb/devices/ not found); reach the board over serial: or tcp:.';
    await t.throwsAsync(dialFor('usb:1209:0001')(), { instanceOf: LinkError, message: sentence });
    const { notes } = await discoverBoards({ patience: 1 });
    t.true(notes.includes(`Could not search USB: ${sentence}`), notes.join('\n'));
  });
});

interface Plugged {
  serialNumber?: string;
  bus?: string;
  ports?: number[];
}

/** The addresses among which the user has to choose, each of which opens one device. */
async function choices(t: ExecutionContext, plugged: Plugged[]): Promise<string[]> {
  const opened: Plugged[] = [];
  const devices = plugged.map((device) => ({
    vendorId: 0x1209,
    productId: 1,
    ...device,
    open: () => (opened.push(device), Promise.reject(new Error('LIBUSB_ERROR_BUSY'))),
    close: () => Promise.resolve(),
  }));
  let names: string[] = [];
  await withDevices(
    () => Promise.resolve(devices as unknown as Awaited<ReturnType<typeof usb.getDevices>>),
    async () => {
      const { message } = (await t.throwsAsync(dialFor('usb:1209:0001')(), { instanceOf: LinkError }))!;
      names = /choose one of them: (.*)\.$/.exec(message)?.[1].split(', ') ?? [];
      for (const name of names)
        await t.throwsAsync(dialFor(name)(), { message: new RegExp(`^${name} is held by`) });
    },
  );
  t.deepEqual(opened, names.length > 0 ? plugged : []);
  return names;
}

test.serial('each of several devices has an address, by its serial number or by its place', async (t) => {
  t.deepEqual(await choices(t, [{ serialNumber: 'A' }, { serialNumber: 'B' }]), [
    'usb:1209:0001:A',
    'usb:1209:0001:B',
  ]);
  const places = [
    { bus: '1', ports: [2] },
    { bus: '1', ports: [2, 3] },
    { bus: '2', ports: [2] },
  ];
  t.deepEqual(await choices(t, places), ['usb:1209:0001@1-2', 'usb:1209:0001@1-2.3', 'usb:1209:0001@2-2']);
  const same = places.map((place) => ({ ...place, serialNumber: 'A' }));
  t.deepEqual(await choices(t, same), ['usb:1209:0001@1-2', 'usb:1209:0001@1-2.3', 'usb:1209:0001@2-2']);
  t.deepEqual(await choices(t, [{ serialNumber: '' }, { serialNumber: '' }]), []);
  for (const name of ['usb:1209:0001', 'usb:1209:0001:A', 'usb:1209:0001@1-2.3'])
    t.is(usbName(usbAddress(name)), name);
});
