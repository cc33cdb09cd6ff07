// Bundles the page and serves it: node serve.mjs [PORT]. Needs esbuild and pcm-hil.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const asset = (name) => new URL(import.meta.resolve(`pcm-hil/${name}`));
const files = {
  '/': ['text/html', new URL('index.html', import.meta.url)],
  '/kernels.wasm': ['application/wasm', asset('emulator/kernels.wasm')],
  '/profile.json': ['application/json', asset('emulator/profiles/hermes.json')],
  '/model.safetensors': ['application/octet-stream', asset('models/omniglot.safetensors')],
};

const bundle = await build({
  entryPoints: [fileURLToPath(new URL('main.js', import.meta.url))],
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  write: false,
});
const [{ contents: script }] = bundle.outputFiles;

const server = createServer(async ({ url }, response) => {
  const [type, file] = url === '/main.js' ? ['text/javascript'] : (files[url] ?? []);
  response.writeHead(type ? 200 : 404, {
    'content-type': type ?? 'text/plain',
    // The kernels compute in shared memory, which browsers give only to isolated pages. A Content-Security-Policy must allow
    // 'unsafe-eval', since the decoders of the protocol are compiled when the page starts.
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
  });
  response.end(type ? (file ? await readFile(file) : script) : 'There is no such file.');
});
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/`);
});
