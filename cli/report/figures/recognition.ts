import type { Episode } from '../../../network/index.js';
import type { LearnedTask } from '../../../runtime/index.js';
import { percent } from '../../terminal/output.js';
import { type Html, html } from '../html/html.js';
import { drawingPicture } from './picture.js';

/**
 * For each class: the drawings it was learned from, and its query drawings as recognised after the last
 * update.
 */
export function recognitionTable({ classes, support, query }: Episode, { recognised }: LearnedTask): Html {
  const last = recognised.at(-1)!;
  const rows = classes.map((name, label) => {
    const examples = support.filter((example) => example.label === label);
    const queries = query
      .map((example, index) => ({ ...example, as: last[index] }))
      .filter((example) => example.label === label);
    return html`<div class="class">
      <h3>${name}</h3>
      <div class="drawings">
        ${examples.map(({ drawing }, index) => framed(drawing, `${name}, example ${index + 1}`))}
      </div>
      <div class="drawings">
        ${queries.map(({ drawing, as }) =>
          as === label
            ? framed(drawing, `${name}, recognised`)
            : framed(drawing, `${name}, taken for ${classes[as]}`, 'mistaken'),
        )}
      </div>
    </div>`;
  });
  return html`<div class="class heads">
      <span></span><span>learned from</span><span>tested after the last update</span>
    </div>
    ${rows}`;
}

const framed = (drawing: Float32Array, title: string, kind = ''): Html =>
  html`<span class="drawing ${kind}" title="${title}">${drawingPicture(drawing, title)}</span>`;

/** Distance between squares, in pixels. */
const PITCH = 12;

/**
 * For each update, a field of squares: a row per class, a square per query drawing, filled if it was
 * recognised.
 */
export function recognitionFields(
  { classes, query }: Episode,
  { recognised, accuracies }: LearnedTask,
): Html {
  const rows = classes.map((_, label) => [...query.keys()].filter((index) => query[index].label === label));
  const [width, height] = [PITCH * Math.max(...rows.map(({ length }) => length)), PITCH * rows.length];
  const fields = recognised.map((labels, update) => {
    const squares = rows.flatMap((indices, label) =>
      indices.map((index, column) => {
        const kind = labels[index] === label ? 'right' : 'wrong';
        return html`<rect
          class="${kind}"
          x="${PITCH * column + 1.5}"
          y="${PITCH * label + 1.5}"
          width="${PITCH - 3}"
          height="${PITCH - 3}"
          rx="1.5"
        />`;
      }),
    );
    const name = update === 0 ? 'before' : `update ${update}`;
    return html`<figure>
      <svg
        class="field"
        width="${width}"
        height="${height}"
        viewBox="0 0 ${width} ${height}"
        role="img"
        aria-label="Query drawings recognised, ${name}: ${percent(accuracies[update])}"
      >
        ${squares}
      </svg>
      <figcaption>${name} <strong>${percent(accuracies[update])}</strong></figcaption>
    </figure>`;
  });
  return html`<div class="row">${fields}</div>`;
}
