import type { AccuracyPerUpdate, LearnedTask } from '../../runtime/index.js';
import type { Episode, Model } from '../../network/index.js';
import { count, percent } from '../terminal/output.js';
import { accuracyChart, accuracyTable, networkLegend } from './figures/accuracy.js';
import { type CoreMap, coreFigures } from './figures/core-map.js';
import { type Html, html } from './html/html.js';
import { keyFigures } from './figures/key-figures.js';
import { renderPage } from './html/page.js';
import { recognitionFields, recognitionTable } from './figures/recognition.js';

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
  const { classes, support, query } = episode;
  const last = task.accuracies.length - 1;
  const introduction = html`<p>
      The network ${model.description.name} was meta-trained in software and flashed to the board as pairs of
      conductances. Then its dense layer learned ${classes.length} classes of ${kind} that it had never seen
      from ${support.length} drawings, by ${last} updates computed from the board's own outputs; no other
      layer changed.
    </p>
    ${keyFigures([
      [percent(task.accuracies[0]), 'recognised before learning'],
      [percent(task.accuracies[last]), `after ${last} updates`],
      [count(task.devicesUpdated), 'devices re-programmed'],
      [`${seconds.toFixed(2)} s`, 'to learn the task and answer'],
    ])}`;
  const curves = { accuracies: result.accuracies, chance: 1 / classes.length };
  return renderPage('Five new classes, learned on the chip', introduction, [
    {
      title: 'What it saw, and what it then recognised',
      caption: `Left all that it was shown of each class, right the ${query.length / classes.length} drawings that it was asked about; an orange frame marks one that it took for another class.`,
      body: recognitionTable(episode, task),
    },
    {
      title: 'Update by update, on the device',
      caption: 'A row a class, a square a query drawing: filled where it was recognised, hollow where not.',
      body: recognitionFields(episode, task),
    },
    {
      title: 'On par with software',
      half: true,
      caption: 'The same network and the same task in software and on the noisy device.',
      body: html`${networkLegend()} ${accuracyChart(curves)} ${accuracyTable(curves)}`,
    },
    {
      title: 'Confusion on the device',
      half: true,
      caption: 'After the last update: rows are the true classes, columns what was recognised.',
      body: confusionTable(classes, task.confusion[last]),
    },
    {
      title: 'The chip after learning',
      caption:
        'Conductance of every unit cell as read back, plus less minus polarity. What the task changed are the columns of the head that are filled.',
      body: coreFigures(result.cores),
    },
  ]);
}

function confusionTable(classes: readonly string[], confusion: readonly number[][]): Html {
  const rows = confusion.map((counts, label) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    const cells = counts.map((count, recognised) => {
      const colour = recognised === label ? '--second' : '--third';
      const share = Math.round((45 * count) / Math.max(1, total));
      return html`<td style="background:color-mix(in srgb, var(${colour}) ${share}%, transparent)">
        ${count}
      </td>`;
    });
    return html`<tr>
      <th scope="row">${label + 1}&ensp;${classes[label]}</th>
      ${cells}
    </tr>`;
  });
  return html`<div class="scroll">
    <table class="confusion">
      <tr>
        <td></td>
        ${classes.map((_, label) => html`<th scope="col">${label + 1}</th>`)}
      </tr>
      ${rows}
    </table>
  </div>`;
}
