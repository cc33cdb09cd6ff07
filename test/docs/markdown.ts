import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../cli/rig.js';

/** Folders whose Markdown is not ours, or is generated from the code. */
const skipped = ['.git', 'dist', 'out', 'api', 'docs/api'];

export interface CodeBlock {
  /** What stands behind the opening fence, say `ts`; may be empty. */
  language: string;
  code: string;
}

/** A Markdown file, taken apart as far as the tests need it. */
export interface Page {
  /** Path from the root of the repository, with forward slashes. */
  path: string;
  /** Lines outside of code blocks, each with its number, from 1. */
  lines: { number: number; text: string }[];
  blocks: CodeBlock[];
}

/** Every Markdown file of the repository. */
export const pages: readonly Page[] = markdownFiles('').map((path) =>
  takeApart(path, readFileSync(join(root, path), 'utf8')),
);

function markdownFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory())
      return skipped.includes(path) || entry.name === 'node_modules' ? [] : markdownFiles(path);
    return entry.isFile() && entry.name.endsWith('.md') ? [path] : [];
  });
}

function takeApart(path: string, text: string): Page {
  const page: Page = { path, lines: [], blocks: [] };
  let block: string[] | undefined;
  let indent = 0;
  for (const [index, line] of text.split('\n').entries()) {
    const fence = /^(\s*)```(\w*)/.exec(line);
    if (fence && block === undefined) {
      block = [];
      indent = fence[1].length;
      page.blocks.push({ language: fence[2], code: '' });
    } else if (fence) {
      page.blocks.at(-1)!.code = block!.join('\n');
      block = undefined;
    } else if (block) block.push(line.slice(indent));
    else page.lines.push({ number: index + 1, text: line });
  }
  return page;
}

/** The text of a page without its code blocks. */
export const proseOf = ({ lines }: Page): string => lines.map(({ text }) => text).join('\n');

/** What stands in single backticks. */
export const codeSpansOf = (page: Page): string[] =>
  [...proseOf(page).matchAll(/`([^`]+)`/g)].map(([, code]) => code.replace(/\s+/g, ' '));

/** Targets of the links, without those to other sites. */
export const linksOf = (page: Page): string[] =>
  [...withoutCode(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target)
    .filter((target) => !/^[a-z]+:/.test(target));

const withoutCode = (page: Page): string => proseOf(page).replace(/`[^`]+`/g, '');

/** Anchors of the headings, as GitHub makes them. */
export function anchorsOf({ lines }: Page): string[] {
  const seen = new Map<string, number>();
  return lines.flatMap(({ text }) => {
    const heading = /^#+ (.*)$/.exec(text)?.[1];
    if (heading === undefined) return [];
    const slug = heading
      .toLowerCase()
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return [count === 0 ? slug : `${slug}-${count}`];
  });
}
