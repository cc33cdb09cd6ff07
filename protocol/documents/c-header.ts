import { type AnyCommand, Capability } from '../declaration/command.js';
import { commands } from '../commands.js';
import { type Field, fieldBoundsText, scalarBytes } from '../declaration/fields.js';
import { FrameKind, frameHeader, PROTOCOL_VERSION } from '../frames/frame.js';
import { PulseKind } from '../messages/crossbar.js';
import { DeviceFault } from '../messages/emulation.js';
import { progressMessage, refusalMessage } from '../messages/link.js';
import { RefusalCode, refusalMeanings } from '../refusal.js';
import type { Fields } from '../declaration/struct.js';

/** A message layout and the name of its struct in C. */
export interface NamedLayout {
  /** In snake case, without the prefix `pcm_`. */
  readonly name: string;
  readonly layout: { readonly fields: Fields; readonly fixedBytes: number };
}

/** Every layout of the protocol that has a fixed part. */
export const cLayouts = (): NamedLayout[] =>
  [
    { name: 'frame_header', layout: frameHeader },
    { name: 'refusal', layout: refusalMessage },
    { name: 'progress', layout: progressMessage },
    ...commands.flatMap(sidesOf),
  ].filter(({ layout }) => layout.fixedBytes > 0);

const sidesOf = ({ name, request, response }: AnyCommand): NamedLayout[] => [
  { name: `${snakeCase(name)}_request`, layout: request },
  { name: `${snakeCase(name)}_response`, layout: response },
];

/**
 * Generates the C11 header of the protocol: its numbers, and a struct for the fixed part of every payload
 * with the bounds of its fields.
 */
export function cHeader(): string {
  return [
    `/* The protocol of pcm-hil, version ${PROTOCOL_VERSION}, generated from its declarations by pcm protocol --c-header. */`,
    '#ifndef PCM_PROTOCOL_H\n#define PCM_PROTOCOL_H',
    '#include <stddef.h>\n#include <stdint.h>',
    '#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__\n#error "The structs are the bytes on the wire on little-endian processors only."\n#endif',
    '_Static_assert(sizeof(float) == 4 && sizeof(double) == 8, "numbers of IEEE 754");',
    `#define PCM_PROTOCOL_VERSION ${PROTOCOL_VERSION}`,
    enumeration('frame_kind', FrameKind),
    enumeration('refusal_code', RefusalCode, refusalMeanings),
    enumeration(
      'command',
      Object.fromEntries(commands.map(({ name, code }) => [name, code])),
      Object.fromEntries(commands.map(({ name, meaning }) => [name, meaning])),
    ),
    enumeration('pulse_kind', PulseKind),
    enumeration('device_fault', DeviceFault),
    enumeration('capability', Capability),
    comment(
      'The fixed part of each payload. Parts of variable size follow it without padding. sizeof may exceed the size on the wire, which is PCM_..._BYTES. PCM_..._MIN and PCM_..._MAX are the bounds of a field, or of each element of an array.',
    ),
    ...cLayouts().map(structure),
    '#endif',
    '',
  ].join('\n\n');
}

/** `rowStart` as `row_start`. */
export const snakeCase = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const upperCase = (name: string): string => snakeCase(name).toUpperCase();

const comment = (text: string): string => `/* ${text.replaceAll('*/', '* /')} */`;

function enumeration(
  name: string,
  values: Readonly<Record<string, number>>,
  meanings: Readonly<Record<string, string>> = {},
): string {
  const lines = Object.entries(values).map(([key, value]) => {
    const meaning = meanings[key] ? ` ${comment(meanings[key])}` : '';
    return `  PCM_${upperCase(name)}_${upperCase(key)} = ${value},${meaning}`;
  });
  return [`enum pcm_${name} {`, ...lines, '};'].join('\n');
}

function structure({ name, layout }: NamedLayout): string {
  const type = `struct pcm_${name}`;
  const lines: string[] = [];
  const checks: string[] = [];
  const limits: string[] = [];
  let offset = 0;
  for (const [key, field] of Object.entries(layout.fields)) {
    const field_ = snakeCase(key);
    const meaning = [field.meaning, field.unit, fieldBoundsText(field)].filter(Boolean).join('; ');
    limits.push(...limitsOf(`PCM_${name}_${field_}`.toUpperCase(), field));
    if (field.kind === 'array' || field.kind === 'rest') {
      lines.push(`  ${comment(`then ${variablePart(field, field_)}: ${meaning}`)}`);
      continue;
    }
    lines.push(`  ${member(field, field_)}; ${comment(meaning)}`);
    checks.push(`_Static_assert(offsetof(${type}, ${field_}) == ${offset}, "${name}.${field_}");`);
    offset += field.kind === 'scalar' ? scalarBytes[field.type] : field.bytes;
  }
  return [
    `${type} {`,
    ...lines,
    '};',
    `#define PCM_${name.toUpperCase()}_BYTES ${layout.fixedBytes}`,
    ...limits,
    ...checks,
  ].join('\n');
}

/** The bounds of a field, or of each element of an array. */
function limitsOf(name: string, field: Field): string[] {
  if (field.kind !== 'scalar' && field.kind !== 'array') return [];
  const { minimum, maximum } = field.bounds ?? {};
  return Object.entries({ MIN: minimum, MAX: maximum })
    .filter((limit): limit is [string, number] => limit[1] !== undefined)
    .map(([side, limit]) => `#define ${name}_${side} ${literal(field.type, limit)}`);
}

function literal(type: string, value: number): string {
  if (type.startsWith('f')) return Number.isInteger(value) ? value.toFixed(1) : String(value);
  return value > 0x7fffffff ? `${value}u` : value < 0 ? `(${value})` : String(value);
}

const cTypes: Record<string, string> = {
  u8: 'uint8_t',
  i8: 'int8_t',
  u16: 'uint16_t',
  i16: 'int16_t',
  u32: 'uint32_t',
  i32: 'int32_t',
  u64: 'uint64_t',
  f32: 'float',
  f64: 'double',
};

function member(field: Exclude<Field, { kind: 'array' | 'rest' }>, name: string): string {
  if (field.kind === 'scalar') return `${cTypes[field.type]} ${name}`;
  return `${field.kind === 'text' ? 'char' : 'uint8_t'} ${name}[${field.bytes}]`;
}

const variablePart = (field: Field & { kind: 'array' | 'rest' }, name: string): string =>
  field.kind === 'rest'
    ? `char ${name}[]`
    : `${cTypes[field.type]} ${name}${field.shape.map((extent) => `[${extent}]`).join('')}`;
