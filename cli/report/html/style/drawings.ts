import { css } from '../html.js';

/** Drawings, and fields of squares that show which were recognised. */
export const drawings = css`
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
  @media (max-width: 640px) {
    .drawing {
      width: 34px;
      height: 34px;
    }
    .field {
      width: 150px;
    }
  }
`;
