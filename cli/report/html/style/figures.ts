import { css } from '../html.js';

/** Key figures, charts with their legends, and maps of cores. */
export const figures = css`
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
    .figures {
      gap: 0.75rem 1.25rem;
    }
    .figures dd {
      font-size: 1.35rem;
    }
    .figures dt {
      max-width: 9rem;
    }
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
`;
