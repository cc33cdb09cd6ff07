import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { inspect } from './inspection.js';

/** The browser: the one in CHROME_PATH, or a system's Chromium or Chrome. Undefined if there is none. */
export const chromePath = [process.env.CHROME_PATH, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path && existsSync(path),
);

export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: chromePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });

export interface View {
  width: number;
  scheme: 'light' | 'dark';
}

export const views: View[] = [1280, 390].flatMap((width) =>
  (['light', 'dark'] as const).map((scheme) => ({ width, scheme })),
);

/**
 * Opens a page from disk, without a network, and returns its faults: those that `inspect` finds, errors, and
 * requests to anything but the disk. Saves a screenshot in the folder PCM_SCREENSHOTS if that is set.
 */
export async function faultsOf(browser: Browser, path: string, { width, scheme }: View): Promise<string[]> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: scheme,
    offline: true,
    reducedMotion: 'reduce',
  });
  try {
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', ({ message }) => faults.push(`script error: ${message}`));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) faults.push(`console: ${message.text()}`);
    });
    page.on('request', (request) => {
      if (!/^(file|data):/.test(request.url())) faults.push(`request to ${request.url()}`);
    });
    await page.goto(pathToFileURL(path).href);
    faults.push(...(await page.evaluate(inspect)));
    const folder = process.env.PCM_SCREENSHOTS;
    if (folder) {
      const name = path.split(/[/\\]/).at(-1);
      await page.screenshot({
        path: `${folder}/${name}-${width}-${scheme}.png`,
        fullPage: path.endsWith('.html'),
      });
    }
    return faults;
  } finally {
    await context.close();
  }
}
