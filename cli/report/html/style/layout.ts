import { css } from '../html.js';

/** Text and layout of a page: sections side by side on a wide screen. */
export const layout = css`
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
  .row {
    display: flex;
    flex-wrap: wrap;
    gap: 1.25rem;
  }
  .row > figure {
    min-width: 0;
    max-width: 100%;
  }
`;
