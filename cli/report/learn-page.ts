import * as Plot from '@observablehq/plot';
import type { Board } from '../../drivers/index.js';
import type { EpisodeSize, Model } from '../../network/index.js';
import type { EvaluatedTasks } from '../../runtime/index.js';
import { type TrainingCurve, phasePlots } from '../../training/record/index.js';
import { count, counted, percentWithin, points, pointsWithin } from '../terminal/output.js';
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
  /** Alphabets of the tasks; undefined for all those in the data. */
  alphabets?: readonly string[];
  size: EpisodeSize;
  updates: number;
  seed: number;
  /** Sentences about saturation, dead layers and a device that is lower than software; none by default. */
  warnings?: readonly string[];
  /** Learning curve of the model, if its record has one. */
  curve?: TrainingCurve;
}

/** The page of `pcm learn`: the paper's panels for many tasks, and how the model was trained. */
export function learnPage(result: LearnResult): string {
  const { evaluation, accuracies, size } = result;
  const { tasks, accuracy, ci95, software, softwareCi95, deviceMinusFloat32 } = evaluation;
  const curves = {
    accuracies: evaluation.accuracyPerUpdate,
    ci95: evaluation.ci95PerUpdate,
    chance: 1 / size.ways,
  };
  return renderPage(`${counted(tasks, 'task')} learned on the device`, introduction(result), [
    {
      title: 'Accuracy of each model',
      half: true,
      caption: `After the last update, mean of ${counted(tasks, 'task')}. The bar is the 95 % confidence interval; the axis is magnified. Device and software learn the same tasks, so their difference is known more precisely than either: device minus float32 is ${pointsWithin(deviceMinusFloat32.accuracy, deviceMinusFloat32.ci95)} points.`,
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
      caption: `Histogram of the tasks by how many more of the ${size.ways * size.queries} query drawings the device recognised than float32 software; at 0 both did equally well.`,
      body: differenceChart(accuracies, size),
    },
    {
      title: 'Accuracy per update',
      caption: `Before learning, every model guesses one of ${size.ways} classes. Left: the whole range. Right: from the first update on. Bands and bars are 95 % confidence intervals.`,
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

function introduction(result: LearnResult): Html {
  const { evaluation, model, board, alphabets, size, updates, seed, warnings = [] } = result;
  const { tasks, accuracy, ci95, software, softwareCi95, deviceMinusFloat32 } = evaluation;
  return html`<p>
      Model ${model.description.name} on the board ${board.serial} (${board.profile}). Each task has
      ${size.ways} classes${alphabets ? ` of ${alphabets.join(' and ')}` : ''}, which are learned from
      ${size.shots} ${size.shots === 1 ? 'example' : 'examples'} each in ${updates}
      ${updates === 1 ? 'update' : 'updates'} of the dense layer and tested with ${size.queries} further
      drawings per class. The tasks were drawn with seed ${seed}.
    </p>
    ${keyFigures([
      [percentWithin(accuracy, ci95), 'on the device'],
      [percentWithin(software.float32, softwareCi95.float32), 'in software, float32'],
      [percentWithin(software.int4, softwareCi95.int4), 'in software, 4-bit'],
      [points(deviceMinusFloat32.accuracy), 'points, device minus float32'],
      [count(evaluation.devicesUpdatedPerTask), 'devices updated per task'],
      [`${evaluation.secondsPerTask.toFixed(2)} s`, `per task on the device, mean of ${count(tasks)}`],
    ])}
    ${warnings.map((sentence) => html`<p><strong>Warning.</strong> ${sentence}</p>`)}`;
}

function differenceChart(accuracies: LearnResult['accuracies'], { ways, queries }: EpisodeSize): Html {
  const drawings = ways * queries;
  const tally = new Map<number, number>();
  for (const { device, float32 } of accuracies) {
    const difference = Math.round(drawings * (device.at(-1)! - float32.at(-1)!));
    tally.set(difference, (tally.get(difference) ?? 0) + 1);
  }
  const max = Math.max(3, ...[...tally.keys()].map(Math.abs));
  const bars = Array.from({ length: 2 * max + 1 }, (_, index) => {
    const difference = index - max;
    return { difference, tasks: tally.get(difference) ?? 0 };
  });
  return chart('Difference between device and float32 software, by task', {
    ...halfSize,
    x: {
      label: 'query drawings recognised, device minus float32',
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
      caption: `The training record of ${model.description.name} holds no learning curve, so its training cannot be drawn. "pcm train omniglot" records a curve in the models that it writes.`,
      body: html``,
    };
  return {
    title,
    caption:
      'Off-chip, without a model of the chip. Left: the loss on training tasks. Right: the accuracy on validation tasks, with weights in float32 and in 4 bits.',
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
