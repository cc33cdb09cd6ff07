import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { openBoard, openEmulatedBoard } from '../../boards/index.js';
import { AddressError } from '../../drivers/index.js';
import { StateError } from '../../emulator/index.js';
import { loadProfile } from '../../emulator/node/index.js';

const window = { rowStart: 0, rows: 1, columnStart: 0, columns: 1 };

test('an address names profile and seed of an embedded emulator; both have a default', async (t) => {
  await using named = await openBoard('emulator:pcm-like?seed=7');
  t.is(named.information.serial, 'pcm-like-7');
  await using usual = await openBoard('EMULATOR:');
  t.is(usual.information.serial, 'hermes-1');
});

test('a profile of your own needs no address', async (t) => {
  const profile = { ...loadProfile('ideal'), cores: 1, rows: 20 };
  await using board = await openEmulatedBoard({ profile, seed: 1 });
  t.like(board.information, { cores: 1, rows: 20 });
});

test('closing the board ends the emulator, which completes its state file', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'pcm-boards-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const address = `emulator:ideal?state=${join(folder, 'chip')}`;
  const board = await openBoard(address);
  await board.program(0, window, Uint16Array.of(9000, 0));
  await t.throwsAsync(openBoard(address), { instanceOf: StateError });
  await board.close();
  await using again = await openBoard(address);
  t.deepEqual([...(await again.read(0, window))], [9000, 0]);
});

test('a + in the name of a state file is a +, and an escape what it stands for', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'pcm-boards-'));
  t.teardown(() => rm(folder, { recursive: true }));
  for (const name of ['c++.pcm', 'a%20b%2B.pcm']) {
    const board = await openBoard(`emulator:ideal?state=${folder}/${name}`);
    await board.close();
  }
  t.deepEqual((await readdir(folder)).sort(), ['a b+.pcm', 'c++.pcm']);
});

test('a parameter that is there twice is refused', async (t) => {
  const message = /it has the parameter 'seed' twice/;
  await t.throwsAsync(openBoard('emulator:ideal?seed=1&seed=2'), { instanceOf: AddressError, message });
});

test('an address with an unknown scheme is refused with the known ones', async (t) => {
  const transports = { tunnel: () => () => Promise.reject(new Error('not dialled')) };
  await t.throwsAsync(openBoard('telnet://host:1', { transports }), {
    instanceOf: AddressError,
    message: /must begin with one of tcp:, serial:, usb:, tunnel:, emulator:/,
  });
});
