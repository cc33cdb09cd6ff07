import { InvalidArgumentError } from 'commander';
import { parseEmulatorAddress } from '../../../../boards/emulator-address.js';
import {
  celsius,
  duration,
  durations,
  levels,
  list,
  listenAddress,
  wholeNumber,
} from '../../../../cli/arguments.js';
import { AddressError, schemeOf } from '../../../../drivers/index.js';
import { dialFor, usbAddress, usbName } from '../../../../drivers/node/index.js';
import { clockModeOf, ProfileError } from '../../../../emulator/index.js';
import { printable } from '../../../../protocol/index.js';
import { bytesOf, require, type Target, textOf } from '../../target.js';

const addresses = [
  ...['tcp://127.0.0.1:7411', 'tcp://[::1]:7411/', 'tcp://board.local:1', 'serial:/dev/ttyACM0'],
  ...['serial:COM3?baudRate=3000000&rtscts=true', 'usb:1209:0001', 'usb:1209:0001:hermes-1', 'emulator:'],
  ...['emulator:hermes?seed=1', 'emulator:ideal?seed=2&programming=pulses&clock=3600&state=c%2B%2B.pcm'],
];

export const address: Target = {
  name: 'address',
  reads: 'addresses of boards',
  refusals: [AddressError, ProfileError],
  seeds: () => addresses.map(bytesOf),
  read(input) {
    const text = textOf(input);
    if (schemeOf(text) === 'emulator') {
      const { seed } = parseEmulatorAddress(text);
      return require(Number.isSafeInteger(seed) && seed >= 0, 'The seed is no whole number.');
    }
    dialFor(text);
    if (schemeOf(text) !== 'usb') return;
    const identity = usbAddress(text);
    require(usbName(identity).toLowerCase() === text.toLowerCase(), 'Writing and reading changes it.');
  },
  words: [
    '?',
    '&',
    '=',
    ':',
    '//',
    '[',
    ']',
    '%00',
    '%zz',
    'seed=',
    'state=',
    'clock=',
    'baudRate=',
    '1e9',
    '-1',
  ],
};

/** What the parsers of the command line may return. */
const isUsable = (value: unknown): boolean =>
  Array.isArray(value) ? value.every(isUsable) : typeof value !== 'number' || Number.isFinite(value);

const numbers = [wholeNumber(0), celsius, levels, duration, durations];

export const options: Target = {
  name: 'options',
  reads: 'values on the command line: times, numbers, lists, places to listen at',
  refusals: [],
  seeds: () =>
    ['15m', '0s,1h,30d,1y', '1.5', '-10', '127.0.0.1:7411', '[::1]:0', 'a, b', 'real', '3600'].map(bytesOf),
  read(input) {
    const text = textOf(input);
    for (const parse of [...numbers, list, listenAddress, clockModeOf]) {
      try {
        require(isUsable(parse(text)), `'${text.slice(0, 40)}' is taken, but is no number.`);
      } catch (error) {
        if (!(error instanceof InvalidArgumentError)) throw error;
      }
    }
    require(printable(text)
      .split('')
      .every((letter) => letter >= ' '), 'Control characters pass.');
  },
  words: ['1e', 's', 'm', 'y', ',', '.', '0x', 'Infinity', '9'.repeat(400), '-', ' ', ':', '[', ']'],
};
