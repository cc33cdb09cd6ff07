import type { AnyCommand } from './declaration/command.js';
import * as crossbar from './messages/crossbar.js';
import * as emulation from './messages/emulation.js';
import * as session from './messages/session.js';

const isCommand = (value: unknown): value is AnyCommand =>
  typeof value === 'object' && value !== null && 'request' in value;

/**
 * Every command of the protocol, in the order of their numbers: all that the modules in messages/ declare.
 */
export const commands: readonly AnyCommand[] = [session, crossbar, emulation]
  .flatMap((module) => Object.values(module))
  .filter(isCommand)
  .sort((a, b) => a.code - b.code);

const byCode = new Map(commands.map((command) => [command.code, command]));

/** The command with a number; undefined if the protocol has none. */
export const commandOf = (code: number): AnyCommand | undefined => byCode.get(code);
