import type { DrawingClass, InventDrawings } from '../learning/classes.js';
import type { Model } from '../model/model.js';
import { type Comparison, compareOutputs } from './compare.js';
import { type HeadChoice, convertGraph } from './convert.js';
import type { Tones } from './fold.js';
import type { ImportedGraph } from './graph.js';
import { type InnerOptions, type Measured, measureModel, POOL_CLASSES, QUERIES } from './measure.js';
import type { NetworkFiles } from './network-files.js';
import { readTensorflow } from './tensorflow/tensorflow.js';

/** How to import a network, and how to measure the model's inner loop. */
export interface ImportOptions extends InnerOptions, Tones {
  /** Name of the model; that of the file by default. */
  name?: string;
  /** How to treat the last dense layer; by default it is kept if it has no activation. */
  head?: HeadChoice;
  /** Drawings of the kind that the model will see; invented ones by default. */
  classes?: DrawingClass[];
  /** Source of invented drawings, for example `inventCharacters`. */
  invent: InventDrawings;
  onProgress?: (phase: 'comparing' | 'measuring', done: number, total: number) => void;
}

/** Result of an import, and its difference from the original. */
export interface ImportReport {
  format: ImportedGraph['format'];
  name: string;
  /** Layers of the model, in the order of the data. */
  layers: { name: string; type: string }[];
  /** Layers of the file that compute nothing in a model. */
  ignored: string[];
  head: { layer: string; choice: HeadChoice; /** Of a head that was kept. */ ways?: number };
  inner: Measured;
  comparison: Comparison;
}

/** Number of random images that model and network are compared on. */
const COMPARED_IMAGES = 8;

/**
 * Converts a network that was trained elsewhere, an ONNX file or a LayersModel of TensorFlow.js, to a model.
 * It is compared with a plain evaluation of the network on random images. Errors: `ImportError`; `DataError`
 * if the drawings do not suffice for the tasks.
 */
export async function importNetwork(
  files: NetworkFiles,
  options: ImportOptions,
): Promise<{ model: Model; report: ImportReport }> {
  return convertAndMeasure(files, await readGraph(files), options);
}

async function readGraph(files: NetworkFiles): Promise<ImportedGraph> {
  if (files.format === 'tensorflow.js') return readTensorflow(files);
  // Loaded late: everything else starts faster without the protobuf library
  const { readOnnx } = await import('./onnx/onnx.js');
  return readOnnx(files);
}

function convertAndMeasure(files: NetworkFiles, graph: ImportedGraph, options: ImportOptions) {
  const { ink, paper, seed, onProgress } = options;
  const tones = { ink, paper };
  const name = options.name ?? files.name;
  const { model, head } = convertGraph(graph, { name, tones, head: options.head });
  const comparison = compareOutputs(
    graph,
    model,
    { head, tones, images: COMPARED_IMAGES, seed },
    (done, total) => onProgress?.('comparing', done, total),
  );
  const { layers, inner: loop } = model.description;
  const ways = model.tensors.get(layers.at(-1)!.weights ?? '')?.shape[0];
  const classes = options.classes ?? inventClasses(graph, options);
  const inner = measureModel(model, classes, options, (done, total) =>
    onProgress?.('measuring', done, total),
  );
  model.description.training = {
    importedFrom: files.file,
    format: graph.format,
    measuredOn: options.classes ? 'drawings' : 'invented drawings',
    inner,
    comparison,
  };
  const report: ImportReport = {
    format: graph.format,
    name,
    layers: layers.map(({ name, type }) => ({ name, type })),
    ignored: graph.ignored,
    head: { layer: loop.layer, choice: head, ...(ways !== undefined && { ways }) },
    inner,
    comparison,
  };
  return { model, report };
}

const inventClasses = ({ input }: ImportedGraph, { invent, shots, seed }: ImportOptions): DrawingClass[] =>
  invent(input, { classes: POOL_CLASSES, drawings: shots + QUERIES, seed }).map((drawings, index) => ({
    name: `character ${index + 1}`,
    drawings,
    files: drawings.map((_, drawing) => `drawn ${drawing + 1}`),
  }));
