import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dialFor } from '../../drivers/index.js';
import { ConformanceBoard } from '../drivers/conformance-board.js';
import { transportChecks } from '../drivers/transport-conformance.js';
import {
  drawingsFolder,
  model,
  modprobe,
  pcm,
  pcmJson,
  plugIn,
  plugOut,
  startEmulator,
  usbip,
} from './guest.js';
import { offerFromThread } from './usb-device.js';

// Runs as root in the virtual machine, see run.ts.

let passed = 0;
let failed = 0;

async function check(name: string, work: () => Promise<void>): Promise<void> {
  const started = performance.now();
  const limit = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('not done after 300 s')), 300_000).unref();
  });
  const outcome = await Promise.race([work(), limit]).then(
    () => 'ok',
    (error: Error) => `FAILED ${error.stack}`,
  );
  if (outcome === 'ok') passed++;
  else failed++;
  console.log(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${name}: ${outcome}`);
}

const usb = 'usb:1209:0001';
const serial = 'serial:/dev/ttyACM0';
const identity = { manufacturer: 'pcm-hil', product: 'emulated PCM board', serial: 'conformance-1' };

await modprobe('vhci-hcd', 'cdc-acm');

await check('Debian lists the emulator with its descriptors, the kernel binds its serial port', async () => {
  const { firmware } = new ConformanceBoard();
  const endpoint = await offerFromThread(firmware, identity);
  const list = await usbip('list', '-r', '127.0.0.1');
  for (const part of ['1209:0001', 'ef/02/01', 'ff/00/00', '02/02/00', '0a/00/00']) {
    assert.ok(list.includes(part), `${part} in ${list}`);
  }
  await plugIn();
  const attribute = (name: string) => readFileSync(`/sys/bus/usb/devices/1-1/${name}`, 'utf8').trim();
  assert.deepEqual(
    ['manufacturer', 'product', 'serial', 'idVendor', 'idProduct', 'speed', 'bNumInterfaces'].map(attribute),
    [...Object.values(identity), '1209', '0001', '480', '3'],
  );
  await plugOut();
  await endpoint.close();
});

for (const [address, other] of [
  [usb, serial],
  [serial, usb],
]) {
  const board = new ConformanceBoard();
  const endpoint = await offerFromThread(board.firmware, identity);
  await plugIn();
  const heldBy = /held by conformance at (the serial port of )?usb:1209:0001:conformance-1/;
  for (const [what, conforms] of Object.entries(transportChecks)) {
    await check(`${address}: ${what}`, () =>
      conforms({ board, dial: dialFor(address), second: dialFor(other), heldBy, unplug: plugOut }),
    );
  }
  await endpoint.close();
}

interface Listed {
  boards: { board: string; product: string | null; serial: string | null }[];
}

const emulator = await startEmulator('--usbip', '127.0.0.1:3240', '--tcp', '127.0.0.1:7411', '--seed', '7');
await plugIn();

await check('pcm list finds the board on USB, on its serial port, and the emulator', async () => {
  const { boards } = await pcmJson<Listed>('list');
  assert.deepEqual(
    boards.map(({ board, serial: number }) => [board, number]),
    [
      [`${usb}:hermes-7`, 'hermes-7'],
      [serial, 'hermes-7'],
      ['tcp://127.0.0.1:7411', 'hermes-7'],
    ],
  );
});

await check('who has no permission is told the udev rule', async () => {
  const { code, stderr } = await pcm(['info', '--board', usb], { uid: 65534 });
  assert.equal(code, 1);
  assert.match(stderr, /No permission.*SUBSYSTEM=="usb", ATTR\{idVendor\}=="1209".*60-pcm-hil\.rules/);
});

await check(
  'a plug that is pulled in the middle of a flash is a clear error; plugged in again, it resumes',
  async () => {
    let pulled: Promise<void> | undefined;
    const { code, stderr } = await pcm(['flash', model, '--board', usb], {
      onOutput: (text) => /programming: \d/.test(text) && (pulled ??= plugOut()),
    });
    assert.ok(pulled, 'the flash ran when the plug was pulled');
    await pulled;
    assert.equal(code, 1);
    assert.match(stderr, /The link to usb:1209:0001 was lost in the middle of the work/);
    await plugIn();
    const { resumed, converged, devices } = await pcmJson<Record<string, number | boolean>>(
      ...['flash', model, '--board', usb],
    );
    assert.equal(resumed, true);
    assert.ok(Number(converged) > 0.9 * Number(devices), `${converged} of ${devices}`);
  },
);

const data = drawingsFolder();
for (const address of [usb, serial]) {
  await check(`flash, verify and learn over ${address}`, async () => {
    const flashed = await pcmJson<{ devices: number }>('flash', model, '--board', address);
    const verified = await pcmJson<{ devices: number; converged: number }>(
      'verify',
      model,
      '--board',
      address,
    );
    assert.equal(verified.devices, flashed.devices);
    assert.ok(verified.converged > 0.85 * verified.devices, JSON.stringify(verified));
    const sizes = ['--shots', '3', '--queries', '3', '--tasks', '2'];
    const learned = await pcmJson<{ accuracy: number; tasks: number }>(
      ...['learn', model, '--data', data, '--board', address, ...sizes],
    );
    assert.equal(learned.tasks, 2);
    assert.ok(learned.accuracy > 0.4, `accuracy ${learned.accuracy}, chance is 0.2`);
  });
}

await plugOut();
emulator.kill();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
