import type { AnyCommand } from './declaration/command.js';
import * as crossbar from './messages/crossbar.js';
import * as emulation from './messages/emulation.js';
import * as session from './messages/session.js';

const isCommand = (value: unknown): value is AnyCommand =>
  typeof value === 'object' && value !== null && 'request' in value;

/** Every command of the protocol, by number. */
export const commands: readonly AnyCommand[] = [session, crossbar, emulation]
  .flatMap((module) => Object.values(module))
  .filter(isCommand)
  .sort((a, b) => a.code - b.code);

const byCode = new Map(commands.map((command) => [command.code, command]));

export const commandOf = (code: number): AnyCommand | undefined => byCode.get(code);
