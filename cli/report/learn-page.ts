import * as Plot from '@observablehq/plot';
import type { Board } from '../../drivers/index.js';
import type { EpisodeSize, Model } from '../../network/index.js';
import type { EvaluatedTasks } from '../../runtime/index.js';
import { type TrainingCurve, phasePlots } from '../../training/index.js';
import { count, percentWithin, points, pointsWithin } from '../terminal/output.js';
import {
  accuracyChart,
  accuracyTable,
  finalAccuracyChart,
  magnifiedAccuracyChart,
  networkLegend,
} from './figures/accuracy.js';
import { chart, halfSize } from './figures/chart.js';
import { type Html, html } from './html/html.js';
import { keyFigures } from './figures/key-figures.js';
import { type Section, renderPage } from './html/page.js';
import { legend, networks } from './figures/series.js';

export interface LearnResult extends EvaluatedTasks {
  model: Model;
  board: Board['information'];
  /** Alphabets of the tasks; undefined for all that the data has. */
  alphabets?: readonly string[];
  size: EpisodeSize;
  updates: number;
  seed: number;
  /** How the model was trained, where its record says it. */
  curve?: TrainingCurve;
}

/** The page of `pcm learn`: the paper's panels over many tasks, and how the model was trained. */
export function learnPage(result: LearnResult): string {
  const { evaluation, accuracies, size } = result;
  const { tasks, accuracy, ci95, software, softwareCi95, deviceMinusFloat32 } = evaluation;
  const curves = {
    accuracies: evaluation.accuracyPerUpdate,
    ci95: evaluation.ci95PerUpdate,
    chance: 1 / size.ways,
  };
  return renderPage(`${count(tasks)} tasks learned on the device`, introduction(result), [
    {
      title: 'Accuracy of each model',
      half: true,
      caption: `After the last update, mean of ${count(tasks)} tasks; the bar is the 95 % confidence interval. The axis is magnified. The device learns the same tasks as the software, so that their difference is known better than either: ${pointsWithin(deviceMinusFloat32.accuracy, deviceMinusFloat32.ci95)} points, device less float32.`,
      body: finalAccuracyChart(
        { ...software, device: accuracy },
        {
          ...softwareCi95,
          device: ci95,
        },
      ),
    },
    {
      title: 'Task by task',
      half: true,
      caption: `How many more of a task's ${size.ways * size.queries} query drawings the device recognised than float32 software: at 0 they did equally well.`,
      body: differenceChart(accuracies, size),
    },
    {
      title: 'Accuracy per update',
      caption: `Before learning every model guesses one of ${size.ways} classes. Left the whole range, right from the first update on; bands and bars are 95 % confidence intervals.`,
      body: html`${networkLegend()}
        <div class="row">
          <figure>${accuracyChart(curves)}</figure>
          <figure>${magnifiedAccuracyChart(curves)}</figure>
        </div>
        ${accuracyTable(curves)}`,
    },
    trainingSection(result),
  ]);
}

function introduction({ evaluation, model, board, alphabets, size, updates, seed }: LearnResult): Html {
  const { tasks, accuracy, ci95, software, softwareCi95, deviceMinusFloat32 } = evaluation;
  return html`<p>
      The model ${model.description.name} on the board ${board.serial} (${board.profile}). Each task is
      ${size.ways} classes${alphabets ? ` of ${alphabets.join(' and ')}` : ''}, learned from ${size.shots}
      ${size.shots === 1 ? 'example' : 'examples'} each by up to ${updates} updates of the dense layer, and
      tested with ${size.queries} further drawings a class. Tasks drawn with seed ${seed}.
    </p>
    ${keyFigures([
      [percentWithin(accuracy, ci95), 'on the device'],
      [percentWithin(software.float32, softwareCi95.float32), 'in software, float32'],
      [percentWithin(software.int4, softwareCi95.int4), 'in software, 4-bit'],
      [points(deviceMinusFloat32.accuracy), 'points, device less float32'],
      [count(evaluation.devicesUpdatedPerTask), 'devices updated a task'],
      [`${evaluation.secondsPerTask.toFixed(2)} s`, `a task on the device, mean of ${count(tasks)}`],
    ])}`;
}

function differenceChart(accuracies: LearnResult['accuracies'], { ways, queries }: EpisodeSize): Html {
  const drawings = ways * queries;
  const tally = new Map<number, number>();
  for (const { device, float32 } of accuracies) {
    const difference = Math.round(drawings * (device.at(-1)! - float32.at(-1)!));
    tally.set(difference, (tally.get(difference) ?? 0) + 1);
  }
  const greatest = Math.max(3, ...[...tally.keys()].map(Math.abs));
  const bars = Array.from({ length: 2 * greatest + 1 }, (_, index) => {
    const difference = index - greatest;
    return { difference, tasks: tally.get(difference) ?? 0 };
  });
  return chart('Difference between device and float32 software, by task', {
    ...halfSize,
    x: {
      label: 'query drawings recognised, device less float32',
      tickFormat: (value: number) => (value > 0 ? `+${value}` : `${value}`.replace('-', '−')),
    },
    y: { label: 'tasks', grid: true },
    marks: [
      Plot.rectY(bars, {
        x1: ({ difference }) => difference - 0.42,
        x2: ({ difference }) => difference + 0.42,
        y: 'tasks',
        fill: networks.device.colour,
      }),
      Plot.ruleY([0], { stroke: 'currentColor' }),
    ],
  });
}

const bits = [
  { ...networks.float32, name: 'weights in float32', symbol: 'circle' as const },
  { ...networks.int4, name: 'weights in 4 bits', symbol: 'circle' as const },
];

function trainingSection({ model, curve }: LearnResult): Section {
  const title = 'How the model was meta-trained';
  const colours = { float32: networks.float32.colour, int4: networks.int4.colour };
  const phases = (['meta', 'classifier'] as const).flatMap((phase) =>
    curve ? (phasePlots(curve, phase, colours) ?? []) : [],
  );
  if (phases.length === 0)
    return {
      title,
      caption: `The training record of ${model.description.name} holds no learning curve, so that loss and validation of its meta-training cannot be drawn; "pcm train omniglot" records one in the models that it writes.`,
      body: html``,
    };
  return {
    title,
    caption:
      'Off-chip, without a model of the chip. Left the loss on training tasks, right the accuracy on validation tasks, with weights in float32 and of 4 bits.',
    body: html`${legend(bits)}
    ${phases.map(
      ({ loss, validation }) =>
        html`<div class="row">
          ${[
            chart('Training loss', { ...loss, ...halfSize }),
            chart('Validation accuracy', { ...validation, ...halfSize }),
          ].map((figure) => html`<figure>${figure}</figure>`)}
        </div>`,
    )}`,
  };
}
