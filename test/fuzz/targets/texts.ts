import { InvalidArgumentError } from 'commander';
import { parseEmulatorAddress } from '../../../boards/emulator-address.js';
import {
  celsius,
  duration,
  durations,
  levels,
  list,
  listenAddress,
  wholeNumber,
} from '../../../cli/arguments.js';
import { AddressError, schemeOf } from '../../../drivers/index.js';
import { dialFor, usbAddress, usbName } from '../../../drivers/node/index.js';
import { clockModeOf, ProfileError } from '../../../emulator/index.js';
import { FrameKind, type Frame, hello, information, printable, status } from '../../../protocol/index.js';
import { RecordingError, replay } from '../../../testing/index.js';
import { decodeSession, encodeExchange, encodeHeader } from '../../../testing/session-log.js';
import { mutateBytes, mutateJson } from '../mutate.js';
import { bytesOf, require, type Target, textOf } from '../target.js';
import { framesOf, streamOf } from './frames.js';

const exchanges = [
  { command: information.code, request: new Uint8Array(), refused: false, answer: new Uint8Array(9) },
  { command: status.code, request: Uint8Array.of(1, 2, 3), refused: false, answer: Uint8Array.of(1) },
  { command: 999, request: new Uint8Array(), refused: true, answer: Uint8Array.of(7, 0, 0, 0) },
];

const rewritten = ({ header, exchanges }: ReturnType<typeof decodeSession>): string =>
  [encodeHeader(header), ...exchanges.map(encodeExchange)].join('\n');

/** Requests of a recording that are made again. */
const MAX_REPLAYED = 4;

export const session: Target = {
  name: 'session',
  reads: 'recorded sessions, and replays them',
  refusals: [RecordingError],
  seeds: () => [
    bytesOf(rewritten({ header: { board: 'tcp://127.0.0.1:1', maxPayload: 4096, window: 4 }, exchanges })),
  ],
  async read(input) {
    const decoded = decodeSession(textOf(input));
    const text = rewritten(decoded);
    require(rewritten(decodeSession(text)) === text, 'Writing and reading changes it.');
    const sent: Uint8Array[] = [];
    const { firmware } = replay(text, () => undefined);
    const link = firmware.attach((bytes) => sent.push(bytes), 'a fuzzer');
    const greeting = hello.request.encode({ session: 1n, token: '', host: 'fuzzer' });
    const requests = decoded.exchanges.slice(0, Math.min(MAX_REPLAYED, decoded.header.window));
    const frames = requests.map(({ command, request }, at): Frame => ({
      kind: FrameKind.request,
      id: at + 1,
      command,
      payload: request,
    }));
    link.receive(streamOf([{ kind: FrameKind.request, id: 0, command: hello.code, payload: greeting }]));
    await nextTurn();
    link.receive(streamOf(frames.filter(({ payload }) => payload.length <= decoded.header.maxPayload)));
    await nextTurn();
    link.close();
    const [answer] = framesOf(Buffer.concat(sent));
    require(answer.kind === FrameKind.response, 'The replay does not answer hello.');
  },
  mutate(input, random) {
    const lines = textOf(input).split('\n');
    const chosen = random.below(lines.length);
    try {
      lines[chosen] = JSON.stringify(mutateJson(JSON.parse(lines[chosen]), random)) ?? '';
    } catch {
      return mutateBytes(input, random);
    }
    return bytesOf(lines.join('\n'));
  },
  words: ['"response":"', '"refusal":"', '"pcmlog":1', '"command":"', 'AAAA', '\n'],
};

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

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
