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
  /** Kind of drawings, such as `real drawings`. */
  kind: string;
  episode: Episode;
  task: LearnedTask;
  /** Accuracies after 0, 1, .. updates. */
  accuracies: AccuracyPerUpdate;
  cores: CoreMap[];
  /** Time to learn the task and answer its queries on the board. */
  seconds: number;
}

/** The page of `pcm demo`: the task, how well it was learned, and the chip afterwards. */
export function demoPage(result: DemoResult): string {
  const { task, episode, seconds, model, kind } = result;
  const { classes, support, query } = episode;
  const last = task.accuracies.length - 1;
  const introduction = html`<p>
      The network ${model.description.name} was meta-trained in software and flashed to the board as pairs of
      conductances. Then its dense layer learned ${classes.length} classes of ${kind} that it had never seen,
      from ${support.length} drawings, in ${last} updates computed from the board's own outputs. No other
      layer changed.
    </p>
    ${keyFigures([
      [percent(task.accuracies[0]), 'recognised before learning'],
      [percent(task.accuracies[last]), `after ${last} updates`],
      [count(task.devicesUpdated), 'devices reprogrammed'],
      [`${seconds.toFixed(2)} s`, 'to learn the task and answer the queries'],
    ])}`;
  const curves = { accuracies: result.accuracies, chance: 1 / classes.length };
  return renderPage('Five new classes, learned on the chip', introduction, [
    {
      title: 'Drawings it learned from, and drawings it was tested with',
      caption: `Left: all the drawings of each class that it learned from. Right: the ${query.length / classes.length} it was tested with; an orange frame marks a drawing taken for another class.`,
      body: recognitionTable(episode, task),
    },
    {
      title: 'Update by update, on the device',
      caption:
        'Each row is a class, each square a query drawing: filled if it was recognised, hollow if not.',
      body: recognitionFields(episode, task),
    },
    {
      title: 'Device and software',
      half: true,
      caption: 'The same network and the same task, in software and on the noisy device.',
      body: html`${networkLegend()} ${accuracyChart(curves)} ${accuracyTable(curves)}`,
    },
    {
      title: 'Confusion on the device',
      half: true,
      caption: 'After the last update. Rows are the true classes, columns the recognised ones.',
      body: confusionTable(classes, task.confusion[last]),
    },
    {
      title: 'The chip after learning',
      caption:
        'Conductance of every unit cell as read back: orange if the plus polarity is larger, blue if the minus polarity is. The task changed only the filled columns of the head.',
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
