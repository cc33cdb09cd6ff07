import { type AnyCommand, Capability, FIRST_CUSTOM_CODE } from '../declaration/command.js';
import { commands } from '../commands.js';
import { type Field, fieldBoundsText, scalarBytes } from '../declaration/fields.js';
import { frameHeader, PROTOCOL_VERSION } from '../frames/frame.js';
import { progressMessage, refusalMessage } from '../messages/link.js';
import { RefusalCode, refusalMeanings } from '../refusal.js';
import type { Fields } from '../declaration/struct.js';

/** Generates the text of `docs/protocol.md` from the declarations. */
export function protocolDocument(): string {
  return (
    [INTRODUCTION, frames(), refusals(), '## Commands', ...commands.map(commandSection)].join('\n\n') + '\n'
  );
}

const INTRODUCTION = `# The protocol, version ${PROTOCOL_VERSION}

<!-- Generated from the declarations in protocol/ by \`npm run docs\`; do not edit. -->

The host sends requests and the board answers them, over any stream of bytes or packets. All numbers are
little-endian. Conductances are whole nanosiemens. A payload starts with its fields of fixed size, each
aligned to its own width. The fields whose size follows from them come next, without padding. A number must be
within the bounds that its field names here, for every board; a number with bounds is finite. A board refuses
others with \`outOfRange\`, and may have tighter limits, such as the rows that it has.

**Exactly once.** A session begins with hello. The host numbers its requests 1, 2, 3, ... and repeats a
request under the same number until it is answered. The board executes each number once, in order, and keeps
its last answers: a repeated request gets the same answer again. Up to \`window\` requests may be under way:
number n + window may be sent only after the answer to n. After a lost link, the host says hello with the same
session number; \`resumed\` tells if the board still knows the session. A host whose
request was answered already also compares \`nextId\`: if it is not beyond that request, the board was restarted, and
its first answer to hello was lost. If a frame was damaged, too large or
beyond the window, the board did not take its request, and still expects that number.

**Hello comes first.** Before hello is accepted, a board need not take frames of more than 1024 bytes of payload, and
refuses all but hello. Over a link that anyone can open, such as TCP, the first bytes must be the header of a frame, and the first
frame must be hello: anything else closes the link. So a web page cannot drive a board by putting frames into the body
of an HTTP request. Such a link is also closed if hello does not come within seconds. A serial line carries noise
before the first frame; it is skipped, unless it is an HTTP request or the beginning of TLS. Once hello is accepted,
anything that is not a frame is skipped on every link.

**Long commands** send progress frames. They stop between two steps if a cancel frame with their number
arrives; the answer is then the refusal \`cancelled\`.

**Commands of your own** may have any number from 0x${FIRST_CUSTOM_CODE.toString(16)}: the protocol will never use these.`;

function frames(): string {
  return [
    '## Frames',
    'A frame is a header, the payload, and the CRC-32 (IEEE 802.3, as zlib computes it) of header and payload as',
    'u32. After anything that is not a frame, a reader looks for the next sync bytes that an intact header follows,',
    'and reports it in a refusal with the id 0.',
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
    wrapped(command.meaning + (traits.length > 0 ? ` (${traits.join('; ')})` : '')),
    `Request:\n\n${table(command.request)}`,
    `Response:\n\n${table(command.response)}`,
  ].join('\n\n');
}

/** Lines of at most 110 columns. */
const wrapped = (text: string): string => text.replace(/(.{1,110})(?: |$)/g, '$1\n').trimEnd();

function table(layout: { fields: Fields }): string {
  const fields = Object.entries(layout.fields);
  if (fields.length === 0) return 'empty';
  let offset = 0;
  const rows = fields.map(([name, field]) => {
    const at = field.kind === 'array' || field.kind === 'rest' ? '' : String(offset);
    offset += fixedBytes(field);
    return `| ${at} | ${typeName(field)} | \`${name}\` | ${field.unit} | ${meaningOf(field)} |`;
  });
  return ['| offset | type | field | unit | meaning |', '| --- | --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}

/** The meaning of a field, with its bounds if it has any. */
function meaningOf(field: Field): string {
  const bounds = fieldBoundsText(field);
  return bounds ? `${field.meaning} (${bounds})` : field.meaning;
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
