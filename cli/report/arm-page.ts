import * as Plot from '@observablehq/plot';
import type { ArmEvaluation } from '../../runtime/index.js';
import { type ArmModel, type LearnedMovement, REACH } from '../../network/arm/index.js';
import { animationScript, armAnimation } from './figures/arm-animation.js';
import { count } from '../terminal/output.js';
import { chart } from './figures/chart.js';
import { type Html, html } from './html/html.js';
import { keyFigures } from './figures/key-figures.js';
import { renderPage } from './html/page.js';
import { picture } from './figures/picture.js';

export interface ArmResult {
  model: ArmModel;
  evaluation: ArmEvaluation;
  /** Errors of all movements on the device, before and after the update, in percent of the reach. */
  errors: { before: number; after: number }[];
  /** Movements to show. */
  shown: readonly LearnedMovement[];
}

const percentOfReach = (error: number): string => `${error.toFixed(1)} %`;

/**
 * The page of `pcm arm`: the movements, the activity of the networks, and the pairs that the update changed.
 */
export function armPage({ model, evaluation, errors, shown }: ArmResult): string {
  const { errorBefore, errorAfter, software, devicesUpdated, pairsUpdated, trajectories } = evaluation;
  const [first] = shown;
  const introduction = html`<p>
      A spiking network whose weights are on the chip saw each of ${trajectories} movements once. After one
      update of its weights it makes the movement by itself; its only input is a clock. Errors are the root
      mean square distance from the target, in percent of the arm's reach of ${REACH} m.
    </p>
    ${keyFigures([
      [percentOfReach(errorBefore), 'before the update'],
      [percentOfReach(errorAfter), 'after it, on the device'],
      [percentOfReach(software.float32), 'in software, float32'],
      [percentOfReach(software.int4), 'in software, 4-bit'],
      [count(devicesUpdated), `devices reprogrammed (${(100 * pairsUpdated).toFixed(0)} % of the pairs)`],
    ])}`;
  return renderPage(
    'An arm learns a movement in one update',
    introduction,
    [
      {
        title: 'The arm',
        caption:
          'Dashed: the target. Blue: the path before the update. Orange: the path after it. Played at a quarter of real speed.',
        body: html`<div class="row">${shown.map((movement, index) => movementFigure(movement, index))}</div>`,
      },
      {
        title: 'Errors of all movements',
        caption: 'Each dot is a movement, before and after the update.',
        body: errorChart(errors),
      },
      {
        title: 'Activity of the networks in the first movement',
        caption:
          'Time runs to the right through the trial of 500 ms; each row is a neuron. The generator sees the first trial and the target. Its learning signals (orange up, blue down) tell each neuron how to change.',
        body: networkFigures(model, first),
      },
      {
        title: 'Pairs changed by the update',
        caption:
          'Each row of the picture is a row of the crossbar: first those of the spikes of the neurons, then those of the clock. Each column is a neuron.',
        body: changedPairs(model, first),
      },
    ],
    animationScript(shown),
  );
}

function movementFigure({ target, before, after }: LearnedMovement, index: number): Html {
  const paths = [target, before.movement, after.movement].map(({ positions }) => positions);
  return html`<figure>
    ${armAnimation(index, paths)}
    <figcaption>
      ${percentOfReach((100 * before.error) / REACH)} before, ${percentOfReach((100 * after.error) / REACH)}
      after
    </figcaption>
  </figure>`;
}

function errorChart(errors: ArmResult['errors']): Html {
  const points = errors.flatMap(({ before, after }) => [
    { when: 'before', error: before },
    { when: 'after', error: after },
  ]);
  return chart('Errors before and after the update', {
    height: 180,
    marginLeft: 60,
    x: { label: 'error (% of the reach)', zero: true, grid: true },
    y: { label: null, domain: ['before', 'after'] },
    color: { domain: ['before', 'after'], range: ['var(--second)', 'var(--third)'] },
    marks: [
      Plot.dot(points, { x: 'error', y: 'when', stroke: 'when', r: 4, strokeOpacity: 0.6 }),
      Plot.tickX(points, Plot.groupY({ x: 'mean' }, { x: 'error', y: 'when', strokeWidth: 2 })),
    ],
  });
}

const ink = [128, 128, 128] as const;
const plus = [234, 88, 12] as const;
const minus = [37, 99, 235] as const;

function networkFigures({ description: { network } }: ArmModel, learned: LearnedMovement): Html {
  const { steps, neurons, generatorNeurons } = network;
  const raster = (spikes: Uint8Array, count: number, alt: string) =>
    timePicture(steps, count, (at) => [...ink, 255 * spikes[at]], alt);
  const max = learned.signals.reduce((max, signal) => Math.max(max, Math.abs(signal)), 1e-12);
  const signal = (at: number) => {
    const value = learned.signals[at] / max;
    return [...(value > 0 ? plus : minus), Math.round(255 * Math.sqrt(Math.abs(value)))] as const;
  };
  return html`<div class="row">
    ${raster(learned.before.spikes, neurons, 'Spikes of the learning network in the first trial')}
    ${raster(learned.generatorSpikes, generatorNeurons, 'Spikes of the generator')}
    ${timePicture(steps, neurons, signal, 'Learning signals')}
    ${raster(learned.after.spikes, neurons, 'Spikes of the learning network after the update')}
  </div>`;
}

/** Values of shape [steps, rows], drawn with time to the right. */
function timePicture(
  steps: number,
  rows: number,
  colourOf: (at: number) => readonly [number, number, number, number],
  alt: string,
): Html {
  const at = (pixel: number) => (pixel % steps) * rows + Math.floor(pixel / steps);
  return figure(
    picture(steps, rows, (pixel) => colourOf(at(pixel)), { alt }),
    alt,
  );
}

function changedPairs({ description: { network } }: ArmModel, { changedPairs }: LearnedMovement): Html {
  const changed = new Set(changedPairs);
  const rows = network.neurons + network.clocks;
  const alt = `${changed.size} of ${rows * network.neurons} pairs changed`;
  return figure(
    picture(network.neurons, rows, (pixel) => [...plus, changed.has(pixel) ? 255 : 0], { alt }),
    alt,
  );
}

const figure = (image: Html, caption: string): Html =>
  html`<figure>
    <div class="map" style="width:460px">${image}</div>
    <figcaption>${caption}</figcaption>
  </figure>`;
