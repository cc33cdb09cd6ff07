import { html } from './html.js';

/** Of every page: light and dark as the reader's system is set, wide and narrow as the screen. */
export const style = html`<style>
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
    --second: #0369a1;
    --third: #c2410c;
    --fourth: #9333ea;
    --fifth: #15803d;
    --sixth: #be185d;
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
      --second: #38bdf8;
      --third: #fb923c;
      --fourth: #c084fc;
      --fifth: #4ade80;
      --sixth: #f472b6;
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
  figcaption,
  caption {
    color: var(--faint);
    font-size: 0.85rem;
    text-align: left;
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
  .drawings {
    display: flex;
    flex-wrap: wrap;
    gap: 3px;
  }
  .drawing {
    width: 38px;
    height: 38px;
    border: 1px solid var(--line);
    border-radius: 4px;
  }
  .drawing img {
    display: block;
    width: 100%;
  }
  @media (prefers-color-scheme: dark) {
    .drawing img {
      filter: invert(1);
    }
  }
  .mistaken {
    border: 2px solid var(--third);
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
  .map svg {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    fill: none;
    stroke: var(--ink);
    stroke-opacity: 0.4;
  }
  .map span {
    position: absolute;
    transform: translateX(-50%);
    margin-top: 3px;
    padding: 0 4px;
    border-radius: 3px;
    background: var(--card);
    font-size: 0.8rem;
    line-height: 1.3;
  }
  .scale {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    margin-bottom: 0.75rem;
    font-size: 0.85rem;
  }
  .scale i {
    width: 12rem;
    height: 0.75rem;
    border: 1px solid var(--line);
    background: linear-gradient(to right, #2563eb, transparent, #ea580c);
  }
  .class {
    display: grid;
    grid-template-columns: 7rem 203px 1fr;
    gap: 0.5rem 1.5rem;
    align-items: center;
    padding: 0.4rem 0;
    border-top: 1px solid var(--line);
  }
  .class h3 {
    margin: 0;
    font-size: 0.95rem;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .heads {
    border: 0;
    padding: 0;
    color: var(--faint);
    font-size: 0.85rem;
  }
  @media (max-width: 960px) {
    .class {
      grid-template-columns: minmax(0, 1fr);
    }
    .heads {
      display: none;
    }
    .class .drawings + .drawings {
      border-left: 3px solid var(--second);
      padding-left: 0.5rem;
    }
  }
  .right {
    fill: var(--second);
  }
  .wrong {
    fill: none;
    stroke: var(--third);
    stroke-width: 1.5;
  }
  .confusion td,
  .confusion th[scope='col'] {
    min-width: 2.6rem;
    padding: 0.3rem;
    text-align: center;
  }
  .row > figure {
    min-width: 0;
    max-width: 100%;
  }
  @media (max-width: 640px) {
    .figures {
      gap: 0.75rem 1.25rem;
    }
    .figures dd {
      font-size: 1.35rem;
    }
    .figures dt {
      max-width: 9rem;
    }
    table {
      font-size: 0.85rem;
    }
    th,
    td {
      padding-right: 0.5rem;
    }
    .drawing {
      width: 34px;
      height: 34px;
    }
    .interval {
      display: block;
      color: var(--faint);
    }
    .field {
      width: 150px;
    }
  }
</style>`;
