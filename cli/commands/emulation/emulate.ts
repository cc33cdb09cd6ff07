import { Command, InvalidArgumentError, Option } from 'commander';
import { registerEmulator } from '../../../drivers/node/index.js';
import { type ClockMode, clockModeOf, profileNames } from '../../../emulator/index.js';
import { createEmulatedBoard, type Endpoint, loadProfile } from '../../../emulator/node/index.js';
import { MAX_NETWORK_BYTES, readLimited } from '../../../network/node/index.js';
import { RecordingError, replay } from '../../../testing/index.js';
import { listenAddress } from '../../arguments.js';
import { defaultTcp, type Endpoints, openEndpoints } from '../../board/endpoints.js';
import { jsonOption, seedOption, tokenOption } from '../../options.js';
import { UsageError } from '../../terminal/failure.js';
import { print, printLine, say } from '../../terminal/output.js';
import { parentEnds } from '../../terminal/parent.js';

interface EmulateOptions extends Endpoints {
  profile: string;
  seed: number;
  clock: ClockMode;
  token: string;
  state?: string;
  programming?: 'statistical' | 'pulses';
  replay?: string;
  exitWithParent?: boolean;
  json?: boolean;
}

export const emulate = new Command('emulate')
  .description('run an emulated board until stopped')
  .option('--profile <name>', `kind of chip: ${profileNames.join(', ')}, or a JSON file`, 'hermes')
  .addOption(seedOption('the individual chip: the same seed gives the same answers'))
  .addOption(
    new Option(
      '--tcp <host:port>',
      `listen on TCP; port 0 takes a free one (default: ${defaultTcp.host}:${defaultTcp.port}, unless --pty or --usbip is given)`,
    ).argParser(listenAddress),
  )
  .option('--pty', 'answer on a pseudo-terminal, which a host opens as a serial port')
  .addOption(
    new Option('--usbip <host:port>', "offer a USB device for 'usbip attach -r HOST -b 1-1'").argParser(
      listenAddress,
    ),
  )
  .addOption(
    new Option(
      '--clock <mode>',
      "manual (stands still until 'pcm clock --advance'), real, or a factor such as 3600 (an hour per second)",
    )
      .argParser(clockMode)
      .default('manual'),
  )
  .option('--state <file>', 'keep the state of the chip in this file, across restarts')
  .addOption(
    new Option(
      '--programming <mode>',
      'draw the published result of program-and-verify (statistical) or run it pulse by pulse (pulses); as in the profile by default',
    ).choices(['statistical', 'pulses']),
  )
  .addOption(
    new Option(
      '--replay <file>',
      "answer from a recording of 'pcm record'; stop at the first request that differs",
    ).conflicts(['profile', 'seed', 'clock', 'state', 'programming']),
  )
  .option(
    '--exit-with-parent',
    'also stop when the program that started this one ends or closes the standard input of this one',
  )
  .addOption(tokenOption('secret that hosts must know'))
  .addOption(jsonOption())
  .action(async (options: EmulateOptions, command: Command) => {
    if (options.token === '' && command.getOptionValueSource('token') === 'cli')
      throw new UsageError('--token is empty; give a secret, or leave it out to let anyone use the board.');
    if (options.replay) return answerFromRecording(options.replay, options);
    const profile = loadProfile(options.profile);
    if (options.programming) profile.programming.mode = options.programming;
    const board = createEmulatedBoard({ ...options, profile, onWarning: say });
    const endpoints = await openEndpoints(board, options, options.token);
    const unregister = register(endpoints);
    for (const endpoint of endpoints) announce(endpoint, options.json);
    await stopSignal(options);
    unregister();
    await Promise.all(endpoints.map((endpoint) => endpoint.close()));
    board.close();
  });

/**
 * Answers from a recording. Errors: `RecordingError` with the difference, at the first request that differs.
 */
async function answerFromRecording(path: string, options: EmulateOptions): Promise<void> {
  const text = new TextDecoder().decode(await readLimited(path, MAX_NETWORK_BYTES));
  let depart: (difference: string) => void = () => undefined;
  const departure = new Promise<string>((resolve) => (depart = resolve));
  const replayed = replay(text, depart, options.token);
  const endpoints = await openEndpoints(
    { firmware: replayed.firmware, serial: 'replay' },
    options,
    options.token,
  );
  for (const endpoint of endpoints) announce(endpoint, options.json);
  const difference = await Promise.race([departure, stopSignal(options).then(() => undefined)]);
  // Let the host receive its answer before the link is closed.
  if (difference !== undefined) await new Promise((resolve) => setTimeout(resolve, 200));
  await Promise.all(endpoints.map((endpoint) => endpoint.close()));
  if (difference !== undefined) throw new RecordingError(difference);
  if (replayed.left > 0) say(`${replayed.left} recorded requests were not sent.`);
}

/** Lets `pcm list` find the emulator. It runs all the same if that cannot be. */
function register(endpoints: readonly Endpoint[]): () => void {
  try {
    return registerEmulator(endpoints.map(({ url }) => url));
  } catch (error) {
    say(`'pcm list' will not find this emulator: ${(error as Error).message}.`);
    return () => undefined;
  }
}

function announce({ url }: Endpoint, json: boolean | undefined): void {
  if (json) printLine({ event: 'listening', board: url });
  else print(undefined, `The board answers at ${url}; stop it with Ctrl-C.`, false);
}

const stopSignal = ({ exitWithParent }: EmulateOptions): Promise<unknown> =>
  Promise.race([
    ...['SIGINT', 'SIGTERM'].map((signal) => new Promise((resolve) => process.once(signal, resolve))),
    ...(exitWithParent ? [parentEnds()] : []),
  ]);

function clockMode(text: string): ClockMode {
  const mode = clockModeOf(text);
  if (!mode)
    throw new InvalidArgumentError('Write manual, real, or a factor such as 3600 (an hour per second).');
  return mode;
}
