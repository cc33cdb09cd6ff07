// Finds files that import each other in a circle, imports of types included: who reads one must read them all.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
const { fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, '.');
const files = fileNames.map((name) => join(name));

/** Files that each file imports. */
const imports = new Map(
  files.map((file) => {
    const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'));
    const paths = importedFiles
      .filter(({ fileName }) => fileName.startsWith('.'))
      .map(({ fileName }) => join(dirname(file), fileName.replace(/\.js$/, '.ts')));
    return [file, paths.filter((path) => files.includes(path))];
  }),
);

const circles = circlesOf(imports);
for (const circle of circles) console.error(`These import each other: ${circle.join(', ')}`);
console.log(`${files.length} files, ${circles.length} circles`);
process.exitCode = circles.length > 0 ? 1 : 0;

/** Groups of files that reach one another: the strongly connected components of more than one file (Tarjan 1972). */
function circlesOf(graph) {
  const [found, low, stack, circles] = [new Map(), new Map(), [], []];
  const visit = (file) => {
    found.set(file, found.size);
    low.set(file, found.get(file));
    stack.push(file);
    for (const next of graph.get(file)) {
      if (!found.has(next)) visit(next);
      if (stack.includes(next)) low.set(file, Math.min(low.get(file), low.get(next)));
    }
    if (low.get(file) < found.get(file)) return;
    const group = stack.splice(stack.indexOf(file));
    if (group.length > 1) circles.push(group.sort());
  };
  for (const file of graph.keys()) if (!found.has(file)) visit(file);
  return circles;
}
