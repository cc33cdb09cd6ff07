import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import type { Archive } from '../../../data/omniglot/archives.js';
import { download } from '../../../data/node/download.js';
import { DataError } from '../../../network/learning/errors.js';

const content = Buffer.from('the whole archive, byte for byte');

/** An archive of its own address for each test, so that they run beside each other. */
function archiveAt(name: string): Archive {
  const value = createHash('sha256').update(content).digest('hex');
  return {
    name: 'archive.zip',
    url: `https://data.example/${name}`,
    bytes: content.length,
    digest: { algorithm: 'sha256', value },
  };
}

const whole = () => new HttpResponse(content);
const server = setupServer(
  http.get('https://data.example/whole', whole),
  http.get('https://data.example/resumable', ({ request }) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.get('range') ?? '')?.[1]);
    return new HttpResponse(content.subarray(from), { status: 206 });
  }),
  http.get('https://data.example/missing', () => new HttpResponse('nothing here', { status: 404 })),
  http.get('https://data.example/other', () => new HttpResponse(Buffer.from(content).reverse())),
  http.get('https://data.example/unreachable', () => HttpResponse.error()),
);
test.before(() => server.listen({ onUnhandledRequest: 'bypass' }));
test.after.always(() => server.close());

const folder = () => mkdtemp(join(tmpdir(), 'pcm-download-'));

/** The port that a server listens on. */
async function listen(listener: Server): Promise<number> {
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return (listener.address() as AddressInfo).port;
}

test('an archive is downloaded with progress, and only the archive is left', async (t) => {
  const out = join(await folder(), 'new');
  const progress: number[] = [];
  const path = await download(archiveAt('whole'), out, { onProgress: (_, bytes) => progress.push(bytes) });
  t.deepEqual(await readFile(path), content);
  t.is(progress.at(-1), content.length);
  t.deepEqual(await readdir(out), ['archive.zip']);
});

test('a sound archive is kept, without asking the network', async (t) => {
  const out = await folder();
  await writeFile(join(out, 'archive.zip'), content);
  await t.notThrowsAsync(download(archiveAt('missing'), out));
});

test('a damaged archive is downloaded again', async (t) => {
  const out = await folder();
  await writeFile(join(out, 'archive.zip'), Buffer.alloc(content.length));
  t.deepEqual(await readFile(await download(archiveAt('whole'), out)), content);
});

test('a partial file is continued where it ends', async (t) => {
  const out = await folder();
  await writeFile(join(out, 'archive.zip.part'), content.subarray(0, 12));
  t.deepEqual(await readFile(await download(archiveAt('resumable'), out)), content);
});

test('a server that cannot resume sends the whole again', async (t) => {
  const out = await folder();
  await writeFile(join(out, 'archive.zip.part'), 'old rubbish');
  t.deepEqual(await readFile(await download(archiveAt('whole'), out)), content);
});

test('404 and an unreachable server leave nothing', async (t) => {
  const out = await folder();
  await t.throwsAsync(download(archiveAt('missing'), out), {
    instanceOf: DataError,
    message: /answered 404/,
  });
  await t.throwsAsync(download(archiveAt('unreachable'), out), {
    instanceOf: DataError,
    message: /Cannot reach/,
  });
  t.deepEqual(await readdir(out), []);
});

test('a wrong digest is refused and the file removed', async (t) => {
  const out = await folder();
  await t.throwsAsync(download(archiveAt('other'), out), {
    instanceOf: DataError,
    message: /sha256 differs/,
  });
  t.deepEqual(await readdir(out), []);
});

test('the bytes from before a dropped connection stay for the next attempt', async (t) => {
  const dropping = createServer((_, response) => {
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, 10), () => setTimeout(() => response.destroy(), 100));
  });
  const out = await folder();
  const archive = { ...archiveAt('dropped'), url: `http://127.0.0.1:${await listen(dropping)}/dropped` };
  await t.throwsAsync(download(archive, out), {
    instanceOf: DataError,
    message: new RegExp(`10 of ${content.length} bytes`),
  });
  t.deepEqual(await readFile(join(out, 'archive.zip.part')), content.subarray(0, 10));
  dropping.close();
});

(platform() === 'linux' ? test : test.skip)('a full disk is said so', async (t) => {
  const out = await folder();
  await symlink('/dev/full', join(out, 'archive.zip.part'));
  await t.throwsAsync(download(archiveAt('whole'), out), { instanceOf: DataError, message: /disk is full/ });
});

test.serial('the proxy of HTTPS_PROXY is used', async (t) => {
  const asked: string[] = [];
  const proxy = createServer();
  proxy.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  const before = process.env.HTTPS_PROXY;
  process.env.HTTPS_PROXY = `http://127.0.0.1:${await listen(proxy)}`;
  try {
    const request = download(archiveAt('by-proxy'), await folder());
    await t.throwsAsync(request, { instanceOf: DataError, message: /Cannot reach/ });
    t.deepEqual(asked, ['data.example:443']);
  } finally {
    if (before === undefined) delete process.env.HTTPS_PROXY;
    else process.env.HTTPS_PROXY = before;
    proxy.close();
  }
});
