import test from 'ava';
import * as protocol from '../../protocol/index.js';

const { commandOf, commands, FIRST_CUSTOM_CODE } = protocol;

test('every declared command is exported under its name, and found by its number', (t) => {
  const exported: Readonly<Record<string, unknown>> = protocol;
  for (const command of commands) {
    t.is(exported[command.name], command, command.name);
    t.is(commandOf(command.code), command);
  }
});

test('command numbers are unique, and leave those from 0x8000 to others', (t) => {
  t.is(new Set(commands.map(({ code }) => code)).size, commands.length);
  t.true(commands.every(({ code }) => code > 0 && code < FIRST_CUSTOM_CODE));
  t.is(FIRST_CUSTOM_CODE, 0x8000);
});
