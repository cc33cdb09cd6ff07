import { ImportError } from './errors.js';

/**
 * Checks the name of a file that a network refers to. Errors: `ImportError` unless it lies in the network's
 * own folder.
 */
export function checkSibling(name: string, whose: string): void {
  const isAbsolute = /^([/\\]|[a-z]:)/i.test(name);
  if (name === '' || isAbsolute || leavesFolder(name))
    throw new ImportError(
      `The values of ${whose} are said to stand in "${name}", which is no file in the network's folder.`,
    );
}

function leavesFolder(name: string): boolean {
  let depth = 0;
  for (const part of name.split(/[/\\]/)) {
    if (part === '..') depth--;
    else if (part !== '' && part !== '.') depth++;
    if (depth < 0) return true;
  }
  return depth === 0;
}
