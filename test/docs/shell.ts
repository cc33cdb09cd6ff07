import type { CodeBlock } from './markdown.js';

/** The commands of a block, one line each: continued lines are joined, comments are left out. */
export const shellLines = ({ code }: CodeBlock): string[] =>
  code
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');

/** The calls of `pcm` in a line, each as its arguments. */
export const callsOf = (line: string): string[][] =>
  line
    .split(/\s(?:\||&&|;)\s/)
    .map((command) => wordsOf(command.replace(/\s>\s.*$/, '').trim()))
    .map((words) => (words[0] === 'npx' ? words.slice(1) : words))
    .filter(([command]) => command === 'pcm')
    .map(([, ...args]) => args);

/** Words as a shell splits them, quotes taken off. */
const wordsOf = (command: string): string[] =>
  [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare,
  );
