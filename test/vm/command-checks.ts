import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { openBoard } from '../../boards/index.js';
import { check } from './check.js';
import {
  drawingsFolder,
  model,
  pcm,
  pcmJson,
  plugIn,
  plugOut,
  SERIAL,
  startEmulator,
  until,
  USB,
} from './guest.js';

/** User id without permissions. */
const NOBODY = 65534;

/** Runs `pcm` as a user does: an emulator in one process, every command in another. */
export async function checkCommands(): Promise<void> {
  const emulator = await startEmulator(
    ...['--usbip', '127.0.0.1:3240', '--tcp', '127.0.0.1:7411', '--seed', '7'],
  );
  await plugIn();
  await check('pcm list finds the board on USB, on its serial port, and the emulator', list);
  await check('a user without permission is told the udev rule', async () => {
    const { code, stderr } = await pcm(['info', '--board', USB], { uid: NOBODY });
    assert.equal(code, 1);
    assert.match(stderr, /No permission.*SUBSYSTEM=="usb", ATTR\{idVendor\}=="1209".*60-pcm-hil\.rules/);
  });
  await check('with the rule that pcm list prints, every user may drive the board', permission);
  await check('a device that another program drives is refused with a sentence that says so', async () => {
    const board = await openBoard(`${USB}:hermes-7`, { host: 'the test' });
    const { code, stderr } = await pcm(['info', '--board', USB]);
    await board.close();
    assert.equal(code, 1);
    assert.match(stderr, /usb:1209:0001 is held by another program/);
  });
  await check(
    'unplugging in the middle of a flash is a clear error; plugged in again, the flash resumes',
    flash,
  );

  const data = drawingsFolder();
  await check(`verify and learn over ${USB}`, () => learn(USB, data));
  await check(`flash, verify and learn over ${SERIAL}`, async () => {
    await pcmJson('flash', model, '--board', SERIAL);
    await learn(SERIAL, data);
  });
  await plugOut();
  emulator.kill();
}

async function list(): Promise<void> {
  const { boards } = await pcmJson<{ boards: { board: string; serial: string | null }[] }>('list');
  assert.deepEqual(
    boards.map(({ board, serial: number }) => [board, number]),
    [`${USB}:hermes-7`, SERIAL, 'tcp://127.0.0.1:7411'].map((address) => [address, 'hermes-7']),
  );
}

async function permission(): Promise<void> {
  mkdirSync('/run/udev/rules.d', { recursive: true });
  writeFileSync('/run/udev/rules.d/60-pcm-hil.rules', (await pcm(['list', '--udev-rules'])).stdout);
  const udev = spawn('/lib/systemd/systemd-udevd', { stdio: 'ignore' });
  await until('udev listens', () => readdirSync('/run/udev').includes('control'));
  await plugOut();
  await plugIn();
  const mode = () => readdirSync('/dev/bus/usb/001').map((name) => statSync(`/dev/bus/usb/001/${name}`).mode);
  await until('everybody may write to the device', () => mode().some((bits) => (bits & 0o666) === 0o666));
  udev.kill();
  const { code, stdout, stderr } = await pcm(['info', '--board', USB], { uid: NOBODY });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /hermes-7/);
}

async function flash(): Promise<void> {
  let pulled: Promise<void> | undefined;
  const { code, stderr } = await pcm(['flash', model, '--board', USB], {
    onOutput: (text) => {
      if (/programming: \d/.test(text)) pulled ??= plugOut();
    },
  });
  assert.ok(pulled, 'the flash ran when the plug was pulled');
  await pulled;
  assert.equal(code, 1);
  assert.match(stderr, /The link to usb:1209:0001 was lost in the middle of the work/);
  await plugIn();
  const again = await pcmJson<{ resumed: boolean; converged: number; devices: number }>(
    ...['flash', model, '--board', USB],
  );
  assert.equal(again.resumed, true);
  assert.ok(again.converged > 0.9 * again.devices, `${again.converged} of ${again.devices}`);
}

interface Learned {
  accuracy: number;
  software: { float32: number };
  accuracyPerUpdate: { device: number[] };
}

/** Verifies a board that holds the model, and learns one task of five classes with fifteen queries. */
async function learn(address: string, data: string): Promise<void> {
  const verified = await pcmJson<{ devices: number; converged: number }>(
    ...['verify', model, '--board', address],
  );
  assert.ok(verified.converged > 0.85 * verified.devices, JSON.stringify(verified));
  const sizes = ['--ways', '5', '--shots', '3', '--queries', '3', '--tasks', '1'];
  const learned = await pcmJson<Learned>(...['learn', model, '--data', data, '--board', address, ...sizes]);
  const { accuracy, software, accuracyPerUpdate } = learned;
  assert.ok(accuracy >= 0.8, `accuracy ${accuracy}, chance is 0.2`);
  assert.ok(accuracyPerUpdate.device[0] < 0.5, 'nothing is known before the first update');
  assert.ok(Math.abs(accuracy - software.float32) <= 0.2, `software reaches ${software.float32}`);
}
