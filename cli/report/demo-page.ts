import type { Window } from '../../drivers/index.js';
import type { AccuracyPerUpdate, Episode, LearnedTask, Model } from '../../runtime/index.js';
import { count, percent } from '../output.js';
import { accuracyChart, accuracyTable, networkLegend } from './accuracy.js';
import { type Html, html } from './html.js';
import { keyFigures } from './key-figures.js';
import { renderPage } from './page.js';
import { conductancePicture, drawingPicture } from './picture.js';

/** What a core holds, and which layer sits where. */
export interface CoreMap extends Window {
  core: number;
  /** [2, rows, columns] in nS. */
  conductances: Uint16Array;
  conductanceMax: number;
  layers: (Window & { name: string })[];
}

export interface DemoResult {
  model: Model;
  /** What was drawn, say `real drawings`. */
  kind: string;
  episode: Episode;
  task: LearnedTask;
  /** After 0, 1, .. updates. */
  accuracies: AccuracyPerUpdate;
  cores: CoreMap[];
  seconds: number;
}

/** The page of `pcm demo`: what was learned, how well, and what it did to the chip. */
export function demoPage(result: DemoResult): string {
  const { task, episode, seconds, model, kind } = result;
  const last = task.accuracies.length - 1;
  const introduction = html` <p>
      The model ${model.description.name} was flashed to the board. Then its dense layer learned
      ${episode.classes.length} new classes of ${kind} from ${episode.support.length} examples, by ${last}
      updates computed from the board's own outputs.
    </p>
    ${keyFigures([
      [percent(task.accuracies[0]), 'before learning'],
      [percent(task.accuracies[last]), `after ${last} updates`],
      [count(task.devicesUpdated), 'devices updated'],
      [`${seconds.toFixed(2)} s`, 'for the whole task'],
    ])}`;
  const curves = { accuracies: result.accuracies, chance: 1 / episode.classes.length };
  return renderPage('Five new classes, learned on the device', introduction, [
    {
      title: 'What it learned from',
      caption: 'The support set: every example that the device saw before it had to recognise others.',
      body: supportImages(episode),
    },
    {
      title: 'Accuracy per update',
      caption: 'Query drawings recognised, by the same network in software and on the device.',
      body: html`${networkLegend()} ${accuracyChart(curves)} ${accuracyTable(curves)}`,
    },
    {
      title: 'Confusion on the device',
      caption: 'After the last update: rows are the true classes, columns what was recognised.',
      body: confusionTable(episode.classes, task.confusion[last]),
    },
    {
      title: 'Conductances',
      caption:
        'Difference of the plus (orange) and the minus polarity (blue) of every unit cell as read back after learning. Columns are outputs, rows are inputs.',
      body: html`<div class="row">${result.cores.map(coreFigure)}</div>`,
    },
  ]);
}

function supportImages({ classes, support }: Episode): Html {
  const rows = classes.map((name, label) => {
    const drawings = support.filter((example) => example.label === label);
    return html`<tr>
      <td>${name}</td>
      <td>
        ${drawings.map(({ drawing }, index) => drawingPicture(drawing, `${name}, example ${index + 1}`))}
      </td>
    </tr>`;
  });
  return html`<table>
    ${rows}
  </table>`;
}

function confusionTable(classes: readonly string[], confusion: readonly number[][]): Html {
  const rows = confusion.map((counts, label) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    const cells = counts.map((count, recognised) => {
      const colour = recognised === label ? '--second' : '--third';
      const share = Math.round((70 * count) / Math.max(1, total));
      return html`<td style="background:color-mix(in srgb, var(${colour}) ${share}%, transparent)">
        ${count}
      </td>`;
    });
    return html`<tr>
      <td>${classes[label]}</td>
      ${cells}
    </tr>`;
  });
  return html`<table>
    <tr>
      <th></th>
      ${classes.map((name) => html`<th>${name}</th>`)}
    </tr>
    ${rows}
  </table>`;
}

function coreFigure({ core, rows, columns, conductances, conductanceMax, layers }: CoreMap): Html {
  const alt = `Conductances of core ${core}`;
  const frames = layers.map(
    ({ name, rowStart, columnStart, rows: height, columns: width }) =>
      html`<g>
        <rect
          x="${columnStart}"
          y="${rowStart}"
          width="${width}"
          height="${height}"
          fill="none"
          stroke="currentColor"
          stroke-opacity=".35"
        />
        <text
          x="${columnStart + width / 2}"
          y="${rowStart + 12}"
          font-size="10"
          text-anchor="middle"
          class="label"
          >${name}</text
        ></g
      >`,
  );
  return html`<figure>
    <div class="map">
      ${conductancePicture(conductances, rows, columns, conductanceMax, alt)}
      <svg viewBox="0 0 ${columns} ${rows}">${frames}</svg>
    </div>
    <figcaption>Core ${core}</figcaption>
  </figure>`;
}
