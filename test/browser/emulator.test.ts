import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test from 'ava';
import { example, learnInNode } from '../bundle/learn.js';
import { chromePath, launch } from './browser.js';

if (chromePath) {
  test('in a page, a board is flashed and learns a task as in Node, to the digit', async (t) => {
    t.timeout(600_000);
    const server = spawn(process.execPath, [join(example, 'serve.mjs')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.teardown(() => server.kill());
    const { value: address } = (await createInterface(server.stdout)[Symbol.asyncIterator]().next()) as {
      value: string;
    };
    const browser = await launch();
    t.teardown(() => browser.close());
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on('pageerror', ({ message }) => faults.push(message));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) faults.push(message.text());
    });
    await page.goto(address);
    const output = page.locator('output:not(:empty)');
    await Promise.race([
      output.waitFor({ timeout: 120_000 }),
      page.waitForEvent('pageerror', { timeout: 0 }),
    ]);
    t.deepEqual(faults, []);
    t.deepEqual(JSON.parse(await output.innerText()), await learnInNode());
    t.is(await page.locator('li').count(), 5);
    t.deepEqual(faults, []);
  });
} else {
  test.skip('a board in a page: skipped without Chromium; install it, or set CHROME_PATH', () => {});
}
