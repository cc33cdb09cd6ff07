import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { Connection, type UsbSetup, UsbTransport } from '../../drivers/index.js';
import { dialFor, testIds, usbDevices } from '../../drivers/node/index.js';
import type { Attachable } from '../../emulator/index.js';
import { readUserData, writeUserData } from '../../protocol/index.js';
import { ConformanceBoard } from '../drivers/conformance-board.js';
import { transportChecks } from '../drivers/transports/transport-conformance.js';
import { check } from './check.js';
import { SERIAL, USB, plugIn, plugOut, until, usbip } from './guest.js';
import { offerFromThread } from './usb-device.js';

const identity = { manufacturer: 'pcm-hil', product: 'emulated PCM board', serial: 'conformance-1' };

/**
 * Checks the device as the kernel sees it, and the checks for all transports over USB and its serial port.
 */
export async function checkDevice(): Promise<void> {
  await check('Debian lists the emulator with its descriptors, the kernel binds its serial port', () =>
    plugged(new ConformanceBoard().firmware, async () => {
      const list = await usbip('list', '-r', '127.0.0.1');
      for (const part of ['1209:0001', 'ef/02/01', 'ff/00/00', '02/02/00', '0a/00/00']) {
        assert.ok(list.includes(part), `${part} in ${list}`);
      }
      const attribute = (name: string) => readFileSync(`/sys/bus/usb/devices/1-1/${name}`, 'utf8').trim();
      assert.deepEqual(
        ['manufacturer', 'product', 'serial', 'idVendor', 'idProduct', 'speed', 'bNumInterfaces'].map(
          attribute,
        ),
        [...Object.values(identity), '1209', '0001', '480', '3'],
      );
    }),
  );
  await check('transfers of any length arrive whole, and full packets are followed by an empty one', packets);
  await check('an endpoint that stalls is cleared, and lost data is sent again', stalls);

  for (const [address, other] of [
    [USB, `${SERIAL}?baudRate=3000000&rtscts=true`],
    [`${SERIAL}?baudRate=3000000&rtscts=true`, USB],
  ]) {
    const board = new ConformanceBoard();
    const heldBy = /held by conformance at (the serial port of )?usb:1209:0001:conformance-1/;
    await plugged(board.firmware, async () => {
      for (const [what, conforms] of Object.entries(transportChecks)) {
        await check(`${address}: ${what}`, () =>
          conforms({ board, dial: dialFor(address), second: dialFor(other), heldBy, unplug: plugOut }),
        );
      }
    });
  }
}

/** Does work with a board plugged in, and unplugs it at the end. */
async function plugged(board: Attachable, work: () => Promise<void>): Promise<void> {
  const endpoint = await offerFromThread(board, identity);
  try {
    await plugIn();
    await work();
  } finally {
    await plugOut();
    await endpoint.close();
  }
}

const pattern = (length: number) => Buffer.from(Array.from({ length }, (_, i) => (i * 31) % 251));

async function packets(): Promise<void> {
  const lengths = [1, 511, 512, 513, 1024, 16_384, 65_536, 70_000];
  const taken: Buffer[] = [];
  let send = (_: Uint8Array): void => undefined;
  const recorder: Attachable = {
    attach(answer) {
      send = answer;
      return { receive: (bytes) => void taken.push(Buffer.from(bytes)), close: () => undefined };
    },
  };
  await plugged(recorder, async () => {
    const transport = await dialFor(USB)(new AbortController().signal);
    const given: Uint8Array[] = [];
    transport.start({ onData: (bytes) => given.push(bytes), onClose: () => undefined });
    for (const length of lengths) {
      taken.length = given.length = 0;
      await transport.write(pattern(length));
      await until('the board has them', () => Buffer.concat(taken).length === length);
      assert.deepEqual(Buffer.concat(taken), pattern(length));
      const full = length % 512 === 0;
      if (full) await until('the board has an empty packet', () => taken.at(-1)?.length === 0);
      else assert.ok(taken.every((bytes) => bytes.length > 0));
      send(pattern(length));
      await until('the host has them', () => Buffer.concat(given).length === length);
      assert.deepEqual(Buffer.concat(given), pattern(length));
    }
    await transport.close();
  });
}

/** The request that halts an endpoint: SET_FEATURE, ENDPOINT_HALT (USB 2.0, chapter 9.4.9). */
const halt = (endpoint: number): UsbSetup => ({
  requestType: 'standard',
  recipient: 'endpoint',
  request: 3,
  value: 0,
  index: endpoint,
});

async function stalls(): Promise<void> {
  const board = new ConformanceBoard();
  await plugged(board.firmware, async () => {
    const [device] = await usbDevices(testIds);
    await device.open();
    const transport = await UsbTransport.open(USB, device, { oneAtATime: true });
    const connection = await Connection.open(() => Promise.resolve(transport), { crc32, redials: 0 });
    for (const [i, endpoint] of [0x81, 0x01].entries()) {
      await device.controlTransferOut(halt(endpoint), new Uint8Array());
      const data = Uint8Array.of(i, 2, 3);
      await connection.request(writeUserData, { offset: i, length: 3, data });
      assert.deepEqual((await connection.request(readUserData, { offset: i, length: 3 })).data, data);
    }
    assert.deepEqual(board.diary, ['write 0', 'write 1']);
    await connection.close();
  });
}
