import { Session } from 'node:inspector';

/** Code whose branches guide the mutations: the product's, and that of the decoders it uses. */
const guiding = /\/dist\/(?!test\/)|\/node_modules\/(pngjs|jpeg-js|fflate|protobufjs|binary-parser)\//;

interface Script {
  url: string;
  functions: { ranges: { startOffset: number; endOffset: number; count: number }[] }[];
}

/** Which code this process has reached, by V8's own counters of blocks. */
export class Coverage {
  readonly #session = new Session();
  /** A byte for each character of a script: 1 if it was reached. */
  readonly #reached = new Map<string, Uint8Array>();

  constructor() {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Number of characters of code that were reached since the last call and never before. `keep`: from now on they count as reached. */
  take(keep: boolean): number {
    let fresh = 0;
    for (const { url, functions } of this.#scripts()) {
      if (!guiding.test(url)) continue;
      const size = Math.max(...functions.map(({ ranges }) => ranges[0].endOffset));
      const before = this.#reached.get(url) ?? new Uint8Array(size);
      const map = new Uint8Array(Math.max(size, before.length));
      // Functions come before those inside of them, and so do blocks.
      for (const { ranges } of functions)
        for (const { startOffset, endOffset, count } of ranges)
          map.fill(count > 0 ? 1 : 0, startOffset, endOffset);
      for (let at = 0; at < map.length; at++) {
        if (before[at]) map[at] = 1;
        else fresh += map[at];
      }
      if (keep) this.#reached.set(url, map);
    }
    return fresh;
  }

  #scripts(): Script[] {
    let scripts: Script[] = [];
    this.#session.post('Profiler.takePreciseCoverage', (error, { result }) => {
      if (error) throw error;
      scripts = result;
    });
    return scripts;
  }
}
