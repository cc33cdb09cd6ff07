import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import type { DrawingClass } from '../data/classes.js';
import { drawStrokes } from '../data/strokes.js';
import type { Model } from '../model.js';
import { ModelError } from '../shapes.js';
import { type Comparison, compareOutputs } from './compare.js';
import { type HeadChoice, convertGraph } from './convert.js';
import { ImportError } from './errors.js';
import type { Tones } from './fold.js';
import type { ImportedGraph } from './graph.js';
import { type InnerOptions, type Measured, measureModel, poolClasses, queries } from './measure.js';
import { readTensorflow } from './tensorflow.js';

export interface ImportOptions extends InnerOptions, Tones {
  /** Name of the model; that of the file where left out. */
  name?: string;
  /** What becomes of the last dense layer; kept where it has no activation, unless said. */
  head?: HeadChoice;
  /** Drawings of the kind that the model will see; invented ones where left out. */
  classes?: DrawingClass[];
  onProgress?: (phase: 'comparing' | 'measuring', done: number, total: number) => void;
}

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

/** Random images that model and network are compared on. */
const comparedImages = 8;

/**
 * Makes a model of a network that was trained elsewhere: an ONNX file, or the folder or `model.json` of a LayersModel of
 * TensorFlow.js. It is compared with a plain evaluation of the network on random images. Nothing is written. Errors:
 * `ImportError` with one sentence that starts with the path; `DataError` where the drawings do not suffice for the tasks.
 */
export async function importModel(
  path: string,
  options: ImportOptions,
): Promise<{ model: Model; report: ImportReport }> {
  try {
    return convertAndMeasure(path, await readGraph(path), options);
  } catch (error) {
    if (error instanceof ImportError || error instanceof ModelError)
      throw new ImportError(`${path}: ${error.message}`);
    throw error;
  }
}

async function readGraph(path: string): Promise<ImportedGraph> {
  const file = (await isFolder(path)) ? join(path, 'model.json') : path;
  const kind = extname(file).toLowerCase();
  if (kind === '.onnx') {
    // Only now, since everything else starts faster without the protobuf library
    const { readOnnx } = await import('./onnx.js');
    return readOnnx(file, await read(file));
  }
  if (kind === '.json') return readTensorflow(file, (await read(file)).toString('utf8'));
  throw new ImportError(
    kind === '.safetensors'
      ? 'A safetensors file with the description of docs/model-format.md is a model already; flash it as it is.'
      : 'Supported are ONNX files (.onnx) and folders of TensorFlow.js (model.json).',
  );
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    throw new ImportError('There is no such file or folder.');
  }
}

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new ImportError(`${basename(file)} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

function convertAndMeasure(path: string, graph: ImportedGraph, options: ImportOptions) {
  const { ink, paper, seed, onProgress, shots } = options;
  const tones = { ink, paper };
  const name = options.name ?? nameOf(path);
  const { model, head } = convertGraph(graph, { name, tones, head: options.head });
  const comparison = compareOutputs(
    graph,
    model,
    { head, tones, images: comparedImages, seed },
    (done, total) => onProgress?.('comparing', done, total),
  );
  const { layers, inner: loop } = model.description;
  const ways = model.tensors.get(layers.at(-1)!.weights ?? '')?.shape[0];
  const classes = options.classes ?? invent(graph, shots, seed);
  const inner = measureModel(model, classes, options, (done, total) =>
    onProgress?.('measuring', done, total),
  );
  model.description.training = {
    importedFrom: basename(path),
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

const invent = ({ input }: ImportedGraph, shots: number, seed: number): DrawingClass[] =>
  drawStrokes({ classes: poolClasses, drawings: shots + queries, seed, side: input.width });

/** The file's name without its ending; of a `model.json`, its folder's. */
function nameOf(path: string): string {
  const file = basename(resolve(path));
  return file === 'model.json' ? basename(dirname(resolve(path))) : file.replace(/\.onnx$/i, '');
}
