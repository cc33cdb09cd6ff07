// A worker thread that has the globals of JavaScript and those of the web below, and none of Node: it runs a bundle as a page would.
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import type { Learn, LearnAssets } from './learn.js';

/** What the product may ask of a page. */
const webGlobals = [
  ...['AbortController', 'AbortSignal', 'MessageChannel', 'TextDecoder', 'TextEncoder', 'URL'],
  ...['URLSearchParams', 'atob', 'btoa', 'clearTimeout', 'crypto', 'performance', 'setTimeout'],
];

const { script, assets } = workerData as { script: string; assets: LearnAssets };
const port = parentPort!;
const language = runInNewContext('Object.getOwnPropertyNames(globalThis)') as string[];
const kept = new Set([...language, ...webGlobals]);
for (const name of Object.getOwnPropertyNames(globalThis))
  if (!kept.has(name)) delete (globalThis as Record<string, unknown>)[name];

const { learn } = (await import(`data:text/javascript,${encodeURIComponent(script)}`)) as { learn: Learn };
const result = await learn(assets);
port.postMessage({ result, globals: Object.getOwnPropertyNames(globalThis) });
