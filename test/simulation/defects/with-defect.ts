// Simulates with one module replaced: argument 1 is its path, argument 2 its source's, argument 3 the number
// of runs. Ends with 3 once a run finds something. Nothing of the product may be imported before the hook is
// there.
import { readFileSync } from 'node:fs';
import { register } from 'node:module';
import { pathToFileURL } from 'node:url';

const [path, sourcePath, runs] = process.argv.slice(2);
register('../../conformance/mutation/hook.js', import.meta.url, {
  data: { url: pathToFileURL(path).href, source: readFileSync(sourcePath, 'utf8') },
});
const { simulate } = await import('../simulate.js');
for (let seed = 1; seed <= Number(runs); seed++) {
  try {
    await simulate({ seed, requests: 2000 });
  } catch (error) {
    console.log(`run ${seed}: ${(error as Error).message}`);
    process.exit(3);
  }
}
console.log(`nothing in ${runs} runs`);
