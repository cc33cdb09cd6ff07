import { css } from '../html.js';

/** Tables, and the confusion matrix. */
export const tables = css`
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
  .scroll {
    overflow-x: auto;
  }
  .confusion td,
  .confusion th[scope='col'] {
    min-width: 2.6rem;
    padding: 0.3rem;
    text-align: center;
  }
  @media (max-width: 640px) {
    table {
      font-size: 0.85rem;
    }
    th,
    td {
      padding-right: 0.5rem;
    }
    .interval {
      display: block;
      color: var(--faint);
    }
  }
`;
