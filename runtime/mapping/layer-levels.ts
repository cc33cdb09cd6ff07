import { levelMatrix, type LevelMatrix, type Model } from '../../network/index.js';
import type { Placement } from './placement.js';

/** The levels of a layer; all zero for a head without stored weights. */
export function layerLevels(
  model: Model,
  { shape, inputs, outputs }: Pick<Placement, 'shape' | 'inputs' | 'outputs'>,
): LevelMatrix {
  const { layer } = shape;
  const range = layer.type === 'dense' ? layer.weightRange : undefined;
  const stored = layer.weights === undefined ? undefined : model.tensors.get(layer.weights);
  const zeros = { shape: [outputs, inputs], data: new Float32Array(outputs * inputs) };
  return levelMatrix(stored ?? zeros, range);
}
