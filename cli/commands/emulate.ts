import { Command, InvalidArgumentError, Option } from 'commander';
import {
  type ClockMode,
  EmulatedBoard,
  type Endpoint,
  listenTcp,
  loadProfile,
} from '../../emulator/index.js';
import { UsageError } from '../failure.js';
import { jsonOption, seedOption, tokenOption } from '../options.js';
import { print } from '../output.js';

interface EmulateOptions {
  profile: string;
  seed: number;
  tcp: Place;
  clock: ClockMode;
  token: string;
  state?: string;
  programming?: 'statistical' | 'pulses';
  json?: boolean;
}

interface Place {
  host: string;
  port: number;
}

export const emulate = new Command('emulate')
  .description('run an emulated board until stopped')
  .option('--profile <name>', 'hermes, hermes-one-device, pcm-like, ideal, or a JSON file', 'hermes')
  .addOption(seedOption())
  .addOption(
    new Option('--tcp <host:port>', 'where to listen; port 0 takes a free one')
      .argParser(place)
      .default({ host: '127.0.0.1', port: 7411 }, '127.0.0.1:7411'),
  )
  .addOption(
    new Option('--clock <mode>', 'manual, real, or how many times faster than real')
      .argParser(clockMode)
      .default('manual'),
  )
  .option('--state <file>', 'keep the chip in this file over restarts')
  .addOption(
    new Option(
      '--programming <mode>',
      'published outcome of program-and-verify, or the loop itself, pulse by pulse',
    ).choices(['statistical', 'pulses']),
  )
  .addOption(tokenOption())
  .addOption(jsonOption())
  .action(async (options: EmulateOptions) => {
    const { host, port } = options.tcp;
    if (!isLoopback(host) && options.token === '') {
      throw new UsageError(
        `Whoever reaches ${host} could drive the board: set a secret with --token or PCM_TOKEN, or listen on 127.0.0.1.`,
      );
    }
    const profile = loadProfile(options.profile);
    if (options.programming) profile.programming.mode = options.programming;
    const board = new EmulatedBoard({ ...options, profile });
    const endpoint = await listenTcp(board.firmware, host, port);
    announce(endpoint, options.json);
    await stopSignal();
    await endpoint.close();
    board.close();
  });

function announce({ url }: Endpoint, json: boolean | undefined): void {
  if (json) process.stdout.write(`${JSON.stringify({ event: 'listening', board: url })}\n`);
  else print(undefined, `The board answers at ${url}; stop it with Ctrl-C.`, false);
}

const stopSignal = (): Promise<unknown> =>
  Promise.race(
    ['SIGINT', 'SIGTERM'].map((signal) => new Promise((resolve) => process.once(signal, resolve))),
  );

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127\./.test(host);

function place(text: string): Place {
  const match = /^(\[[^\]]+\]|[^:]+):(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (!match || port > 65535) throw new InvalidArgumentError('Write HOST:PORT, say 127.0.0.1:7411.');
  return { host: match[1].replace(/^\[|\]$/g, ''), port };
}

function clockMode(text: string): ClockMode {
  if (text === 'manual') return 'manual';
  const rate = text === 'real' ? 1 : Number(text);
  if (!(rate > 0 && Number.isFinite(rate))) {
    throw new InvalidArgumentError('Write manual, real, or a rate such as 3600 (an hour a second).');
  }
  return { rate };
}
