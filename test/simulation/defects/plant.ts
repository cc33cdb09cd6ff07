// Plants one mistake at a time in the built code and sees whether the simulator finds it:
// `node dist/test/simulation/defects/plant.js [--only TEXT] [--runs N]`. Each runs in a process of its own.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

interface Defect {
  name: string;
  /** Module of the built code. */
  file: string;
  find: string;
  replace: string;
}

const defects: readonly Defect[] = [
  {
    name: 'levels are taken over before the board has answered',
    file: 'runtime/device/programmed-levels.js',
    find: 'held[cell] = UNKNOWN_LEVEL;',
    replace: 'held[cell] = this.#wanted[weights[cell]];',
  },
  {
    name: 'an answer is kept one request too short',
    file: 'emulator/firmware/session.js',
    find: 'this.#forget(id - this.#options.window);',
    replace: 'this.#forget(id - 1);',
  },
  {
    name: 'a repeated request is executed again',
    file: 'emulator/firmware/session.js',
    find: 'if (id < this.#nextId)\n            return;',
    replace: 'if (id < this.#nextId)\n            return void this.#begin(request);',
  },
  {
    name: 'an entry of the journal is not flushed',
    file: 'emulator/state/journal.js',
    find: 'this.#file.sync();',
    replace: ';',
  },
  {
    name: 'a new state file takes its name before it is flushed',
    file: 'emulator/state/journal.js',
    find: 'file.sync();\n                disk.rename(beside, path);',
    replace: 'disk.rename(beside, path);',
  },
  {
    name: 'a lock is given twice',
    file: 'test/simulation/world/virtual-disk.js',
    find: 'if (this.#locks.has(path))',
    replace: 'if (false)',
  },
  {
    name: 'a frame with a wrong checksum is executed',
    file: 'protocol/frames/frame-reader.js',
    find: 'readU32(this.#rest) !== incoming.check',
    replace: 'false',
  },
  {
    name: 'requests are sent on to a board that was restarted',
    file: 'drivers/connection/connection.js',
    find: 'requests.begun && restarted',
    replace: 'false',
  },
  {
    name: 'a region counts as programmed before it is',
    file: 'runtime/flash/flash.js',
    find: 'await recordDone(index);',
    replace: 'await recordDone(index + 1);',
  },
  {
    name: 'a head that learned a task is not noted',
    file: 'runtime/device/programmed-levels.js',
    find: 'await markRecord(this.#board, record ?? (await readRecord(this.#board)), true);',
    replace: ';',
  },
  {
    name: 'the user area is recorded at the wrong place',
    file: 'emulator/state/board-state.js',
    find: 'userDataHead.encode({ offset })',
    replace: 'userDataHead.encode({ offset: offset + 1 })',
  },
  {
    name: 'requests are executed in the order in which they come',
    file: 'emulator/firmware/session.js',
    find: 'const request = this.#waiting.get(this.#nextId);',
    replace: 'const request = this.#waiting.values().next().value;',
  },
  {
    name: 'a second host takes the board over',
    file: 'emulator/firmware/firmware.js',
    find: 'if (this.#holder && this.#holder !== host',
    replace: 'if (false && this.#holder !== host',
  },
  {
    name: 'a snapshot is restored, and not written to the file',
    file: 'emulator/board/emulated-board.js',
    find: 'this.keeper?.rewrite()',
    replace: 'undefined',
  },
  {
    name: 'a restore leaves the user area as it is',
    file: 'emulator/board/emulated-board.js',
    find: 'this.userArea.write(0, content.subarray(chipBytes));',
    replace: ';',
  },
  {
    name: 'a change of temperature is not recorded',
    file: 'emulator/state/board-state.js',
    find: 'this.#append(Kind.temperature,',
    replace: 'if (false) this.#append(Kind.temperature,',
  },
  {
    name: 'a clock that the disk has no room for is not put back',
    file: 'emulator/board/answers/emulation.js',
    find: '() => clock.set(before)',
    replace: '() => undefined',
  },
  {
    name: 'an interrupted calibration is not told',
    file: 'runtime/calibration/reference-pattern.js',
    find: 'headTouched: true, interrupted: true',
    replace: 'headTouched: true',
  },
  {
    name: 'the reference of a calibration stays on its columns',
    file: 'runtime/calibration/reference-pattern.js',
    find: 'await programColumns(board, blank, 0, seed);',
    replace: ';',
  },
  {
    name: 'a compensation takes the answers of other probes',
    file: 'runtime/drift/recording.js',
    find: 'new Random(seed, probeStreams.recorded)',
    replace:
      'new Random(seed + (globalThis.pcmProbes = (globalThis.pcmProbes ?? 0) + 1), probeStreams.recorded)',
  },
];

const dist = fileURLToPath(new URL('../../../', import.meta.url));
const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, runs: { type: 'string', default: '40' } },
});
const folder = mkdtempSync(join(tmpdir(), 'pcm-'));
let found = 0;
let missed = 0;
for (const { name, file, find, replace } of defects.filter((one) => one.name.includes(values.only))) {
  const path = join(dist, file);
  const source = readFileSync(path, 'utf8');
  if (!source.includes(find)) throw new Error(`${file} no longer holds "${find}".`);
  const mutant = join(folder, 'mutant.js');
  writeFileSync(mutant, source.replace(find, replace));
  const child = join(dist, 'test/simulation/defects/with-defect.js');
  const { status, stdout } = spawnSync(process.execPath, [child, path, mutant, values.runs], {
    encoding: 'utf8',
    timeout: 120_000,
  });
  const isFound = status === 3;
  if (isFound) found++;
  else missed++;
  console.log(`${isFound ? 'found' : 'MISSED'}: ${name} (${stdout.trim().split('\n').at(-1) ?? ''})`);
}
rmSync(folder, { recursive: true });
console.log(`${found} passed, ${missed} failed`);
process.exitCode = missed > 0 ? 1 : 0;
