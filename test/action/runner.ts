import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export interface Step {
  name: string;
  id?: string;
  if?: string;
  shell?: string;
  env?: Record<string, string>;
  run?: string;
  uses?: string;
}

interface Action {
  inputs: Record<string, { default: string }>;
  outputs: Record<string, { value: string }>;
  runs: { using: string; steps: Step[] };
}

export interface ActionRun {
  /** Names of the steps that ran, including those that use another action, which are skipped here. */
  ran: string[];
  failed: boolean;
  outputs: Record<string, string>;
  /** Environment of later steps of the job. */
  variables: Record<string, string>;
  log: string;
}

/**
 * Runs the steps of a composite action as GitHub's runner does: each in its own shell, with files for its
 * outputs.
 */
export function runAction(
  path: string,
  given: Record<string, string>,
  folder: string,
  environment: NodeJS.ProcessEnv,
): ActionRun {
  const action = parse(readFileSync(path, 'utf8')) as Action;
  const inputs = Object.fromEntries(
    Object.entries(action.inputs).map(([name, { default: value }]) => [name, given[name] ?? value]),
  );
  const outputs: Record<string, Record<string, string>> = {};
  const result: ActionRun = { ran: [], failed: false, outputs: {}, variables: {}, log: '' };
  const files = Object.fromEntries(
    ['ENV', 'OUTPUT', 'PATH'].map((name) => [`GITHUB_${name}`, join(folder, name.toLowerCase())]),
  );
  const expand = (text: string): string =>
    text.replace(/\$\{\{ *(.*?) *\}\}/g, (_, expression: string) => String(evaluate(expression)));
  const evaluate = (expression: string): unknown => {
    const both = expression.split(' && ');
    if (both.length > 1) return both.every((part) => evaluate(part));
    if (expression === 'always()') return true;
    if (expression === 'failure()') return result.failed;
    const unequal = /^(.*) != '(.*)'$/.exec(expression);
    if (unequal) return evaluate(unequal[1]) !== unequal[2];
    const [scope, name, , output] = expression.split('.');
    if (scope === 'inputs') return inputs[name];
    if (scope === 'steps') return outputs[name]?.[output] ?? '';
    if (scope === 'runner') return folder;
    throw new Error(`The test's runner does not know the expression '${expression}'.`);
  };

  mkdirSync(folder, { recursive: true });
  const paths: string[] = [];
  for (const step of action.runs.steps) {
    const condition = step.if ?? 'true';
    const heedsFailure = !/always\(\)|failure\(\)/.test(condition);
    if ((heedsFailure && result.failed) || (step.if !== undefined && !evaluate(step.if))) continue;
    result.ran.push(step.name);
    if (step.run === undefined) continue;
    // GitHub requires it of composite actions.
    if (step.shell === undefined) throw new Error(`The step ${step.name} names no shell.`);
    for (const file of Object.values(files)) writeFileSync(file, '');
    const { status, stdout, stderr } = runStep(step, expand, folder, {
      ...environment,
      ...result.variables,
      ...files,
      RUNNER_TEMP: folder,
      PATH: [...paths, environment.PATH].join(':'),
    });
    result.log += `${stdout}${stderr}`;
    result.failed ||= status !== 0;
    paths.unshift(...readFileSync(files.GITHUB_PATH, 'utf8').split('\n').filter(Boolean));
    Object.assign(result.variables, assignments(files.GITHUB_ENV));
    if (step.id) outputs[step.id] = assignments(files.GITHUB_OUTPUT);
  }
  for (const [name, { value }] of Object.entries(action.outputs)) result.outputs[name] = expand(value);
  return result;
}

/**
 * Runs the commands of a step in `folder`. As in GitHub's runner, expressions are expanded before the shell
 * sees them.
 */
export function runStep(
  { name, shell, env = {}, run = '' }: Step,
  expand: (text: string) => string,
  folder: string,
  environment: NodeJS.ProcessEnv,
) {
  if (shell !== undefined && shell !== 'bash') throw new Error(`The step ${name} names the shell ${shell}.`);
  const script = join(folder, 'step.sh');
  writeFileSync(script, expand(run));
  const own = Object.fromEntries(Object.entries(env).map(([variable, text]) => [variable, expand(text)]));
  return spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
    encoding: 'utf8',
    cwd: folder,
    env: { ...environment, ...own },
  });
}

const assignments = (file: string): Record<string, string> =>
  Object.fromEntries(
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
