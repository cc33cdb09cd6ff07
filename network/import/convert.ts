import type { DenseLayer, Layer, Model, Tensor } from '../model/model.js';
import { layerShapes } from '../model/shapes.js';
import { MAX_INPUT_CODE } from '../levels/input-codes.js';
import { ImportError } from './errors.js';
import { type Stage, type Tones, foldGraph } from './fold.js';
import type { ImportedGraph } from './graph.js';

/**
 * Ways to treat the last dense layer: `keep` it with its weights, for as many ways as it has outputs; start
 * it at `zero`, for any number of ways; or leave it as it is and `add` a head above it that starts at zero.
 */
export const headChoices = ['keep', 'zero', 'add'] as const;
/** One of the ways to treat the last dense layer. */
export type HeadChoice = (typeof headChoices)[number];

/** Maximum width of an image in pixels: far more than the crossbars are meant for. */
const MAX_SIDE = 256;
/** Value of an input code until it is measured. */
const INPUT_SCALE = 1 / MAX_INPUT_CODE;
const inner = { updates: 4, rate: 1 };

/**
 * Converts an imported network to a model whose scales and inner loop are not measured yet. A network that
 * does not end in a dense layer without activation gets a head added. Errors: `ImportError` if a model cannot
 * express the network.
 */
export function convertGraph(
  graph: ImportedGraph,
  { name, tones, head }: { name: string; tones: Tones; head?: HeadChoice },
): { model: Model; head: HeadChoice } {
  checkInput(graph);
  const { stages, ink, paper } = foldGraph(graph, { ...tones });
  const choice = chooseHead(stages, head);
  const below = choice === 'zero' ? stages.slice(0, -1) : stages;
  const layers: Layer[] = below.map(layerOf);
  if (choice === 'zero') layers.push(emptyHead(stages.at(-1)!.name));
  if (choice === 'add') layers.push(emptyHead(unused('head', stages)));
  const model: Model = {
    description: {
      format: 1,
      task: 'few-shot-classification',
      name,
      input: { ...graph.input, ...((ink !== 1 || paper !== 0) && { ink, paper }) },
      layers,
      inner: { layer: layers.at(-1)!.name, ...inner },
    },
    tensors: new Map(below.flatMap(tensorsOf)),
  };
  layerShapes(model);
  return { model, head: choice };
}

function checkInput({ input: { channels, height, width } }: ImportedGraph): void {
  if (channels !== 1)
    throw new ImportError(
      `The network takes images of ${channels} channels; drawings here have one, which is ink. Train it on images of one channel.`,
    );
  if (height !== width || width > MAX_SIDE)
    throw new ImportError(
      `The network takes images of ${height} x ${width} pixels; drawings here are square, of up to ${MAX_SIDE} x ${MAX_SIDE}. Train it on such images.`,
    );
}

function chooseHead(stages: readonly Stage[], wanted: HeadChoice | undefined): HeadChoice {
  const last = stages.at(-1);
  const endsInHead = last?.type === 'dense' && !last.relu;
  if (wanted && wanted !== 'add' && !endsInHead)
    throw new ImportError(
      `The network does not end in a dense layer without activation, so that there is no head to ${wanted === 'keep' ? 'keep' : 'start at zero'}; leave --head out to have one added.`,
    );
  const choice = wanted ?? (endsInHead ? 'keep' : 'add');
  if (choice !== 'add' && last?.absorbed)
    throw new ImportError(
      `Layer ${last.absorbed} changes the features between ReLU and the head ${last.name}, where a model has no place for it; put it before the ReLU, or keep both with --head add.`,
    );
  return choice;
}

function layerOf({ type, name, padding, relu, pool }: Stage): Layer {
  const shared = {
    name,
    weights: `${name}.weight`,
    bias: `${name}.bias`,
    activation: relu ? ('relu' as const) : ('none' as const),
    inputScale: INPUT_SCALE,
  };
  return type === 'dense' ? { type, ...shared } : { type, ...shared, padding, pool };
}

const tensorsOf = ({ name, shape, weights, bias }: Stage): [string, Tensor][] => [
  [`${name}.weight`, { shape, data: Float32Array.from(weights) }],
  [`${name}.bias`, { shape: [shape[0]], data: Float32Array.from(bias) }],
];

const emptyHead = (name: string): DenseLayer => ({
  type: 'dense',
  name,
  activation: 'none',
  inputScale: INPUT_SCALE,
});

/** This name, or a longer one if a layer has it. */
function unused(name: string, stages: readonly Stage[]): string {
  return stages.some((stage) => stage.name === name) ? unused(`${name}_`, stages) : name;
}
