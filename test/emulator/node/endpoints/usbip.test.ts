import { connect } from 'node:net';
import test from 'ava';
import { listenUsbIp } from '../../../../emulator/node/index.js';
import { ConformanceBoard } from '../../../drivers/conformance-board.js';
import { transportChecks } from '../../../drivers/transports/transport-conformance.js';
import { descriptorSet, platformCapability } from './microsoft-descriptors.js';
import { UsbIpClient } from './usbip-client.js';
import { usbIpDial } from './usbip-web-usb.js';

const identity = { manufacturer: 'pcm-hil', product: 'emulated PCM board', serial: 'ideal-7' };
const listen = async () => {
  const board = new ConformanceBoard();
  return { board, endpoint: await listenUsbIp(board.firmware, '127.0.0.1', 0, identity) };
};

const getDescriptor = (type: number, index = 0, length = 1024) => [
  0x80,
  6,
  index,
  type,
  0,
  0,
  length & 0xff,
  length >> 8,
];

test('the device list has the sizes and places that the kernel documents', async (t) => {
  const { endpoint } = await listen();
  const socket = connect(endpoint.port, '127.0.0.1');
  socket.write(Buffer.from('0111800500000000', 'hex'));
  const list = Buffer.concat(await socket.toArray());
  t.is(list.length, 8 + 4 + 312 + 3 * 4);
  t.is(list.subarray(0, 12).toString('hex'), '011100050000000000000001');
  t.is(list.toString('latin1', 12 + 256, 12 + 259), '1-1');
  t.is(list.readUInt32BE(12 + 296), 3, 'high speed');
  t.is(list.subarray(12 + 300, 12 + 312).toString('hex'), '120900010100ef0201000103');
  t.is(list.subarray(-12).toString('hex'), 'ff000000020200000a000000');
  await endpoint.close();
});

test('descriptors begin with their lengths, and an answer is cut to the length that the host asks for', async (t) => {
  const { endpoint } = await listen();
  t.is(endpoint.url, 'usb:1209:0001:ideal-7');
  const client = await UsbIpClient.import(endpoint.port);
  const get = async (...setup: Parameters<typeof getDescriptor>) =>
    (await client.control(getDescriptor(...setup))).data;

  const device = await get(1);
  t.deepEqual(
    [device.length, device[0], device.readUInt16LE(8), device.readUInt16LE(10)],
    [18, 18, 0x1209, 1],
  );
  t.deepEqual(await get(1, 0, 8), device.subarray(0, 8));

  const configuration = await get(2);
  t.is(configuration.readUInt16LE(2), configuration.length);
  const kinds: number[] = [];
  for (let at = 0; at < configuration.length; at += configuration[at]) kinds.push(configuration[at + 1]);
  t.deepEqual(kinds, [2, 4, 5, 5, 11, 4, 0x24, 0x24, 0x24, 0x24, 5, 4, 5, 5]);

  t.is((await get(3, 3)).toString('utf16le', 2), 'ideal-7');
  t.is((await client.control(getDescriptor(3, 9))).status, -32, 'no such string: a stall');

  await endpoint.close();
});

test('Windows 8.1 and later find WinUSB for the vendor interface, and a name to open it by', async (t) => {
  const { endpoint } = await listen();
  const client = await UsbIpClient.import(endpoint.port);
  const { data: device } = await client.control(getDescriptor(1));
  t.true(device.readUInt16LE(2) >= 0x0201, 'else nobody asks for the binary object store');
  const capability = platformCapability((await client.control(getDescriptor(15))).data);
  t.like(capability, {
    uuid: 'd8dd60df-4589-4cc7-9cd2-659d9e648a9f',
    windowsVersion: 0x06030000,
    alternateEnumeration: 0,
  });
  const { vendorCode, setLength } = capability!;
  const ask = (index: number) => client.control([0xc0, vendorCode, 0, 0, index, 0, 0, 4]);
  const { data } = await ask(7);
  t.is(data.length, setLength);
  const guid = /^\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}\0\0$/;
  const { windowsVersion, configurations } = descriptorSet(data);
  t.is(windowsVersion, 0x06030000);
  t.like(configurations, [{ configuration: 0, functions: [{ firstInterface: 0 }] }]);
  const [compatible, property, ...others] = configurations[0].functions[0].features;
  t.deepEqual(compatible, { kind: 'compatible id', compatibleId: 'WINUSB', subCompatibleId: '' });
  t.like(property, { kind: 'registry property', type: 7, name: 'DeviceInterfaceGUIDs\0' });
  t.regex((property as { value: string }).value, guid);
  t.deepEqual(others, []);
  t.is((await ask(8)).status, -32, 'no other enumeration is offered: a stall');
  await endpoint.close();
});

test('a transfer is taken back before it has bytes, and not after', async (t) => {
  const { endpoint } = await listen();
  const client = await UsbIpClient.import(endpoint.port);
  const { sequence } = client.submit(1, 512);
  t.is((await client.unlink(sequence)).status, -104);
  t.is((await client.unlink(sequence)).status, 0);
  t.is((await client.submit(9, 0, new Uint8Array(3)).answer).status, -32, 'no such endpoint: a stall');
  const coding = Uint8Array.of(0xc0, 0xc6, 0x2d, 0, 0, 0, 8);
  await client.control([0x21, 0x20, 0, 0, 1, 0, 7, 0], coding);
  t.deepEqual([...(await client.control([0xa1, 0x21, 0, 0, 1, 0, 7, 0])).data], [...coding]);
  await endpoint.close();
});

test('a halted endpoint stalls waiting and new transfers until the halt is cleared', async (t) => {
  const { endpoint } = await listen();
  const client = await UsbIpClient.import(endpoint.port);
  const feature = (request: number, address: number) =>
    client.control([0x02, request, 0, 0, address, 0, 0, 0]);
  const status = async (address: number) =>
    (await client.control([0x82, 0, 0, 0, address, 0, 2, 0])).data.readUInt16LE(0);
  const opened = await client.control([0x21, 0x22, 1, 0, 0, 0, 0, 0]);
  t.is(opened.status, 0);
  for (const [number, address] of [
    [1, 0x81],
    [2, 0x82],
  ]) {
    const waiting = client.submit(number, 512);
    t.is((await feature(3, address)).status, 0);
    t.is((await waiting.answer).status, -32);
    t.is((await client.submit(number, 512).answer).status, -32);
    t.is(await status(address), 1);
    await feature(1, address);
    t.is(await status(address), 0);
    const { sequence } = client.submit(number, 512);
    t.is((await client.unlink(sequence)).status, -104, 'it waits again');
  }
  await feature(3, 0x01);
  t.is((await client.submit(1, 0, new Uint8Array(3)).answer).status, -32);
  await feature(1, 0x01);
  t.like(await client.submit(1, 0, new Uint8Array(3)).answer, { status: 0, length: 3 });
  t.is((await feature(3, 0x04)).status, -32, 'no such endpoint');
  t.is((await client.control([0x00, 3, 1, 0, 0, 0, 0, 0])).status, -32, 'it cannot wake a host');
  await endpoint.close();
});

test('one host imports it at a time, and no other device', async (t) => {
  const { endpoint } = await listen();
  const first = await UsbIpClient.import(endpoint.port);
  await t.throwsAsync(UsbIpClient.import(endpoint.port), { message: /status 2/ });
  await t.throwsAsync(UsbIpClient.import(endpoint.port, '1-2'), { message: /status 4/ });
  first.socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, 50));
  await t.notThrowsAsync(UsbIpClient.import(endpoint.port));
  await endpoint.close();
});

for (const oneAtATime of [false, true]) {
  const way = oneAtATime ? 'one transfer at a time' : 'several transfers in flight';
  test(`the USB driver passes the checks of every transport, ${way}`, async (t) => {
    const { board, endpoint } = await listen();
    const dial = usbIpDial(endpoint.port, { oneAtATime });
    const transport = { board, dial, second: dial, heldBy: /status 2/, unplug: () => endpoint.close() };
    for (const [what, check] of Object.entries(transportChecks))
      await t.notThrowsAsync(check(transport), what);
  });
}
