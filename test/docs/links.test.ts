import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import test from 'ava';
import { root } from '../cli/rig.js';
import { anchorsOf, codeSpansOf, linksOf, type Page, pages } from './markdown.js';
import { shellLines } from './shell.js';

const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  exports: Record<string, unknown>;
};

test('links to files and to headings lead somewhere', (t) => {
  const problems = pages.flatMap((page) => linksOf(page).flatMap((link) => problemOf(page, link)));
  t.deepEqual(problems, []);
});

function problemOf(page: Page, link: string): string[] {
  const [file, anchor] = link.split('#');
  const path = file === '' ? page.path : posix.join(posix.dirname(page.path), file);
  if (!existsSync(join(root, path))) return [`${page.path}: ${link}: there is no ${path}`];
  if (anchor === undefined) return [];
  const target = pages.find((other) => other.path === path);
  if (target && anchorsOf(target).includes(anchor)) return [];
  return [`${page.path}: ${link}: ${path} has no heading for it`];
}

test('paths of this repository, and names of entries of the package, exist', (t) => {
  const missing = pages.flatMap((page) =>
    wordsOf(page)
      .filter((word) => !exists(word))
      .map((word) => `${page.path}: ${word}`),
  );
  t.deepEqual(missing, []);
});

/** Words that may be a path: of code in the text, of commands, and what examples import. */
function wordsOf(page: Page): string[] {
  const codeIn = (language: string) => page.blocks.filter((block) => block.language === language);
  const imports = codeIn('ts').flatMap(({ code }) => [...code.matchAll(/ from '([^']+)'/g)]);
  return [
    ...codeSpansOf(page).flatMap((code) => code.split(' ')),
    ...codeIn('sh')
      .flatMap(shellLines)
      .flatMap((line) => line.split(' ')),
    ...imports.map(([, name]) => name),
  ];
}

/** Whether a word is no path of this repository, or one that exists. */
function exists(word: string): boolean {
  if (/^pcm-hil(\/|$)/.test(word)) return word.replace('pcm-hil', '.') in exports;
  if (!/^[\w.-]+(\/[\w.-]+)*\/?$/.test(word)) return true;
  const [first, ...others] = word.split('/');
  if (first === 'out') return true; // a folder for results, which is not kept
  // A source file is named with its whole path.
  if (others.length === 0) return !/\.(ts|md)$/.test(word) || existsSync(join(root, word));
  return !existsSync(join(root, first)) || existsSync(join(root, sourceOf(word)));
}

/** The source of a compiled file: that of a file that is gone may still lie in `dist`. */
const sourceOf = (path: string): string =>
  path.startsWith('dist/') ? path.replace(/^dist\//, '').replace(/\.js$/, '.ts') : path;

test('every page of docs/ is in its index', (t) => {
  const index = pages.find(({ path }) => path === 'docs/README.md')!;
  const others = pages.filter(({ path }) => dirname(path) === 'docs' && path !== index.path);
  t.deepEqual(
    others.map(({ path }) => posix.basename(path)).filter((name) => !linksOf(index).includes(name)),
    [],
  );
});
