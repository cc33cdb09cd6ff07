import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** An image: the folder that stands for its root, and the program that it starts. */
export interface Image {
  root: string;
  workdir: string;
  command: string[];
  port: number;
}

/**
 * Builds a Containerfile without a container engine. Each stage is a folder; commands run in a shell with the
 * Node of this process, and use `/tmp/` of the stage instead of `/tmp/`. Errors: that of the first command
 * that fails.
 */
export function build(containerfile: string, context: string, folder: string): Image {
  const stages = new Map<string, Image>();
  let stage: Image | undefined;
  for (const line of readFileSync(containerfile, 'utf8').split('\n')) {
    const [, instruction, rest] = /^([A-Z]+) +(.*)$/.exec(line) ?? [];
    if (!instruction) continue;
    if (instruction === 'FROM') {
      stage = newStage(join(folder, `stage-${stages.size}`));
      stages.set(/ AS (\S+)$/.exec(rest)?.[1] ?? '', stage);
    } else if (!stage) throw new Error(`${instruction} stands before the first FROM.`);
    else execute(stage, instruction, rest, { context, stages });
  }
  if (!stage) throw new Error(`${containerfile} has no FROM.`);
  return stage;
}

function newStage(root: string): Image {
  mkdirSync(join(root, 'tmp'), { recursive: true });
  return { root, workdir: '/', command: [], port: 0 };
}

interface Surroundings {
  context: string;
  stages: ReadonlyMap<string, Image>;
}

function execute(stage: Image, instruction: string, rest: string, { context, stages }: Surroundings): void {
  const inside = (path: string) => join(stage.root, resolve('/', stage.workdir, path));
  switch (instruction) {
    case 'WORKDIR':
      stage.workdir = rest;
      mkdirSync(inside('.'), { recursive: true });
      return;
    case 'COPY': {
      const words = rest.split(' ');
      const from = /^--from=(.*)$/.exec(words[0])?.[1];
      const sources = words.slice(from === undefined ? 0 : 1, -1);
      const base = from === undefined ? context : stages.get(from)!.root;
      const target = inside(words.at(-1)!);
      // The shell expands wildcards.
      run(`cp -r ${sources.map((source) => `.${resolve('/', source)}`).join(' ')} '${target}'`, base);
      return;
    }
    case 'RUN':
      return run(rest.replaceAll(' /tmp', ` ${stage.root}/tmp`), inside('.'), {
        npm_config_prefix: join(stage.root, 'usr/local'),
      });
    case 'USER':
      if (!/^\d+$/.test(rest)) throw new Error(`USER ${rest}: it must be a number, which needs no look-up.`);
      return;
    case 'EXPOSE':
      stage.port = Number(rest);
      return;
    case 'ENTRYPOINT':
    case 'CMD':
      stage.command.push(...(JSON.parse(rest) as string[]));
      return;
    default:
      throw new Error(`${instruction} is not known here.`);
  }
}

const run = (command: string, cwd: string, environment: NodeJS.ProcessEnv = {}): void => {
  process.stderr.write(`+ ${command}\n`);
  execFileSync('sh', ['-c', command], { cwd, stdio: 'inherit', env: { ...process.env, ...environment } });
};

/** Copies the build context: the files of the repository except those that `.containerignore` names. */
export function copyContext(repository: string, target: string): void {
  const ignored = readFileSync(join(repository, '.containerignore'), 'utf8').split('\n').filter(Boolean);
  const files = execFileSync('git', ['ls-files'], { cwd: repository, encoding: 'utf8' }).trim().split('\n');
  for (const file of files) {
    if (ignored.some((name) => file === name || file.startsWith(`${name}/`))) continue;
    mkdirSync(join(target, dirname(file)), { recursive: true });
    cpSync(join(repository, file), join(target, file));
  }
}
