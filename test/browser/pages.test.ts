import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { temporaryFolder } from '../cli/rig.js';
import { chromePath, faultsOf, launch, views } from './browser.js';
import { makePages } from './product-pages.js';

if (chromePath) {
  test('every page opens from disk without a fault: light and dark, on a wide screen and on a phone', async (t) => {
    t.timeout(600_000);
    const pages = await makePages();
    const browser = await launch();
    try {
      const faults: Record<string, string[]> = {};
      for (const [name, path] of Object.entries(pages)) {
        for (const view of views) {
          // An image has a fixed width.
          if (path.endsWith('.svg') && view.width < 800) continue;
          const found = await faultsOf(browser, path, view);
          if (found.length > 0) faults[`${name}, ${view.width} pixels, ${view.scheme}`] = found;
        }
      }
      t.deepEqual(faults, {});
    } finally {
      await browser.close();
    }
  });

  test('faults are found', async (t) => {
    const path = join(await temporaryFolder(), 'faulty.html');
    await writeFile(
      path,
      `<!doctype html><meta name="viewport" content="width=device-width"><body>
        <section style="width:300px">
          <p style="color:#999;background:#fff">pale</p>
          <p style="white-space:nowrap">${'far too long '.repeat(200)}</p>
          <svg width="300" height="50" aria-label="empty"><g aria-label="x-axis tick"><path d="M0,0H9"/></g></svg>
          <svg width="300" height="50" aria-label="crowded">
            <path d="M0,0H9"/><text x="9" y="20">one</text><text x="12" y="22">two</text>
          </svg>
          <img alt="missing" src="missing.png" width="20" height="20"/>
        </section>
        <script src="http://127.0.0.1:9/x.js"></script>
        <script>undefinedFunction()</script>`,
    );
    const browser = await launch();
    try {
      const faults = await faultsOf(browser, path, views[2]);
      for (const fault of [
        /contrast of 2\.8\d: "pale"/,
        /text is cut: "far too long/,
        /the page is \d+ wide, the screen 390/,
        /nothing is drawn in empty/,
        /"one" lies over "two" in crowded/,
        /picture is empty: missing/,
        /request to http:/,
        /script error: undefinedFunction/,
      ])
        t.true(
          faults.some((found) => fault.test(found)),
          `${fault} in ${faults.join('\n')}`,
        );
    } finally {
      await browser.close();
    }
  });
} else {
  test.skip('pages in a browser: skipped without Chromium; install it, or set CHROME_PATH', () => {});
}
