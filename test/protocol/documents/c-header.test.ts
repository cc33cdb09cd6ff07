import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { cHeader, cLayouts, commands, RefusalCode, snakeCase } from '../../../protocol/index.js';
import { scalarBytes } from '../../../protocol/declaration/fields.js';

const compiler = process.env.CC ?? 'cc';
const hasCompiler = spawnSync(compiler, ['--version']).status === 0;
const withCompiler = hasCompiler ? test : test.skip;

/** Offset of every fixed field, as our decoder has it. */
function offsets({ layout, name }: ReturnType<typeof cLayouts>[number]): string[] {
  const lines: string[] = [];
  let offset = 0;
  for (const [key, field] of Object.entries(layout.fields)) {
    if (field.kind === 'array' || field.kind === 'rest') continue;
    const bytes = field.kind === 'scalar' ? scalarBytes[field.type] : field.bytes;
    lines.push(`${name}.${snakeCase(key)} ${offset} ${bytes}`);
    offset += bytes;
  }
  return [...lines, `${name} ${layout.fixedBytes}`];
}

withCompiler('compiles without a warning, and its structs lie as the bytes on the wire', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'pcm-header-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const prints = cLayouts().flatMap(({ name, layout }) => [
    ...Object.entries(layout.fields)
      .filter(([, { kind }]) => kind !== 'array' && kind !== 'rest')
      .map(([key]) => {
        const [type, field] = [`struct pcm_${name}`, snakeCase(key)];
        return `printf("${name}.${field} %zu %zu\\n", offsetof(${type}, ${field}), sizeof(((${type} *)0)->${field}));`;
      }),
    `printf("${name} %d\\n", PCM_${name.toUpperCase()}_BYTES);`,
  ]);
  const codes = commands.map(({ name, code }) => `${code} ${name}`);
  const enums = commands.map(
    ({ name }) => `printf("%d ${name}\\n", PCM_COMMAND_${snakeCase(name).toUpperCase()});`,
  );
  const program = `#include <stdio.h>\n#include "pcm_protocol.h"\nint main(void) {\n${[...prints, ...enums].join('\n')}\nreturn PCM_REFUSAL_CODE_BUSY;\n}\n`;
  writeFileSync(join(folder, 'pcm_protocol.h'), cHeader());
  writeFileSync(join(folder, 'main.c'), program);
  const flags = ['-std=c11', '-Wall', '-Wextra', '-Werror', '-pedantic'];
  execFileSync(compiler, [...flags, '-o', 'main', 'main.c'], { cwd: folder });
  const { stdout, status } = spawnSync(join(folder, 'main'), { encoding: 'utf8' });
  t.deepEqual(stdout.trim().split('\n'), [...cLayouts().flatMap(offsets), ...codes]);
  t.is(status, RefusalCode.busy);
});

test('says everything that there is', (t) => {
  const header = cHeader();
  for (const { name } of commands)
    t.true(header.includes(`PCM_COMMAND_${snakeCase(name).toUpperCase()} =`), name);
  for (const name of Object.keys(RefusalCode)) {
    t.true(header.includes(`PCM_REFUSAL_CODE_${snakeCase(name).toUpperCase()} =`), name);
  }
  t.regex(header, /then uint16_t targets\[2\]\[rows\]\[columns\]/);
  t.regex(header, /#define PCM_READ_REQUEST_ROWS_MIN 1\n#define PCM_READ_REQUEST_ROWS_MAX 4096\n/);
  t.regex(header, /#define PCM_MULTIPLY_REQUEST_INPUTS_MIN \(-127\)\n/);
  t.regex(header, /#define PCM_ADVANCE_CLOCK_REQUEST_SECONDS_MAX 1000000000000\.0\n/);
  t.regex(header, /then uint8_t kinds\[pulses\]: 1 SET, 2 RESET; each from 1 to 2/);
});
