import { type Html, html } from './html.js';

export interface Section {
  title: string;
  /** One or two sentences: what is seen, and what to look at. */
  caption: string;
  /** Whether a second section has room beside it. */
  half?: boolean;
  body: Html;
}

/** A page that needs nothing but itself: style and figures are inside, light and dark follow the reader's choice. */
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
  return html`<!doctype html>
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
    </html> `.text;
}

const style = html`<style>
  :root {
    color-scheme: light dark;
    --paper: #fbfbfa;
    --card: #fff;
    --ink: #1c2024;
    --faint: #6b7280;
    --line: #e2e4e8;
    --plus: #c2410c;
    --minus: #1d4ed8;
    --first: #6b7280;
    --second: #0f766e;
    --third: #c2410c;
  }
  @media (prefers-color-scheme: dark) {
    :root {
      --paper: #14171a;
      --card: #1c2024;
      --ink: #e8eaed;
      --faint: #9aa3ad;
      --line: #30363d;
      --plus: #fb923c;
      --minus: #60a5fa;
      --first: #9aa3ad;
      --second: #2dd4bf;
      --third: #fb923c;
    }
  }
  * {
    box-sizing: border-box;
  }
  body {
    margin: 0 auto;
    max-width: 1080px;
    padding: 2rem 1.25rem 4rem;
    background: var(--paper);
    color: var(--ink);
    font:
      16px/1.55 system-ui,
      sans-serif;
  }
  h1 {
    font-size: 1.7rem;
    line-height: 1.2;
    margin: 0 0 0.5rem;
  }
  h2 {
    font-size: 1.1rem;
    margin: 0;
  }
  header p,
  section > p {
    color: var(--faint);
    margin: 0.25rem 0 1rem;
    max-width: 46rem;
  }
  main {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    gap: 1.25rem;
    margin-top: 1.25rem;
  }
  .whole {
    grid-column: 1 / -1;
  }
  @media (max-width: 960px) {
    main {
      grid-template-columns: minmax(0, 1fr);
    }
  }
  section {
    background: var(--card);
    border: 1px solid var(--line);
    border-radius: 10px;
    padding: 1.25rem;
  }
  table {
    border-collapse: collapse;
    font-variant-numeric: tabular-nums;
  }
  th,
  td {
    padding: 0.3rem 0.8rem 0.3rem 0;
    text-align: right;
    white-space: nowrap;
    border-bottom: 1px solid var(--line);
  }
  th:first-child,
  td:first-child {
    text-align: left;
  }
  th {
    font-weight: 600;
    color: var(--faint);
  }
  figure {
    margin: 0;
  }
  figcaption {
    color: var(--faint);
    font-size: 0.85rem;
  }
  svg {
    max-width: 100%;
    height: auto;
    background: none !important;
    overflow: visible;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    gap: 1.25rem;
  }
  .figures {
    display: flex;
    flex-wrap: wrap;
    gap: 1rem 1.75rem;
    margin: 0;
  }
  .figures > div {
    display: flex;
    flex-direction: column-reverse;
    justify-content: flex-end;
  }
  .figures dd {
    margin: 0;
    font-size: 1.75rem;
    font-weight: 650;
    line-height: 1.15;
    font-variant-numeric: tabular-nums;
  }
  .figures dt {
    color: var(--faint);
    max-width: 13rem;
    line-height: 1.3;
  }
  .narrow {
    display: none;
  }
  @media (max-width: 640px) {
    .wide {
      display: none;
    }
    .narrow {
      display: block;
    }
  }
  .scroll {
    overflow-x: auto;
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem 1.25rem;
    list-style: none;
    margin: 0 0 0.5rem;
    padding: 0;
  }
  .symbol {
    vertical-align: -0.1em;
  }
  .drawing {
    width: 56px;
    height: 56px;
    image-rendering: pixelated;
    border: 1px solid var(--line);
    border-radius: 4px;
  }
  @media (prefers-color-scheme: dark) {
    .drawing {
      filter: invert(1);
    }
  }
  .map {
    position: relative;
    width: 480px;
    max-width: 100%;
    aspect-ratio: 1;
    border: 1px solid var(--line);
  }
  .map img {
    width: 100%;
    height: 100%;
    image-rendering: pixelated;
    display: block;
  }
  .label {
    fill: var(--ink);
    paint-order: stroke;
    stroke: var(--card);
    stroke-width: 3px;
  }
  .map svg {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
  }
</style>`;
