import { type AnyCommand, Capability } from '../declaration/command.js';
import { commands } from '../commands.js';
import { type Field, scalarBytes } from '../declaration/fields.js';
import { frameHeader, protocolVersion } from '../frames/frame.js';
import { progressMessage, refusalMessage } from '../messages/link.js';
import { RefusalCode, refusalMeanings } from '../refusal.js';
import type { Fields } from '../declaration/struct.js';

/** The text of `docs/protocol.md`, made from the declarations. */
export function protocolDocument(): string {
  return (
    [introduction, frames(), refusals(), '## Commands', ...commands.map(commandSection)].join('\n\n') + '\n'
  );
}

const introduction = `# The protocol, version ${protocolVersion}

<!-- Made from the declarations in protocol/ by \`npm run docs\`; do not edit. -->

Requests from the host, answers from the board, over any stream of bytes or packets. All numbers are little-endian; conductances are
whole nanosiemens. A payload has first its fields of fixed size, each aligned to its own width, then those whose size follows from them,
one behind the other without padding.

**Exactly once.** A session begins with hello. The host numbers its requests 1, 2, 3, ... and sends one again under the same number until
it is answered. The board executes each number once, in order, and keeps its last answers: a repeated request gets its answer again. Up to
\`window\` requests may be under way: number n + window is sent only after the answer to n. After a lost link the host says hello with the
same session number; \`resumed\` tells whether the board still knows it. A request whose frame was damaged, too large or beyond the window
was not taken, and its number is still to come.

**Long commands** send progress frames, and stop between two steps when a cancel frame with their number comes; the answer is then the
refusal \`cancelled\`.`;

function frames(): string {
  return [
    '## Frames',
    'A header, the payload, and a CRC-32 (IEEE 802.3, as zlib computes it) of header and payload as u32. After anything that is no frame, a',
    'reader looks for the next sync bytes with an intact header behind them, and says so in a refusal with the id 0.',
    '',
    table(frameHeader),
    '',
    '### Payload of a progress frame',
    '',
    table(progressMessage),
  ].join('\n');
}

function refusals(): string {
  const rows = Object.entries(RefusalCode).map(
    ([name, code]) => `| ${code} | \`${name}\` | ${refusalMeanings[name as keyof typeof RefusalCode]} |`,
  );
  return [
    '## Refusals',
    'Payload of a refusal frame:',
    '',
    table(refusalMessage),
    '',
    '| code | name | meaning |\n| --- | --- | --- |',
    ...rows,
  ].join('\n');
}

const capabilityName = (capability: Capability): string =>
  Object.entries(Capability).find(([, bit]) => bit === capability)![0];

function commandSection(command: AnyCommand): string {
  const traits = [
    command.changesDevices ? 'changes devices' : '',
    command.long ? 'sends progress, can be cancelled' : '',
    command.needs ? `only with the capability \`${capabilityName(command.needs)}\`` : '',
  ].filter(Boolean);
  return [
    `### 0x${command.code.toString(16).padStart(2, '0')} ${command.name}`,
    command.meaning + (traits.length > 0 ? ` (${traits.join('; ')})` : ''),
    `Request:\n\n${table(command.request)}`,
    `Response:\n\n${table(command.response)}`,
  ].join('\n\n');
}

function table(layout: { fields: Fields }): string {
  const fields = Object.entries(layout.fields);
  if (fields.length === 0) return 'empty';
  let offset = 0;
  const rows = fields.map(([name, field]) => {
    const at = field.kind === 'array' || field.kind === 'rest' ? '' : String(offset);
    offset += fixedBytes(field);
    return `| ${at} | ${typeName(field)} | \`${name}\` | ${field.unit} | ${field.meaning} |`;
  });
  return ['| offset | type | field | unit | meaning |', '| --- | --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}

const fixedBytes = (field: Field): number =>
  field.kind === 'scalar' ? scalarBytes[field.type] : 'bytes' in field ? field.bytes : 0;

function typeName(field: Field): string {
  switch (field.kind) {
    case 'scalar':
      return field.type;
    case 'text':
      return `char[${field.bytes}]`;
    case 'padding':
      return `u8[${field.bytes}]`;
    case 'array':
      return `${field.type}[${field.shape.join('][')}]`;
    case 'rest':
      return 'char[]';
  }
}
