import test from 'ava';
import { checks, type ConformanceReport, junitXml, runConformance } from '../../conformance/index.js';
import { type Dial, memoryDial } from '../../drivers/index.js';
import { dialFor } from '../../drivers/node/index.js';
import { createEmulatedBoard } from '../../emulator/node/create-emulated-board.js';
import { loadProfile } from '../../emulator/node/index.js';
import { startEmulator } from '../../testing/index.js';
import { mutants } from './mutants.js';

const failures = ({ checks }: ConformanceReport): string[] =>
  checks.filter(({ outcome }) => outcome === 'failed').map(({ name, detail }) => `${name}: ${detail}`);

const boardDial = (profile: string, token = ''): Dial => {
  const { firmware } = createEmulatedBoard({ profile: loadProfile(profile), seed: 1, token });
  return memoryDial('memory', (send) => firmware.attach(send, 'a test'));
};

const patient = { destructive: true, patience: 20_000, idle: 50 };

/** Why a check may be skipped, by profile: only one of them has a temperature. */
const mayBeSkipped = {
  'hermes-thermal': /has the capability|fit one answer|had done/,
  'pcm-like': /has the capability|fit one answer|had done|does not announce/,
};

for (const profile of ['hermes-thermal', 'pcm-like'] as const) {
  test(`an emulated ${profile} board passes every check over memory`, async (t) => {
    const report = await runConformance({ ...patient, dial: boardDial(profile, 'secret'), token: 'secret' });
    t.deepEqual(failures(report), []);
    t.is(report.passed + report.skipped, checks.length);
    t.true(report.passed > 150, `${report.passed} checks`);
    t.deepEqual(
      report.checks.filter(
        ({ outcome, detail }) => outcome === 'skipped' && !mayBeSkipped[profile].test(detail),
      ),
      [],
    );
  });
}

test('an emulated board whose input codes have 4 bits passes every check', async (t) => {
  const { firmware } = createEmulatedBoard({ profile: { ...loadProfile('ideal'), inputBits: 4 }, seed: 1 });
  const dial = memoryDial('memory', (send) => firmware.attach(send, 'a test'));
  const report = await runConformance({ ...patient, dial });
  t.deepEqual(failures(report), []);
  t.is(report.passed + report.skipped, checks.length);
});

test('without --destructive no device is programmed and nothing is written', async (t) => {
  await using emulator = await startEmulator();
  const untouched = async () => {
    const { programmedPairs, setPulses, resetPulses } = await emulator.counters();
    return { programmedPairs, setPulses, resetPulses };
  };
  const report = await runConformance({ ...patient, dial: dialFor(emulator.url), destructive: false });
  t.deepEqual(failures(report), []);
  t.true(report.passed > 60 && report.skipped > 60);
  t.deepEqual(await untouched(), { programmedPairs: 0n, setPulses: 0n, resetPulses: 0n });
});

const good = boardDial('ideal');

// One after the other: what finds a missing answer is its time.
for (const { wrong, foundBy, dial } of mutants) {
  test.serial(`a firmware that ${wrong} is found`, async (t) => {
    const named = checks.filter(({ name }) => name === foundBy);
    t.is(named.length, 1, `there is no check '${foundBy}'`);
    t.deepEqual(failures(await runConformance({ ...patient, dial: good, checks: named })), []);
    const report = await runConformance({ ...patient, dial: dial(), checks: named, patience: 2000 });
    t.is(report.failed, 1);
    t.not(report.checks[0].detail, '');
  });
}

test('a dozen mutants and more, each wrong in its own way', (t) => {
  t.true(mutants.length >= 20);
  t.is(new Set(mutants.map(({ foundBy }) => foundBy)).size, mutants.length);
  t.is(new Set(checks.map(({ name }) => name)).size, checks.length);
});

test('the report as JUnit XML', (t) => {
  const xml = junitXml({
    passed: 1,
    failed: 1,
    skipped: 0,
    checks: [
      { name: 'good', outcome: 'passed', detail: '', seconds: 0.5 },
      { name: 'a < b', outcome: 'failed', detail: 'says "no" & \u0001', seconds: 0.25 },
    ],
  });
  t.regex(
    xml,
    /<testsuite name="pcm conformance" tests="2" failures="1" errors="0" skipped="0" time="0.750">/,
  );
  t.regex(xml, /<testcase classname="pcm.conformance" name="good" time="0.500"\/>/);
  t.regex(xml, /name="a &#60; b" time="0.250"><failure message="says &#34;no&#34; &#38; \ufffd"\/>/);
});
