import { isArray } from './fields.js';
import type { Layout } from './layout.js';

/** Constants by their type in AssemblyScript, then by name. A list becomes constants NAME_0, NAME_1, ... */
export type Constants = Readonly<
  Partial<Record<'i32' | 'u32' | 'usize' | 'f64', Readonly<Record<string, number | ArrayLike<number>>>>>
>;

const HEADER = '// Written by the build; the declarations are in emulator/kernels.\n';

/** AssemblyScript that declares the constants. */
export function constantsSource(constants: Constants): string {
  const lines = Object.entries(constants).flatMap(([type, named]) =>
    Object.entries(named).flatMap(([name, value]) =>
      typeof value === 'number'
        ? [constant(name, type, value)]
        : Array.from(value, (item, index) => constant(`${name}_${index}`, type, item)),
    ),
  );
  return `${HEADER}${lines.join('')}`;
}

/**
 * AssemblyScript that declares layouts: a class for one that the host fills in, and for one with arrays the
 * offset of each field (LAYOUT_FIELD) and the size (LAYOUT_BYTES) as constants. It does not compile if
 * AssemblyScript lays a class out otherwise.
 */
export function layoutsSource(layouts: readonly Layout[]): string {
  return [HEADER, ...layouts.map((one) => (hasArrays(one) ? offsetConstants(one) : classOf(one)))].join('\n');
}

const hasArrays = ({ fields }: Layout) => Object.values(fields).some(isArray);

function classOf({ name, meaning, fields, offsets }: Layout): string {
  const members = Object.entries(fields).map(
    ([field, declared]) => `  /** ${declared.meaning} */\n  ${field}!: ${declared.type};\n`,
  );
  const checks = Object.keys(fields).map(
    (field) =>
      `if (offsetof<${name}>('${field}') != ${offsets[field]}) ERROR('${name}.${field} lies elsewhere.');\n`,
  );
  return `/** ${meaning} */\n@unmanaged\nexport class ${name} {\n${members.join('')}}\n${checks.join('')}`;
}

function offsetConstants({ name, meaning, fields, offsets, bytes }: Layout): string {
  const prefix = upperCase(name);
  const lines = Object.entries(fields).map(
    ([field, declared]) =>
      `/** ${declared.meaning} */\n${constant(`${prefix}_${upperCase(field)}`, 'usize', offsets[field])}`,
  );
  return `// ${meaning}\n${lines.join('')}${constant(`${prefix}_BYTES`, 'usize', bytes)}`;
}

const constant = (name: string, type: string, value: number) =>
  `export const ${name}: ${type} = ${type === 'f64' ? float(value) : value};\n`;

/**
 * Digits that read back as the same double, with a point: without one AssemblyScript takes a large one for an
 * integer.
 */
const float = (value: number) => (Number.isInteger(value) ? value.toFixed(1) : String(value));

/** The name of a constant: slowNoise becomes SLOW_NOISE. */
export const upperCase = (name: string) => name.replace(/(?<=[a-z])[A-Z]/g, '_$&').toUpperCase();
