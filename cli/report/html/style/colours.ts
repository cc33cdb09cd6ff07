import { css } from '../html.js';

/** Colours of a page, light and dark as the reader's system is set. */
export const colours = css`
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
`;
