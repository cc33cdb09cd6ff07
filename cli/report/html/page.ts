import { printableLines } from '../../../protocol/index.js';
import { type Html, html } from './html.js';
import { style } from './style/style.js';

export interface Section {
  title: string;
  /** One or two sentences: what the figure shows, and what to look at. */
  caption: string;
  /** Whether the section leaves room for a second one beside it. */
  half?: boolean;
  body: Html;
}

/** A self-contained page: styles and figures are inside; light or dark follows the reader's setting. */
export function renderPage(
  title: string,
  introduction: Html,
  sections: readonly Section[],
  script?: Html,
): string {
  const parts = sections.map(
    ({ title, caption, body, half }) =>
      html`<section class="${half ? 'half' : 'whole'}">
        <h2>${title}</h2>
        <p>${caption}</p>
        ${body}
      </section>`,
  );
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${style}
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          ${introduction}
        </header>
        <main>${parts}</main>
        ${script ?? ''}
      </body>
    </html> `;
  return printableLines(page.text);
}
