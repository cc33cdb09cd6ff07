import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import test from 'ava';
import fc from 'fast-check';
import { Chip } from '../../../emulator/chip/chip.js';
import type { Backend } from '../../../emulator/chip/arithmetic.js';
import { plainBackend } from '../../../emulator/chip/plain-backend.js';
import { nodeBackend } from '../../../emulator/node/kernels/node-backend.js';
import { profileNames, type Profile } from '../../../emulator/profile/profile.js';
import { loadProfile } from '../../../emulator/node/load-profile.js';
import { finish, integers, profileWith, windowOf } from '../chip/helpers.js';

const geometry = fc.record({
  name: fc.constantFrom(...profileNames),
  cores: fc.integer({ min: 1, max: 3 }),
  rows: fc.integer({ min: 1, max: 70 }),
  columns: fc.integer({ min: 1, max: 90 }),
  devicesPerPolarity: fc.integer({ min: 1, max: 3 }),
  wireResistance: fc.constantFrom(0, 5),
  /** Full scale of the converter, in cells: with the minimum, codes before saturation exceed 32 bits by far. */
  fullScaleCells: fc.constantFrom(0.5, 24, 1e-9),
  seed: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
});

type Geometry = typeof geometry extends fc.Arbitrary<infer T> ? T : never;

const step = fc.record({
  kind: fc.constantFrom('program', 'cells', 'wait', 'columns', 'warm', 'multiply', 'multiply', 'multiply'),
  /** Places, sizes and data of the step follow from it. */
  seed: fc.nat(0xffffffff),
  batch: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 250, max: 520 })),
  seconds: fc.constantFrom(1e-3, 1, 3600, 1e5, 1e9),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Does a step on a chip; returns its answer. */
function perform(chip: Chip, clock: { seconds: number }, { kind, seed, batch, seconds }: Step): unknown {
  const { rows, columns, cores } = chip.profile;
  const random = integers(0x100000000, seed);
  const below = (limit: number) => Math.floor((random.next().value / 0x100000000) * limit);
  const core = below(cores);
  const [rowStart, columnStart] = [below(rows), below(columns)];
  const window = windowOf(
    rowStart,
    1 + below(rows - rowStart),
    columnStart,
    1 + below(columns - columnStart),
  );
  const targets = (count: number) => Uint16Array.from({ length: count }, () => below(3) && below(26000));
  switch (kind) {
    case 'program':
      return finish(
        chip.program(core, window, targets(2 * window.rows * window.columns), {
          tolerance: 0,
          maxIterations: 0,
        }),
      );
    case 'cells': {
      const cells = [...new Set(Array.from({ length: 9 }, () => below(rows * columns)))];
      const places = {
        rows: cells.map((cell) => Math.floor(cell / columns)),
        columns: cells.map((cell) => cell % columns),
      };
      return finish(
        chip.programCells(core, places, targets(2 * cells.length), { tolerance: 0, maxIterations: 0 }),
      );
    }
    case 'wait':
      clock.seconds += seconds;
      return undefined;
    case 'warm':
      return chip.profile.temperature && chip.setTemperature(below(166) - 40);
    case 'columns': {
      const words = (limit: number) =>
        Int16Array.from({ length: window.columns }, () =>
          below(8) ? below(2 * limit) - limit : -32768 + 65535 * below(2),
        );
      return chip.setColumnAffine(core, columnStart, words(32768), words(300));
    }
    default: {
      const named = 1 + below(cores - core);
      const inputs = Int8Array.from(
        { length: batch * named * window.rows },
        () => below(4) && below(255) - 127,
      );
      return chip.multiply(core, named, window, batch, inputs).slice();
    }
  }
}

function run(
  { name, seed, fullScaleCells, ...changes }: Geometry,
  steps: Step[],
  backend: Backend,
): unknown[] {
  const clock = { seconds: 0 };
  const { adc } = loadProfile(name);
  const profile: Profile = profileWith(name, { ...changes, adc: { ...adc, fullScaleCells } });
  const chip = new Chip(profile, { seed, now: () => clock.seconds, backend });
  try {
    const answers = steps.map((one) => perform(chip, clock, one));
    return [
      answers,
      Array.from({ length: profile.cores }, (_, core) => [chip.state(core), chip.matrix(core)]),
    ];
  } finally {
    chip.close();
  }
}

test('the fast backend answers as the plain one and leaves the same chip, whatever the request', (t) => {
  fc.assert(
    fc.property(geometry, fc.array(step, { minLength: 4, maxLength: 10 }), (one, steps) => {
      t.deepEqual(run(one, steps, nodeBackend({ threaded: false })), run(one, steps, plainBackend()));
    }),
    { numRuns: 60, seed: 5 },
  );
  t.pass();
});

/** Codes of large multiplications that name all cores, on a chip with every cell programmed. */
function largeMultiplications(backend: Backend): Int16Array[] {
  const profile = loadProfile('hermes');
  const chip = new Chip(profile, { seed: 9, now: () => 100, backend });
  const { rows, columns, cores } = profile;
  const whole = windowOf(0, rows, 0, columns);
  const target = integers(20000, 3);
  const code = integers(255, 4);
  for (let core = 0; core < cores; core++)
    finish(
      chip.program(
        core,
        whole,
        Uint16Array.from({ length: 2 * rows * columns }, () => target.next().value),
        {
          tolerance: 0,
          maxIterations: 0,
        },
      ),
    );
  const answers = Array.from({ length: 4 }, () => {
    const inputs = Int8Array.from({ length: 64 * cores * rows }, () => code.next().value - 127);
    return chip.multiply(0, cores, whole, 64, inputs).slice();
  });
  chip.close();
  return answers;
}

test('two threads answer as one, and as the plain backend', (t) => {
  const one = largeMultiplications(nodeBackend({ threaded: false }));
  t.deepEqual(largeMultiplications(nodeBackend()), one);
  t.deepEqual(largeMultiplications(plainBackend()), one);
});

test('threads keep no process alive', async (t) => {
  const script = (last: string) => `
    import { Chip } from ${JSON.stringify(new URL('../../../emulator/chip/chip.js', import.meta.url).href)};
    import { loadProfile, nodeBackend } from ${JSON.stringify(new URL('../../../emulator/node/index.js', import.meta.url).href)};
    const chip = new Chip(loadProfile('hermes'), { seed: 1, now: () => 0, backend: nodeBackend() });
    const window = { rowStart: 0, rows: 256, columnStart: 0, columns: 256 };
    for (let i = 0; i < 3; i++) {
      chip.multiply(0, 2, window, 100, new Int8Array(51200));
      await new Promise((done) => setTimeout(done, 50));
    }
    ${last}
    console.log('over');`;
  for (const last of ['', 'chip.close();', 'process.exit();']) {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '-e', script(last)],
      {
        timeout: 60000,
      },
    );
    t.is(stdout, last === 'process.exit();' ? '' : 'over\n');
  }
});
