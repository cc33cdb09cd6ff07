import type { Random } from '../../network/index.js';
import { draw, mutateBytes } from './mutate-bytes.js';
import { bytesOf, textOf } from './target.js';

const strange: readonly unknown[] = [
  ...[
    null,
    true,
    '',
    [],
    {},
    0,
    -1,
    0.5,
    1e-320,
    1e300,
    -1e300,
    2 ** 31,
    2 ** 32,
    2 ** 53,
    1e15,
    4096,
    65_536,
  ],
  ...['__proto__', 'constructor', '\u0000', '\ud800', '..', '../x', 'x'.repeat(300), '1e999', 'NaN'],
];

/** Changes a copy of a JSON value, which stays a JSON value, in one or a few places. */
export function mutateJson(value: unknown, random: Random): unknown {
  let changed = structuredClone(value);
  for (let count = 1 + random.below(3); count > 0; count--) changed = mutateNode(changed, random);
  return changed;
}

function mutateNode(value: unknown, random: Random): unknown {
  const isTable = typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
  const keys = isTable ? Object.keys(value) : [];
  if (keys.length === 0 || random.below(12) === 0) return mutateLeaf(value, random);
  const table = value as Record<string, unknown>;
  const key = draw(random, keys);
  const kind = random.below(10);
  if (kind === 0 && Array.isArray(value)) value.splice(Number(key), 1);
  else if (kind === 0) delete table[key];
  else if (kind === 1 && Array.isArray(value))
    value.splice(random.below(value.length), 0, structuredClone(value[Number(key)]));
  else if (kind === 1) table[draw(random, keys)] = structuredClone(table[key]);
  else table[key] = mutateNode(table[key], random);
  return value;
}

function mutateLeaf(value: unknown, random: Random): unknown {
  if (ArrayBuffer.isView(value)) return mutateBytes(value as Uint8Array, random);
  if (typeof value === 'number' && random.below(2) === 0)
    return draw(random, [value + 1, value - 1, -value, value * 2, value * 1000, value / 3]);
  if (typeof value === 'string' && random.below(2) === 0) return textOf(mutateBytes(bytesOf(value), random));
  return structuredClone(draw(random, strange));
}

/** Changes a text in JSON, which stays one; any other text as bytes. */
export function mutateText(input: Uint8Array, random: Random): Uint8Array {
  try {
    return bytesOf(JSON.stringify(mutateJson(JSON.parse(textOf(input)), random)) ?? '');
  } catch {
    return mutateBytes(input, random);
  }
}

/** Words of JSON. */
export const jsonWords: readonly string[] = ['{"', '":', '[[[[[[[[', '1e400', 'null', '"__proto__":'];
